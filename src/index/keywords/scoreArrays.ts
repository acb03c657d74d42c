import type { Scores } from './bm25.ts';

/**
 * Arrays of a number for each document, used again and again: a search needs some, and megabytes for each
 * keystroke would keep the garbage collector busy.
 */
export class ScoreArrays {
  readonly size: number;
  readonly #free: Float64Array[] = [];

  constructor(size: number) {
    this.size = size;
  }

  /** Nothing has a score. */
  take(): Scores {
    return { values: this.#free.pop() ?? new Float64Array(this.size), found: [] };
  }

  /** Whoever took it needs it no more. All that has a score is in `found`. */
  giveBack({ values, found }: Scores): void {
    for (const document of found) values[document] = 0;
    this.#free.push(values);
  }
}
