import type { FileLines } from './fileLines.ts';
import { indentationOf, indentationWidth } from './lineKey.ts';

/** A line that is looked for. */
export interface PatternLine {
  /** Without white space. */
  readonly key: string;
  readonly weight: number;
  /** True when the change makes no sense unless the line is there. */
  readonly isNeeded: boolean;
  /** For a marker of left-out code: how far it is indented. Null for a line. */
  readonly gapWidth: number | null;
}

/** What an alignment costs and gains, in weights of lines. */
export interface AlignmentCosts {
  /** Gain of two lines that are much alike, as a share of the weight; 0 where only equal ones may meet. */
  readonly alike: (pattern: string, file: string) => number;
  /** Whether a line may meet this row at all, over and above its key. */
  readonly mayMeet?: (line: number, row: number) => boolean;
  /** Rows whose place is known already, which cost nothing and belong to no gap. */
  readonly isPlaced?: (row: number) => boolean;
  readonly skippedLine: number;
  readonly skippedRow: number;
  readonly skippedBlankRow: number;
}

/** The best way to lay a pattern over rows of a file. */
export interface Alignment {
  readonly score: number;
  /** For each line of the pattern its row in the file; -1 for one that has none. */
  readonly rows: readonly number[];
  /** The best score with a line somewhere else than here; -Infinity when it can be nowhere else. */
  elsewhere(line: number): number;
}

const MATCH = 1;
const SKIP_LINE = 2;
const SKIP_ROW = 3;

/**
 * Lays the pattern over the rows from `start` to before `end` so that the gain is greatest; rows before its
 * first and after its last line cost nothing. Dynamic programming over all pairs (Needleman and Wunsch),
 * forwards and backwards, so that for each line the next best place is known exactly.
 */
export function align(
  pattern: readonly PatternLine[],
  file: FileLines,
  start: number,
  end: number,
  costs: AlignmentCosts,
): Alignment {
  const lines = pattern.length;
  const rows = end - start;
  const width = rows + 1;
  file.work.spend(2 * (lines + 1) * width);
  const gains = gainTable(pattern, file, start, rows, costs);
  const lineCost = pattern.map((line) =>
    line.gapWidth !== null ? 0 : line.isNeeded ? Infinity : costs.skippedLine * line.weight,
  );
  const rowCost = (line: number, row: number): number => {
    if (line === 0 || line === lines) return 0;
    const key = file.key(start + row);
    const gap = pattern[line]?.gapWidth ?? null;
    if (costs.isPlaced?.(start + row) === true) return gap === null ? 0 : Infinity;
    if (gap !== null) {
      const isInside = key === '' || indentationWidth(indentationOf(file.line(start + row))) >= gap;
      return isInside ? 0 : Infinity;
    }
    return key === '' ? costs.skippedBlankRow : costs.skippedRow;
  };
  const forward = new Float64Array((lines + 1) * width);
  const steps = new Uint8Array((lines + 1) * width);
  for (let line = 0; line <= lines; line++) {
    for (let row = 0; row <= rows; row++) {
      const at = line * width + row;
      let best = line === 0 && row === 0 ? 0 : -Infinity;
      let step = 0;
      const take = (score: number, how: number): void => {
        if (score > best) [best, step] = [score, how];
      };
      if (line > 0 && row > 0) {
        const gain = gains[(line - 1) * rows + row - 1] ?? -Infinity;
        if (gain > -Infinity) take((forward[at - width - 1] ?? 0) + gain, MATCH);
      }
      if (row > 0) take((forward[at - 1] ?? 0) - rowCost(line, row - 1), SKIP_ROW);
      if (line > 0) take((forward[at - width] ?? 0) - (lineCost[line - 1] ?? 0), SKIP_LINE);
      forward[at] = best;
      steps[at] = step;
    }
  }
  const backward = new Float64Array((lines + 1) * width);
  for (let line = lines; line >= 0; line--) {
    for (let row = rows; row >= 0; row--) {
      const at = line * width + row;
      let best = line === lines && row === rows ? 0 : -Infinity;
      if (line < lines && row < rows) {
        const gain = gains[line * rows + row] ?? -Infinity;
        if (gain > -Infinity) best = Math.max(best, (backward[at + width + 1] ?? 0) + gain);
      }
      if (row < rows) best = Math.max(best, (backward[at + 1] ?? 0) - rowCost(line, row));
      if (line < lines) best = Math.max(best, (backward[at + width] ?? 0) - (lineCost[line] ?? 0));
      backward[at] = best;
    }
  }
  const matched = walkBack(steps, lines, rows, start);
  return {
    score: forward[(lines + 1) * width - 1] ?? -Infinity,
    rows: matched,
    elsewhere(line) {
      let best = -Infinity;
      for (let row = 0; row < rows; row++) {
        const gain = gains[line * rows + row] ?? -Infinity;
        if (gain === -Infinity || start + row === matched[line]) continue;
        const score = (forward[line * width + row] ?? 0) + gain + (backward[(line + 1) * width + row + 1] ?? 0);
        best = Math.max(best, score);
      }
      return best;
    },
  };
}

/** For each pair of a line and a row what their meeting gains; -Infinity where they do not meet. */
function gainTable(
  pattern: readonly PatternLine[],
  file: FileLines,
  start: number,
  rows: number,
  { alike, mayMeet }: AlignmentCosts,
): Float32Array {
  const gains = new Float32Array(pattern.length * rows).fill(-Infinity);
  for (const [line, { key, weight, gapWidth }] of pattern.entries()) {
    if (gapWidth !== null) continue;
    for (let row = 0; row < rows; row++) {
      const other = file.key(start + row);
      const share = key === other ? 1 : key === '' || other === '' ? 0 : alike(key, other);
      if (share > 0 && mayMeet?.(line, start + row) !== false) gains[line * rows + row] = share * weight;
    }
  }
  return gains;
}

function walkBack(steps: Uint8Array, lines: number, rows: number, start: number): number[] {
  const matched = new Array<number>(lines).fill(-1);
  let [line, row] = [lines, rows];
  while (line > 0 || row > 0) {
    const step = steps[line * (rows + 1) + row];
    if (step === MATCH) matched[--line] = start + --row;
    else if (step === SKIP_ROW) row--;
    else if (step === SKIP_LINE) line--;
    else break;
  }
  return matched;
}
