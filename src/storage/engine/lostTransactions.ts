import type { Generation } from './generation.ts';
import type { Executed, PendingTransaction } from './transactionGroup.ts';

/**
 * Transactions whose log was deleted while they were appended. Whoever writes the store anew may have taken them
 * along; only where nobody has, are they to be done again.
 */
export class LostTransactions {
  readonly #executed: readonly Executed[];
  readonly #generation: Generation;
  readonly #lastSequence: number;
  #areTaken = false;

  /** `lastSequence` is that of the last of them in the log of `generation`. */
  constructor(executed: readonly Executed[], generation: Generation, lastSequence: number) {
    this.#executed = executed;
    this.#generation = generation;
    this.#lastSequence = lastSequence;
  }

  /** What `generation` has come to by now goes on in another. */
  takenAlong(generation: Generation): void {
    this.#areTaken ||= generation === this.#generation && generation.sequence >= this.#lastSequence;
  }

  /** Takes those that are done out of the queue, and returns them. */
  settle(queue: PendingTransaction[]): readonly Executed[] {
    if (!this.#areTaken) return [];
    const done = new Set(this.#executed.map(({ pending }) => pending));
    queue.splice(0, queue.length, ...queue.filter((pending) => !done.has(pending)));
    return this.#executed;
  }
}
