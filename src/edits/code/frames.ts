import { diffLines } from '../lineDiff.ts';
import type { FileLines } from '../locate/fileLines.ts';
import { lineKey, lineWeight } from '../locate/lineKey.ts';
import type { RowsEdit } from '../textLines.ts';
import type { CodeBlock } from './codeBlock.ts';
import { isSameLine, widthOf } from './codeEdits.ts';

/** Where a part of a block that both begins and ends with lines of the file has to be. */
export interface Frame {
  /** The lines of the block, the second exclusive. */
  readonly from: number;
  readonly to: number;
  readonly startRow: number;
  /** Exclusive. */
  readonly endRow: number;
  /** The row of each line of the block that stays; the others are new. */
  readonly rowOf: ReadonlyMap<number, number>;
  readonly edits: readonly RowsEdit[];
}

/** By so many lines more, and by this share of the difference, any other place has to differ. */
const LEAST_MARGIN = 3;
const LEAST_SHARE = 0.5;
const MOST_PLACES = 400;
/** Lines of less weight together may stand anywhere. */
const TELLING = 0.5;
/** So much longer than the part of the block what it replaces can be. */
const MOST_GONE = 40;

/**
 * Frames those parts of a block that have one certain place. None where two of them cannot both be right: then one of
 * the places may be another one.
 */
export function framesOf(segments: readonly (readonly number[])[], block: CodeBlock, file: FileLines): Frame[] {
  const frames = segments.flatMap((segment) => frameOf(segment, block, file) ?? []);
  const isInOrder = frames.every(({ startRow }, at) => startRow >= (frames[at - 1]?.endRow ?? 0));
  return isInOrder ? frames : [];
}

/**
 * The place of a part of a block by its first and its last line: of all rows that these may be, those between which it
 * differs least from the file, when all others differ clearly more. Null where no place is certain.
 */
function frameOf(segment: readonly number[], { lines, keys }: CodeBlock, file: FileLines): Frame | null {
  const full = segment.filter((at) => keys[at] !== '');
  const [first, last] = [full[0], full.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const own = lines.slice(first, last + 1).map((line) => line.trimEnd());
  const rowsOf = (at: number): readonly number[] =>
    file.rowsOfKey(keys[at] ?? '').filter((row) => isSameLine(lines[at] ?? '', file.line(row)));
  const ends = rowsOf(last);
  const places = rowsOf(first).flatMap((start) =>
    ends.filter((end) => end > start && end - start < own.length + MOST_GONE).map((end) => [start, end + 1] as const),
  );
  if (places.length === 0 || places.length > MOST_PLACES) return null;
  const laid = places.map(([startRow, endRow]) => {
    const theirs = file.text.lines.slice(startRow, endRow).map((line) => line.trimEnd());
    const differences = diffLines(theirs, own, file.work);
    const count = (some: readonly string[]): number => some.filter((line) => line !== '').length;
    const cost = differences.reduce(
      (sum, { oldStart, oldEnd, newStart, newEnd }) =>
        sum + count(theirs.slice(oldStart, oldEnd)) + count(own.slice(newStart, newEnd)),
      0,
    );
    return { startRow, endRow, differences, cost };
  });
  laid.sort((left, right) => left.cost - right.cost);
  const [best, other] = laid;
  if (best === undefined) return null;
  if (other !== undefined && other.cost - best.cost < Math.max(LEAST_MARGIN, LEAST_SHARE * best.cost)) return null;
  const { startRow, endRow, differences } = best;
  const rowOf = new Map<number, number>();
  let [at, row] = [0, startRow];
  for (const { oldEnd, newStart, newEnd } of [...differences, { oldEnd: 0, newStart: own.length, newEnd: 0 }]) {
    for (; at < newStart; at++, row++) rowOf.set(first + at, row);
    [at, row] = [newEnd, startRow + oldEnd];
  }
  const weight = (from: number, to: number): number =>
    own.slice(from, to).reduce((sum, line) => sum + (line === '' ? 0 : lineWeight(lineKey(line))), 0);
  const [change, final] = [differences[0], differences.at(-1)];
  if (change !== undefined && final !== undefined) {
    const isHeld = weight(0, change.newStart) >= TELLING;
    const isEnd = weight(final.newEnd, own.length) >= TELLING || isScope(own);
    if (!isHeld || !isEnd) return null;
  } else if (weight(0, own.length) < TELLING) return null;
  const edits = differences.map(({ oldStart, oldEnd, newStart, newEnd }) => ({
    startRow: startRow + oldStart,
    endRow: startRow + oldEnd,
    newLines: lines.slice(first + newStart, first + newEnd),
  }));
  return { from: first, to: last + 1, startRow, endRow, rowOf, edits };
}

/** True for lines of which the last closes what the first opens. */
function isScope(lines: readonly string[]): boolean {
  const width = widthOf(lines[0] ?? '');
  const inner = lines.slice(1, -1).filter((line) => line !== '');
  return widthOf(lines.at(-1) ?? '') === width && inner.every((line) => widthOf(line) > width);
}
