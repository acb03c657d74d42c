import { Scores } from './bm25.ts';

/**
 * Scores that are used again and again: a search needs some, and megabytes for each keystroke would keep the garbage
 * collector busy.
 */
export class ScoreArrays {
  readonly size: number;
  readonly #free: Scores[] = [];

  /** For numbers below `size`. */
  constructor(size: number) {
    this.size = size;
  }

  /** Nothing has a score. */
  take(): Scores {
    return this.#free.pop() ?? new Scores(this.size);
  }

  /** Whoever took it needs it no more. */
  giveBack(scores: Scores): void {
    scores.clear();
    this.#free.push(scores);
  }
}
