import type { MessageOutline } from '../../../src/protocol/store.ts';

/** What a message is taken to be high until one like it was measured. Pixels. */
const USUAL = { user: 72, assistant: 220 };
/** After so many of a role its usual height stays, so that what was never drawn does not move any more. */
const SAMPLES = 8;
/** An answer of hundreds of pages says nothing about the others. Pixels. */
const LARGEST_SAMPLE = 1_000;

/** How high the messages of a list are, those that were never drawn too, about, and where each of them is. Pixels. */
export class RowHeights {
  readonly #measured = new Map<string, number>();
  readonly #samples = { user: [] as number[], assistant: [] as number[] };
  #rows: readonly MessageOutline[] = [];
  /** Where each row begins, and where the last one ends; null when it has to be summed up anew. */
  #tops: Float64Array | null = null;

  /** The rows of the list from now on; what was measured of those that stay is kept. */
  setRows(rows: readonly MessageOutline[]): void {
    this.#rows = rows;
    this.#tops = null;
  }

  /** Keeps the height of a drawn row; true when it was taken to be another. */
  measure({ id, role }: MessageOutline, height: number): boolean {
    const known = this.#measured.get(id);
    if (known === height) return false;
    this.#measured.set(id, height);
    const samples = this.#samples[role];
    if (known === undefined && samples.length < SAMPLES) samples.push(Math.min(height, LARGEST_SAMPLE));
    this.#tops = null;
    return true;
  }

  /** What was measured of a row when it was drawn last. */
  measured(id: string): number | undefined {
    return this.#measured.get(id);
  }

  heightOf(at: number): number {
    return this.topOf(at + 1) - this.topOf(at);
  }

  /** Where a row begins; for the one after the last, where the list ends. */
  topOf(at: number): number {
    return this.#sums()[Math.max(0, Math.min(at, this.#rows.length))] ?? 0;
  }

  /** The row at a height: the last one that does not begin below it. */
  rowAt(height: number): number {
    const tops = this.#sums();
    let [from, to] = [0, this.#rows.length - 1];
    while (from < to) {
      const middle = Math.ceil((from + to) / 2);
      if ((tops[middle] ?? 0) <= height) from = middle;
      else to = middle - 1;
    }
    return from;
  }

  #sums(): Float64Array {
    if (this.#tops !== null) return this.#tops;
    const usual = { user: usualHeight(this.#samples.user, USUAL.user), assistant: 0 };
    usual.assistant = usualHeight(this.#samples.assistant, USUAL.assistant);
    const tops = new Float64Array(this.#rows.length + 1);
    let top = 0;
    for (const [at, { id, role }] of this.#rows.entries()) {
      top += this.#measured.get(id) ?? usual[role];
      tops[at + 1] = top;
    }
    this.#tops = tops;
    return tops;
  }
}

function usualHeight(samples: readonly number[], otherwise: number): number {
  if (samples.length === 0) return otherwise;
  return Math.round(samples.reduce((sum, height) => sum + height, 0) / samples.length);
}
