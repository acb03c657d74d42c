import { CompletionEngine, type CompletionTuning } from '../../../src/completion/completionEngine.ts';
import { noContext } from '../../../src/completion/completionInput.ts';
import { createCompletionModel } from '../../../src/models/createCompletionModel.ts';
import { randomFrom } from '../apply/random.ts';
import { type Spoken, servedOver } from './server.ts';
import type { Key, Typing } from './typist.ts';
import { VirtualClock } from './virtualClock.ts';

/** What typing some files came to. */
export interface TypingFigures {
  readonly keys: number;
  readonly requests: number;
  /** Keys after which a suggestion was there within 50 ms that the typist went on to type. */
  readonly served: number;
  /** Keys after which what was there within 50 ms was something else. */
  readonly misled: number;
  /** Real milliseconds in which the engine itself worked, from a key to its request. */
  readonly requestMs: readonly number[];
  /** Real milliseconds for a suggestion that was known. */
  readonly cacheMs: readonly number[];
}

export interface TypingConditions {
  readonly tuning: CompletionTuning;
  /** Of the lines, how many the model does not know and guesses something else for. */
  readonly wrongLines: number;
}

const LATENCY_MS = 150;
const SOON_MS = 50;
const READ_CHARACTERS = 10_000;

/** Types each of the files with a fresh engine in virtual time. */
export async function replayTyping(typings: readonly Typing[], conditions: TypingConditions): Promise<TypingFigures> {
  const sum = { keys: 0, requests: 0, served: 0, misled: 0, requestMs: [] as number[], cacheMs: [] as number[] };
  for (const typing of typings) {
    const session = new Session(typing, conditions);
    for (const key of typing.keys) await session.type(key);
    sum.keys += typing.keys.length;
    sum.requests += session.requests;
    sum.served += session.served;
    sum.misled += session.misled;
    sum.requestMs.push(...session.requestMs);
    sum.cacheMs.push(...session.cacheMs);
    session.dispose();
  }
  return sum;
}

class Session {
  requests = 0;
  served = 0;
  misled = 0;
  readonly requestMs: number[] = [];
  readonly cacheMs: number[] = [];
  readonly #typing: Typing;
  readonly #wrongLines: number;
  readonly #clock = new VirtualClock();
  readonly #engine: CompletionEngine;
  #abort = new AbortController();
  /** Real time that the last key took in the engine until it waited. */
  #keyMs = 0;

  constructor(typing: Typing, { tuning, wrongLines }: TypingConditions) {
    this.#typing = typing;
    this.#wrongLines = wrongLines;
    const fetch = servedOver(this.#clock, (prefix) => this.#answer(prefix));
    const endpoint = { displayName: 'Oracle', protocol: 'openai-compatible', apiKey: null, headers: {} } as const;
    const source = {
      chosen: () => ({ provider: 'openai-compatible', model: 'oracle' }),
      open: (ref: { readonly provider: string; readonly model: string }) =>
        Promise.resolve(createCompletionModel({ ...endpoint, baseUrl: 'http://127.0.0.1:1/v1', fetch }, ref)),
    };
    this.#engine = new CompletionEngine(source, this.#clock, noContext, tuning);
    this.#engine.onDidHappen((event) => {
      if (event.type !== 'requested') return;
      this.requests++;
      if (!event.isPrefetch) this.requestMs.push(this.#keyMs + performance.now() - this.#clock.steppedAtMs);
    });
  }

  async type({ afterMs, prefix, isRight }: Key): Promise<void> {
    await this.#clock.passUntil(this.#clock.nowMs() + afterMs);
    this.#abort.abort();
    this.#abort = new AbortController();
    const { file, suffix, goal } = this.#typing;
    const input = {
      uri: `file:///${file.name}`,
      path: file.name,
      languageId: file.languageId,
      prefix: prefix.slice(-READ_CHARACTERS),
      suffix: suffix.slice(0, READ_CHARACTERS),
      offset: prefix.length,
      trigger: 'automatic',
    } as const;
    let shown: string | null | undefined;
    const startMs = performance.now();
    this.#clock.steppedAtMs = startMs;
    this.#keyMs = 0;
    const suggestion = this.#engine.complete(input, this.#abort.signal).then((found) => {
      shown = found?.text ?? null;
      return found;
    });
    this.#keyMs = performance.now() - startMs;
    for (let turn = 0; turn < 5 && shown === undefined; turn++) await Promise.resolve();
    if (typeof shown === 'string') this.cacheMs.push(performance.now() - startMs);
    suggestion.catch(() => undefined);
    await this.#clock.passUntil(this.#clock.nowMs() + SOON_MS);
    if (typeof shown !== 'string') return;
    const rest = goal.slice(prefix.length);
    if (isRight && bare(rest).startsWith(bare(shown))) this.served++;
    else this.misled++;
  }

  dispose(): void {
    this.#abort.abort();
    this.#engine.dispose();
  }

  /** The true text from where the prefix ends, and on past it; another line where the model does not know better. */
  #answer(prefix: string): Spoken {
    const { goal, suffix, file } = this.#typing;
    // As much of it as there is: short ends stand in many places of generated code.
    const tail = prefix.slice(-4_000);
    const at = goal.lastIndexOf(tail);
    if (at === -1) return { text: '', firstTextMs: LATENCY_MS };
    const truth = goal.slice(at + tail.length) + suffix;
    const line = goal.slice(0, at + tail.length).split('\n').length;
    const random = randomFrom(`${file.name}:${line}`);
    if (random() >= this.#wrongLines) return { text: truth.slice(0, 1200), firstTextMs: LATENCY_MS };
    const lines = file.text.split('\n').filter((each) => each.trim().length > 10);
    const other = lines[Math.floor(random() * lines.length)]?.trim() ?? '';
    return { text: other.slice(Math.floor(other.length / 3)), firstTextMs: LATENCY_MS };
  }
}

/** Without white space at the ends of lines. */
function bare(text: string): string {
  return text.replace(/[ \t]+$/gm, '').trimEnd();
}
