import type { WorkBudget } from './workBudget.ts';

/** A place where two lists of lines differ. All ends are exclusive. */
export interface Difference {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Where more lines than this differ in one place, it is one difference without looking for what is common. */
const MOST_EDITS = 1500;

/**
 * The places where `newer` differs from `older`, in order: lines that each has once are matched first
 * (patience diff), what is between them by Myers' algorithm (“An O(ND) Difference Algorithm”, 1986).
 */
export function diffLines(older: readonly string[], newer: readonly string[], work: WorkBudget): Difference[] {
  const differences: Difference[] = [];
  const add = (place: Difference): void => {
    const last = differences.at(-1);
    if (last?.oldEnd === place.oldStart && last.newEnd === place.newStart) {
      differences[differences.length - 1] = { ...last, oldEnd: place.oldEnd, newEnd: place.newEnd };
    } else differences.push(place);
  };
  let place = { oldStart: 0, oldEnd: 0, newStart: 0, newEnd: 0 };
  const stops = [...uniqueMatches(older, newer, work), [older.length, newer.length] as const];
  for (const [oldRow, newRow] of stops) {
    place = { oldStart: place.oldEnd, oldEnd: oldRow, newStart: place.newEnd, newEnd: newRow };
    for (const difference of diffRange(older, newer, place, work)) add(difference);
  }
  return differences;
}

/** Pairs of lines that both lists have exactly once, as many as rise in both. */
function uniqueMatches(
  older: readonly string[],
  newer: readonly string[],
  work: WorkBudget,
): (readonly [number, number])[] {
  work.spend(older.length + newer.length);
  const once = (lines: readonly string[]): Map<string, number> => {
    const rows = new Map<string, number>();
    for (const [row, line] of lines.entries()) rows.set(line, rows.has(line) ? -1 : row);
    return rows;
  };
  const oldRows = once(older);
  const pairs: (readonly [number, number])[] = [];
  for (const [line, newRow] of once(newer)) {
    const oldRow = oldRows.get(line) ?? -1;
    if (newRow >= 0 && oldRow >= 0) pairs.push([oldRow, newRow]);
  }
  pairs.sort((left, right) => left[1] - right[1]);
  return longestRise(pairs);
}

/** Of pairs in the order of the second number the longest run in which the first rises, too. */
function longestRise(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const tails: number[] = [];
  const before: number[] = [];
  for (const [at, [value]] of pairs.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.[0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[at] = tails[low - 1] ?? -1;
    tails[low] = at;
  }
  const rise: (readonly [number, number])[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair !== undefined) rise.push(pair);
  }
  return rise.reverse();
}

function diffRange(
  older: readonly string[],
  newer: readonly string[],
  { oldStart, oldEnd, newStart, newEnd }: Difference,
  work: WorkBudget,
): Difference[] {
  let [fromOld, toOld, fromNew, toNew] = [oldStart, oldEnd, newStart, newEnd];
  while (fromOld < toOld && fromNew < toNew && older[fromOld] === newer[fromNew]) {
    fromOld++;
    fromNew++;
  }
  while (toOld > fromOld && toNew > fromNew && older[toOld - 1] === newer[toNew - 1]) {
    toOld--;
    toNew--;
  }
  work.spend(oldEnd - oldStart + newEnd - newStart);
  if (fromOld === toOld && fromNew === toNew) return [];
  const whole = { oldStart: fromOld, oldEnd: toOld, newStart: fromNew, newEnd: toNew };
  if (fromOld === toOld || fromNew === toNew) return [whole];
  return common(older, newer, whole, work) ?? [whole];
}

/** The differences of a range. Lines that only one of the two has can match nothing, and only cost time. */
function common(
  older: readonly string[],
  newer: readonly string[],
  { oldStart, oldEnd, newStart, newEnd }: Difference,
  work: WorkBudget,
): Difference[] | undefined {
  const [oldRange, newRange] = [older.slice(oldStart, oldEnd), newer.slice(newStart, newEnd)];
  const [oldLines, newLines] = [new Set(oldRange), new Set(newRange)];
  const oldRows = [...oldRange.keys()].filter((row) => newLines.has(oldRange[row] ?? ''));
  const newRows = [...newRange.keys()].filter((row) => oldLines.has(newRange[row] ?? ''));
  const text = (range: readonly string[], rows: readonly number[]): string[] => rows.map((row) => range[row] ?? '');
  const shared = myers(text(oldRange, oldRows), text(newRange, newRows), work);
  if (shared === undefined) return undefined;
  const differences: Difference[] = [];
  let [oldAt, newAt, oldFrom, newFrom] = [0, 0, oldStart, newStart];
  // Between two differences of the lines that both have, these match one by one.
  for (const stop of [...shared, { oldStart: oldRows.length, oldEnd: 0, newStart: newRows.length, newEnd: 0 }]) {
    for (; oldAt < stop.oldStart; oldAt++, newAt++) {
      const [oldRow, newRow] = [oldStart + (oldRows[oldAt] ?? 0), newStart + (newRows[newAt] ?? 0)];
      if (oldRow > oldFrom || newRow > newFrom) {
        differences.push({ oldStart: oldFrom, oldEnd: oldRow, newStart: newFrom, newEnd: newRow });
      }
      [oldFrom, newFrom] = [oldRow + 1, newRow + 1];
    }
    [oldAt, newAt] = [stop.oldEnd, stop.newEnd];
  }
  if (oldEnd > oldFrom || newEnd > newFrom) {
    differences.push({ oldStart: oldFrom, oldEnd, newStart: newFrom, newEnd });
  }
  return differences;
}

/** Undefined when the two have too little in common. */
function myers(older: readonly string[], newer: readonly string[], work: WorkBudget): Difference[] | undefined {
  const [rows, columns] = [older.length, newer.length];
  const most = Math.min(rows + columns, MOST_EDITS);
  const trace: Int32Array[] = [];
  let reach = new Int32Array(3);
  for (let edits = 0; edits <= most; edits++) {
    // One more diagonal on each side than the step before.
    const next = new Int32Array(2 * edits + 3);
    next.set(reach.subarray(0, 2 * edits + 1), 1);
    trace.push(reach);
    for (let k = -edits; k <= edits; k += 2) {
      const at = k + edits + 1;
      const down = k === -edits || (k !== edits && (next[at - 1] ?? 0) < (next[at + 1] ?? 0));
      let x = down ? (next[at + 1] ?? 0) : (next[at - 1] ?? 0) + 1;
      if (edits === 0) x = 0;
      const startX = x;
      while (x < rows && x - k < columns && older[x] === newer[x - k]) x++;
      work.spend(x - startX + 1);
      next[at] = x;
      if (x >= rows && x - k >= columns) return walkBack(trace, rows, columns);
    }
    reach = next;
  }
  return undefined;
}

function walkBack(trace: readonly Int32Array[], rows: number, columns: number): Difference[] {
  const differences: Difference[] = [];
  let [x, y] = [rows, columns];
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const reach = trace[edits] ?? new Int32Array();
    // `reach` is that of the step before: its diagonals start at -(edits - 1) with one spare cell before.
    const cell = (k: number): number => reach[k + edits] ?? 0;
    const k = x - y;
    const down = k === -edits || (k !== edits && cell(k - 1) < cell(k + 1));
    const beforeX = down ? cell(k + 1) : cell(k - 1);
    const beforeY = beforeX - (down ? k + 1 : k - 1);
    const [toX, toY] = down ? [beforeX, beforeY + 1] : [beforeX + 1, beforeY];
    differences.push({
      oldStart: beforeX,
      oldEnd: toX,
      newStart: beforeY,
      newEnd: toY,
    });
    [x, y] = [beforeX, beforeY];
  }
  return differences.reverse();
}
