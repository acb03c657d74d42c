import type { Row } from './rows.ts';

/** Pixels. history.css draws rows of these heights. */
const heights: Readonly<Record<Row['type'], number>> = {
  section: 26,
  folder: 22,
  chat: 22,
  hit: 58,
  newFolder: 24,
  more: 22,
  failed: 22,
  note: 22,
};

/** Where each row of a list begins. Pixels. */
export class RowLayout {
  readonly #tops: Float64Array;

  constructor(rows: readonly Row[]) {
    this.#tops = new Float64Array(rows.length + 1);
    let top = 0;
    for (const [at, { type }] of rows.entries()) {
      top += heights[type];
      this.#tops[at + 1] = top;
    }
  }

  /** Of all rows. */
  get height(): number {
    return this.#tops.at(-1) ?? 0;
  }

  topOf(at: number): number {
    return this.#tops[at] ?? this.height;
  }

  /** The row at a height; the last one below the end. */
  rowAt(y: number): number {
    let [low, high] = [0, Math.max(0, this.#tops.length - 2)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#tops[middle] ?? 0) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
