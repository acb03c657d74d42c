import { diffLines } from '../lineDiff.ts';
import type { RowsEdit } from '../textLines.ts';
import { WorkBudget } from '../workBudget.ts';

/** A run of lines that was changed and is to be accepted or rejected. */
export interface ReviewHunk {
  readonly id: number;
  /** The row of the document, from 0, where `added` begins; where it is empty, the row before which `removed` stood. */
  readonly startRow: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Rows `startRow` to before `endRow` of a document have become `rowCount` rows. */
export interface RowsChange {
  readonly startRow: number;
  readonly endRow: number;
  readonly rowCount: number;
}

/** New lines for the part, and the edits in rows of the document that make them. */
export interface Proposal {
  readonly target: readonly string[];
  readonly edits: readonly RowsEdit[];
}

/**
 * A part of a document that is being changed, and what of it is still to be decided. The document itself is
 * changed by the caller, who makes the edits that this returns, says so, and tells of every change by somebody else.
 * What somebody else has changed is never touched: a hunk that was edited meanwhile is no longer this review’s.
 */
export class EditReview {
  #startRow: number;
  #rowCount: number;
  #base: readonly string[];
  #hunks: readonly ReviewHunk[] = [];
  #nextId = 1;

  /** `base` are the lines of the part, which starts at a row of the document. */
  constructor(startRow: number, base: readonly string[]) {
    this.#startRow = startRow;
    this.#rowCount = base.length;
    this.#base = base;
  }

  /** Undecided, in the order of the document. */
  get hunks(): readonly ReviewHunk[] {
    return this.#hunks;
  }

  /** What the lines were before, with what was accepted since. */
  get base(): readonly string[] {
    return this.#base;
  }

  get startRow(): number {
    return this.#startRow;
  }

  /** Exclusive. */
  get endRow(): number {
    return this.#startRow + this.#rowCount;
  }

  /** What it takes to make the part `target` instead of `current`, which it is now. Nothing changes before {@link adopt}. */
  propose(current: readonly string[], target: readonly string[]): Proposal {
    const work = new WorkBudget();
    return {
      target,
      edits: diffLines(current, target, work).map(({ oldStart, oldEnd, newStart, newEnd }) => ({
        startRow: this.#startRow + oldStart,
        endRow: this.#startRow + oldEnd,
        newLines: target.slice(newStart, newEnd),
      })),
    };
  }

  /** The edits of a proposal have been made: what differs from before is to be decided. */
  adopt({ target }: Proposal): void {
    this.#hunks = diffLines(this.#base, target, new WorkBudget()).map(({ oldStart, oldEnd, newStart, newEnd }) => ({
      id: this.#nextId++,
      startRow: this.#startRow + newStart,
      added: target.slice(newStart, newEnd),
      removed: this.#base.slice(oldStart, oldEnd),
    }));
    this.#rowCount = target.length;
  }

  /** Leaves a hunk as it is now. */
  accept(id: number): void {
    this.#hunks = this.#hunks.filter((hunk) => hunk.id !== id);
  }

  /** The edits that give back what a hunk replaced, or all that is undecided. Nothing changes before {@link restored}. */
  restoring(id?: number): RowsEdit[] {
    return this.#hunks
      .filter((hunk) => id === undefined || hunk.id === id)
      .map(({ startRow, added, removed }) => ({ startRow, endRow: startRow + added.length, newLines: removed }));
  }

  /** These edits have been made. */
  restored(id?: number): void {
    let shift = 0;
    this.#hunks = this.#hunks.flatMap((hunk) => {
      if (id !== undefined && hunk.id !== id) return [{ ...hunk, startRow: hunk.startRow + shift }];
      shift += hunk.removed.length - hunk.added.length;
      return [];
    });
    this.#rowCount += shift;
  }

  /** Somebody else has changed the document. True when the change is inside the part. */
  changed({ startRow, endRow, rowCount }: RowsChange): boolean {
    const shift = rowCount - (endRow - startRow);
    this.#hunks = this.#hunks.flatMap((hunk) => {
      const end = hunk.startRow + hunk.added.length;
      if (endRow <= hunk.startRow) return [{ ...hunk, startRow: hunk.startRow + shift }];
      return startRow >= end ? [hunk] : [];
    });
    const end = this.endRow;
    if (startRow >= end) return false;
    if (endRow <= this.#startRow) {
      this.#startRow += shift;
      return false;
    }
    const first = Math.min(this.#startRow, startRow);
    this.#startRow = first;
    this.#rowCount = Math.max(0, Math.max(end, endRow) + shift - first);
    return true;
  }

  /** Begins anew from the part as it is now, without what is undecided. */
  rebase(current: readonly string[]): void {
    const base = [...current];
    for (const { startRow, added, removed } of this.#hunks.toReversed()) {
      base.splice(startRow - this.#startRow, added.length, ...removed);
    }
    this.#base = base;
    this.#rowCount = current.length;
  }
}
