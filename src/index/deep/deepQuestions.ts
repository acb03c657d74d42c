import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import type { DeepEncoder } from './deepEncoder.ts';

/** A search as one types is not held up longer, nor one that a model is asked with. */
const PATIENCE_MS = { short: 60, long: 1500 };
const REMEMBERED = 50;

/** Embeds questions. Nobody waits for a process that has to be started: who did not wait is told when there is an answer. */
export class DeepQuestions implements Disposable {
  readonly #encoder: DeepEncoder;
  readonly #known = new Map<string, Float32Array>();
  readonly #asked = new Map<string, Promise<Float32Array | undefined>>();
  readonly #refined = new Emitter<null>();

  /** A question that was not waited for has its vector. */
  readonly onDidRefine = this.#refined.event;

  constructor(encoder: DeepEncoder) {
    this.#encoder = encoder;
  }

  /** Undefined where it is not to be had in the time that `patience` allows. Rejects only when the signal aborts. */
  async vectorOf(question: string, patience: 'short' | 'long', signal: AbortSignal): Promise<Float32Array | undefined> {
    const known = this.#known.get(question);
    if (known !== undefined) return known;
    const isAwake = this.#encoder.isRunning;
    const asked = this.#ask(question);
    if (patience === 'short' && !isAwake) {
      this.#tellOf(asked);
      return undefined;
    }
    const vector = await within(PATIENCE_MS[patience], asked, signal);
    signal.throwIfAborted();
    if (vector === undefined) this.#tellOf(asked);
    return vector;
  }

  dispose(): void {
    this.#refined.dispose();
  }

  #ask(question: string): Promise<Float32Array | undefined> {
    const before = this.#asked.get(question);
    if (before !== undefined) return before;
    const asked = this.#encoder
      .embedQuery(question)
      .then(
        (vector) => {
          this.#remember(question, vector);
          return vector;
        },
        // The search goes on without.
        () => undefined,
      )
      .finally(() => this.#asked.delete(question));
    this.#asked.set(question, asked);
    return asked;
  }

  #tellOf(asked: Promise<Float32Array | undefined>): void {
    void asked.then((vector) => {
      if (vector !== undefined) this.#refined.fire(null);
    });
  }

  #remember(question: string, vector: Float32Array): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(question, vector);
  }
}

/** What comes in time; undefined once it is over, or nobody waits any more. */
async function within<T>(timeMs: number, coming: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return await new Promise((resolve) => {
    const stop = (): void => {
      resolve(undefined);
    };
    const timer = setTimeout(stop, timeMs);
    signal.addEventListener('abort', stop, { once: true });
    void coming.then(resolve).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    });
  });
}
