import { CompletionEngine } from '../../../src/completion/completionEngine.ts';
import { noContext } from '../../../src/completion/completionInput.ts';
import { createCompletionModel } from '../../../src/models/createCompletionModel.ts';
import { type Style, answerOf, styles } from './oracle.ts';
import type { Position } from './positions.ts';
import { servedOver } from './server.ts';
import { VirtualClock } from './virtualClock.ts';

/** What came of one answer. */
export interface Outcome {
  readonly position: Position;
  readonly style: Style;
  readonly answer: string;
  /** Null when nothing was suggested. */
  readonly suggestion: string | null;
  /** Shorter: it belongs, and more was to come. Wrong: something in it does not belong. */
  readonly verdict: 'exact' | 'shorter' | 'nothing' | 'wrong';
}

const LATENCY_MS = 150;

/** Asks the engine at each position, once for each style of answer. */
export async function replayOracle(positions: readonly Position[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const position of positions) {
    const others = positions.filter(
      ({ file, middle }) =>
        file.languageId === position.file.languageId && file.name !== position.file.name && middle.includes('\n'),
    );
    for (const style of styles) {
      const answer = answerOf(position, style, others);
      const suggestion = await suggest(position, answer);
      outcomes.push({ position, style, answer, suggestion, verdict: verdictOf(position, suggestion) });
    }
  }
  return outcomes;
}

async function suggest({ file, prefix, suffix }: Position, answer: string): Promise<string | null> {
  const clock = new VirtualClock();
  const fetch = servedOver(clock, () => ({ text: answer, firstTextMs: LATENCY_MS }));
  const baseUrl = 'http://127.0.0.1:1/v1';
  const endpoint = { displayName: 'Oracle', protocol: 'openai-compatible', apiKey: null, headers: {} } as const;
  const source = {
    chosen: () => ({ provider: 'openai-compatible', model: 'oracle' }),
    open: (ref: { readonly provider: string; readonly model: string }) =>
      Promise.resolve(createCompletionModel({ ...endpoint, baseUrl, fetch }, ref)),
  };
  const engine = new CompletionEngine(source, clock, noContext);
  const input = {
    uri: `file:///${file.name}`,
    path: file.name,
    languageId: file.languageId,
    // As much as the editor hands over.
    prefix: prefix.slice(-10_000),
    suffix: suffix.slice(0, 10_000),
    offset: prefix.length,
    trigger: 'automatic',
  } as const;
  const suggestion = await clock.passFor(engine.complete(input, new AbortController().signal));
  engine.dispose();
  return suggestion?.text ?? null;
}

function verdictOf({ middle }: Position, suggestion: string | null): Outcome['verdict'] {
  if (suggestion === null) return 'nothing';
  const [is, should] = [bare(suggestion), bare(middle)];
  if (is === should) return 'exact';
  return should.startsWith(is) ? 'shorter' : 'wrong';
}

/** Without the white space that nobody sees: at the ends of lines. */
function bare(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}
