import { type ReadonlySignal, signal } from '@preact/signals-core';
import { errorMessage, isAbort } from '../../src/base/errors.ts';

/** One question to the host at a time: a newer one makes the older one needless. */
export class LatestQuestion {
  readonly #failure = signal<string | null>(null);
  #asking: AbortController | undefined;

  /** A sentence when something that was asked for did not happen. */
  get failure(): ReadonlySignal<string | null> {
    return this.#failure;
  }

  /** Asks anew unless an answer is still to come: one that takes long would never come if each look asked anew. */
  look(ask: () => Promise<void>): void {
    if (this.#asking === undefined) void ask();
  }

  async ask(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      await work(asking.signal);
      this.#failure.value = null;
    } catch (error) {
      if (!isAbort(error)) this.#failure.value = errorMessage(error);
    } finally {
      if (this.#asking === asking) this.#asking = undefined;
    }
  }
}
