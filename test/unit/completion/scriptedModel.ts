import type { Clock } from '../../../src/completion/clock.ts';
import type { CompletionRequest } from '../../../src/models/completionModel.ts';

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Calls what is due by then, and waits for nothing. */
  advance(durationMs: number): void {
    this.#nowMs += durationMs;
    for (const timer of [...this.#timers].sort((a, b) => a.dueMs - b.dueMs)) {
      if (timer.dueMs <= this.#nowMs && this.#timers.delete(timer)) timer.callback();
    }
  }

  async pass(durationMs: number): Promise<void> {
    await settled();
    this.advance(durationMs);
    await settled();
  }
}

/** One request to the model, which says what the test tells it to say. */
export class Answer {
  readonly request: CompletionRequest;
  readonly signal: AbortSignal;
  isOver = false;
  #pieces: string[] = [];
  #end: { error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(request: CompletionRequest, signal: AbortSignal) {
    this.request = request;
    this.signal = signal;
    signal.addEventListener('abort', () => {
      this.#wake();
    });
  }

  async say(...pieces: string[]): Promise<void> {
    this.#pieces.push(...pieces);
    this.#wake();
    await settled();
  }

  async end(error?: unknown): Promise<void> {
    this.#end = error === undefined ? {} : { error };
    this.#wake();
    await settled();
  }

  async *stream(): AsyncGenerator<string> {
    try {
      for (;;) {
        this.signal.throwIfAborted();
        const piece = this.#pieces.shift();
        if (piece !== undefined) yield piece;
        else if (this.#end === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
        else if ('error' in this.#end) throw this.#end.error;
        else return;
      }
    } finally {
      this.isOver = true;
    }
  }
}

/** All microtasks that are due have run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
