import type { Clock } from '../../../src/completion/clock.ts';

/** Time that stands still until somebody lets it pass, and then stops at everything that is due. */
export class VirtualClock implements Clock {
  /** Real time at which what runs now was called, for whoever measures what it costs. */
  steppedAtMs = 0;
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

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  /** Runs what is due up to then, in order, each with all that follows from it. */
  async passUntil(timeMs: number): Promise<void> {
    for (;;) {
      await settled();
      let next: { readonly dueMs: number; readonly callback: () => void } | undefined;
      for (const timer of this.#timers) if (next === undefined || timer.dueMs < next.dueMs) next = timer;
      if (next === undefined || next.dueMs > timeMs) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.steppedAtMs = performance.now();
      next.callback();
    }
    this.#nowMs = Math.max(this.#nowMs, timeMs);
  }

  /** Lets time pass until `promise` is settled. */
  async passFor<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const watched = promise.finally(() => (isOver = true));
    watched.catch(() => undefined);
    // The promise is settled by what is due.
    for (let steps = 0; !isOver && steps < 10_000; steps++) await this.passUntil(this.#nowMs + 5);
    return await watched;
  }
}

/** All microtasks that are due have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
