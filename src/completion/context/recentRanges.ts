/** Lines of a file that somebody edited or looked at. */
export interface RecentRange {
  readonly path: string;
  /** First line, counted from 0. */
  readonly start: number;
  /** Last line, inclusive. */
  readonly end: number;
}

/** Ranges this near to each other are one. */
const NEAR_LINES = 3;
/** A range does not grow beyond this by what is near to it. */
const LONGEST_LINES = 40;

/**
 * The last places of a kind, newest first, as many as fit: the oldest is forgotten. They move with
 * what is inserted and deleted above them.
 */
export class RecentRanges {
  readonly #capacity: number;
  #ranges: RecentRange[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get newestFirst(): readonly RecentRange[] {
    return this.#ranges;
  }

  /** A range that is near takes the new one in, and is the newest then. */
  add(range: RecentRange): void {
    const near = this.#ranges.find((other) => isNear(other, range) && lengthOfBoth(other, range) <= LONGEST_LINES);
    const merged =
      near === undefined
        ? range
        : { path: range.path, start: Math.min(near.start, range.start), end: Math.max(near.end, range.end) };
    this.#ranges = [merged, ...this.#ranges.filter((other) => other !== near)].slice(0, this.#capacity);
  }

  /** Lines `start` to `end` of a file became `count` lines more, or fewer. A range of which nothing is left goes. */
  shift(path: string, start: number, end: number, count: number): void {
    if (count === 0 && start === end) return;
    this.#ranges = this.#ranges.flatMap((range) => {
      if (range.path !== path || range.end < start) return [range];
      if (range.start > end) return [{ path, start: range.start + count, end: range.end + count }];
      const moved = { path, start: Math.min(range.start, start), end: Math.max(range.end, end) + count };
      return moved.end >= moved.start && moved.end - moved.start < LONGEST_LINES * 2 ? [moved] : [];
    });
  }

  /** The file was closed or is gone. */
  forget(path: string): void {
    this.#ranges = this.#ranges.filter((range) => range.path !== path);
  }
}

function isNear(a: RecentRange, b: RecentRange): boolean {
  return a.path === b.path && a.start <= b.end + NEAR_LINES && b.start <= a.end + NEAR_LINES;
}

function lengthOfBoth(a: RecentRange, b: RecentRange): number {
  return Math.max(a.end, b.end) - Math.min(a.start, b.start) + 1;
}
