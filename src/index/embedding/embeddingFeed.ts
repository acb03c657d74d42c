import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { errorMessage, isAbort, isSextantError } from '../../base/errors.ts';
import type { Caller } from '../../base/rpc.ts';
import type { EmbeddingModel } from '../../models/embeddingModel.ts';
import type { ContextIndexContract, PassageToEmbed, SearchRequest } from '../../protocol/contextIndex.ts';

/** Texts in one request: a model on this machine takes a second for them, and their vectors are read in a few milliseconds. */
const TEXTS_A_REQUEST = 16;
const PASSAGES_AT_ONCE = 128;
/** A search is not held up longer by its question's vector. */
const QUESTION_PATIENCE_MS = 1500;
/** After a question that came to nothing, others do not wait for theirs. */
const QUESTION_REST_MS = 30_000;
const REMEMBERED_QUESTIONS = 50;
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 300_000;
/** As long as every model can read. */
const SHORT_TEXT = 1000;

/** A question as a vector, and the id of the model that it is of. */
export type AskedVector = Required<Pick<SearchRequest, 'vector' | 'model'>>;

/** What the feed asks of its surroundings. */
export interface EmbeddingFeedOptions {
  readonly index: Pick<Caller<ContextIndexContract>, 'call'>;
  /** Opens the model, with its key, for some requests. */
  readonly open: () => Promise<EmbeddingModel>;
  readonly firstPauseMs?: number;
}

/**
 * Gives the index vectors of a model that the user has chosen: of its passages, one request at a time, as long as some
 * lack one, and of questions. Where the model does not answer it waits, longer each time, and search goes on without.
 */
export class EmbeddingFeed implements Disposable {
  readonly #options: EmbeddingFeedOptions;
  readonly #ended = new AbortController();
  readonly #changed = new Emitter<null>();
  readonly #questions = new Map<string, AskedVector>();
  #problem: string | undefined;
  #failures = 0;
  #isRunning = false;
  #isWanted = false;
  #dimensions = 0;
  /** Why a text was refused before any had a vector. */
  #refusal: unknown;
  #questionsRestUntilMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The {@link problem} is another, or there are more vectors. */
  readonly onDidChange = this.#changed.event;

  constructor(options: EmbeddingFeedOptions) {
    this.#options = options;
  }

  /** Why the model does not answer, as a sentence; undefined while it does. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Embeds what lacks a vector, unless it waits for a model that did not answer. */
  wake(): void {
    this.#isWanted = true;
    if (this.#isRunning || this.#timer !== undefined || this.#ended.signal.aborted) return;
    void this.#run();
  }

  /** The question as a vector; undefined where it is not to be had soon. Rejects only when the signal aborts. */
  async vectorOf(question: string, signal: AbortSignal): Promise<AskedVector | undefined> {
    const known = this.#questions.get(question);
    if (known !== undefined || this.#problem !== undefined || performance.now() < this.#questionsRestUntilMs)
      return known;
    try {
      const over = AbortSignal.any([signal, AbortSignal.timeout(QUESTION_PATIENCE_MS), this.#ended.signal]);
      // Opening it reads its key, which may take as long as its answer.
      const asked = await inTime(over, async () => {
        const opened = await this.#options.open();
        const [vector] = await opened.embed([question], 'query', over);
        return vector === undefined ? undefined : { vector, model: opened.id };
      });
      if (asked !== undefined) this.#remember(question, asked);
      return asked;
    } catch (error) {
      if (signal.aborted) throw error;
      this.#questionsRestUntilMs = performance.now() + QUESTION_REST_MS;
      return undefined;
    }
  }

  dispose(): void {
    this.#ended.abort();
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        await this.#embedMissing();
      }
      this.#tell(undefined);
    } catch (error) {
      if (!isAbort(error)) this.#pause(error);
    } finally {
      this.#isRunning = false;
    }
  }

  async #embedMissing(): Promise<void> {
    const { index } = this.#options;
    for (;;) {
      const { id } = await this.#options.open();
      await index.call('useModel', { id }, this.#ended.signal);
      const passages = await index.call('missingVectors', { limit: PASSAGES_AT_ONCE }, this.#ended.signal);
      if (passages.length === 0) return;
      let taken = 0;
      for (let at = 0; at < passages.length; at += TEXTS_A_REQUEST) {
        const vectors = await this.#embed(passages.slice(at, at + TEXTS_A_REQUEST));
        taken += vectors.size;
        await index.call('takeVectors', { id, vectors }, this.#ended.signal);
        this.#failures = 0;
        this.#tell(undefined);
      }
      if (taken === 0) throw this.#refusal;
    }
  }

  /** A text that the model will not take is halved until it does; what stays refused has the zero vector. */
  async #embed(passages: readonly PassageToEmbed[]): Promise<Map<string, Float32Array>> {
    try {
      const model = await this.#options.open();
      const texts = passages.map(({ text }) => text);
      const files = passages.map(({ path }) => path);
      const vectors = await model.embed(texts, 'code', this.#ended.signal, files);
      this.#dimensions = vectors[0]?.length ?? 0;
      return new Map(passages.map(({ hash }, at) => [hash, vectors[at] ?? new Float32Array(this.#dimensions)]));
    } catch (error) {
      if (!isAboutTheText(error)) throw error;
      const [first, ...others] = passages;
      if (first === undefined) return new Map();
      if (others.length > 0) {
        const parts: Map<string, Float32Array>[] = [];
        for (const passage of passages) parts.push(await this.#embed([passage]));
        return new Map(parts.flatMap((part) => [...part]));
      }
      if (first.text.length > SHORT_TEXT) {
        return await this.#embed([{ ...first, text: first.text.slice(0, Math.ceil(first.text.length / 2)) }]);
      }
      if (this.#dimensions === 0) {
        // Its turn comes again when another text has told how long a vector is.
        this.#refusal = error;
        return new Map();
      }
      return new Map([[first.hash, new Float32Array(this.#dimensions)]]);
    }
  }

  #pause(error: unknown): void {
    if (this.#ended.signal.aborted) return;
    const { firstPauseMs = FIRST_PAUSE_MS } = this.#options;
    const ownMs = Math.min(LONGEST_PAUSE_MS, firstPauseMs * 2 ** this.#failures++);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.wake();
      },
      Math.max(ownMs, askedForMs(error)),
    );
    this.#tell(errorMessage(error));
  }

  #tell(problem: string | undefined): void {
    this.#problem = problem;
    this.#changed.fire(null);
  }

  #remember(question: string, asked: AskedVector): void {
    const [oldest] = this.#questions.keys();
    if (this.#questions.size >= REMEMBERED_QUESTIONS && oldest !== undefined) this.#questions.delete(oldest);
    this.#questions.set(question, asked);
  }
}

/** Rejects when the signal aborts, whatever becomes of the work. */
function inTime<T>(over: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    over.addEventListener(
      'abort',
      () => {
        reject(new DOMException('Nobody waits any more.', 'AbortError'));
      },
      { once: true },
    );
    work().then(resolve, reject);
  });
}

function isAboutTheText(error: unknown): boolean {
  const kind = isSextantError(error) ? error.data['kind'] : undefined;
  return kind === 'too-large' || kind === 'refused';
}

/** How long the provider asks to wait. */
function askedForMs(error: unknown): number {
  const wait = isSextantError(error) ? error.data['retryAfterMs'] : undefined;
  return typeof wait === 'number' ? Math.min(wait, 24 * 3600 * 1000) : 0;
}
