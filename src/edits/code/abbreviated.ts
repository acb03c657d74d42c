import { type AlignmentCosts, type PatternLine, align } from '../locate/alignment.ts';
import type { FileLines } from '../locate/fileLines.ts';
import { lineWeight } from '../locate/lineKey.ts';
import { similarity } from '../locate/similarity.ts';
import type { RowsEdit } from '../textLines.ts';
import type { CodeBlock } from './codeBlock.ts';
import {
  type CodeEdits,
  besideOthers,
  definition,
  forgottenLines,
  isSameLine,
  lostDefinition,
  widthOf,
} from './codeEdits.ts';
import { type Frame, framesOf } from './frames.ts';

/** Two lines that differ more are not the same line changed. */
const ALIKE = 0.6;
/** By so much any other place of a change has to be worse. */
const LEAST_MARGIN = 0.3;
const FEW_LINES = 6;
const CLOSED_MARGIN = 0.6;
/** Weight of the lines that have to be there. */
const LEAST_FOUND = 0.5;
const LEAST_SHARE = 0.1;
/** A line of this weight says where it stands. */
const TELLING = 0.25;

/**
 * Takes the block as parts of the file with gaps between them, each gap standing for what the file has
 * there. A gap holds only lines that are indented at least as far as its marker, so that what follows it
 * belongs to the same scope as in the block.
 */
export function abbreviatedEdits(block: CodeBlock, file: FileLines): CodeEdits {
  const { lines, keys, isGap } = block;
  const pattern = keys.map((key, at): PatternLine => {
    const isMarker = isGap[at] === true;
    const gapWidth = isMarker ? widthOf(lines[at] ?? '') : null;
    return { key, weight: isMarker ? 0 : lineWeight(key), isNeeded: false, gapWidth };
  });
  const segments = segmentsOf(block);
  const frames = framesOf(segments, block, file);
  const pinned = new Map(frames.flatMap(({ rowOf }) => [...rowOf]));
  const frameOf = (at: number): Frame | undefined => frames.find(({ from, to }) => at >= from && at < to);
  const isPlaced = (row: number): boolean => frames.some(({ startRow, endRow }) => row >= startRow && row < endRow);
  const freeRows = (at: number): readonly number[] => file.rowsOfKey(keys[at] ?? '').filter((row) => !isPlaced(row));
  const isNew = [...keys.keys()].map((at) => freeRows(at).length === 0);
  const costs: AlignmentCosts = {
    alike: (left, right) => {
      const share = similarity(left, right);
      file.work.spend(left.length + right.length);
      return share < ALIKE ? 0 : share * share;
    },
    mayMeet: (line, row) => {
      if (frameOf(line) !== undefined) return pinned.get(line) === row;
      if (isPlaced(row)) return false;
      const weight = pattern[line]?.weight ?? 0;
      if (keys[line] !== file.key(row)) {
        return isNew[line] === true && weight > 0.3 && !isOtherName(lines[line] ?? '', file.line(row));
      }
      // What stands everywhere is the same only where it is indented the same.
      return weight > 0.3 || keys[line] === '' || widthOf(lines[line] ?? '') === widthOf(file.line(row));
    },
    isPlaced,
    skippedLine: 0.05,
    skippedRow: 0.4,
    skippedBlankRow: 0.01,
  };
  const best = align(pattern, file, 0, file.count, costs);
  if (!Number.isFinite(best.score)) return notFound;
  for (const [at, row] of pinned) if (best.rows[at] !== row) return uncertain(lines[at] ?? '');
  const loose = looseEnd(block, best.rows, file);
  if (loose !== null) return unplaced([loose], lines);
  const edits: RowsEdit[] = [];
  let certainty = 1;
  let segmentsHeld = 0;
  const isEqual = (at: number): boolean => (best.rows[at] ?? -1) >= 0 && keys[at] === file.key(best.rows[at] ?? -1);
  const found = pattern.reduce((sum, { weight }, at) => sum + (isEqual(at) ? weight : 0), 0);
  const total = pattern.reduce((sum, { weight }) => sum + weight, 0);
  if (found < LEAST_FOUND || found < LEAST_SHARE * total) return notFound;
  // A line that is taken for new must not be one that the file has close by, nor the head of something it has.
  const doubtful = [...keys.keys()].find((at) => {
    const key = keys[at] ?? '';
    if ((best.rows[at] ?? -1) >= 0 || isNew[at] !== false || frameOf(at) !== undefined) return false;
    if (lineWeight(key) < TELLING) return key !== '' && goesOnInGap(at, block) && isInReach(at, block, best.rows, file);
    const isHead = /[{(:]$/.test(key) && freeRows(at).length === 1;
    return isHead || isWithinReach(at, block, best.rows, file) || best.score - best.elsewhere(at) < LEAST_MARGIN;
  });
  if (doubtful !== undefined) return uncertain(lines[doubtful] ?? '');
  for (const segment of segments) {
    const frame = frameOf(segment.find((at) => keys[at] !== '') ?? -1);
    if (frame !== undefined) {
      edits.push(...frame.edits);
      segmentsHeld++;
      continue;
    }
    const twice = edgeElsewhere(segment, block, best.rows, file);
    const matched = segment.filter((at) => (best.rows[at] ?? -1) >= 0 && keys[at] !== '');
    if (matched.length === 0) return unplaced(segment, lines);
    const isTelling = (at: number): boolean => isEqual(at) && lineWeight(keys[at] ?? '') >= TELLING;
    for (const change of changesIn(segment, best.rows, block, file)) {
      if (change.kind === 'unclear') return { kind: 'refused', reason: 'incomplete', message: change.message };
      if (twice !== null) return uncertain(twice);
      edits.push(change.edit);
      const margin = best.score - Math.max(...change.anchors.map((anchor) => best.elsewhere(anchor)));
      const isHeld = change.anchors.some(isTelling);
      // A closing bracket is where it has to be when what it closes is: anywhere else that would be lost.
      const isClosed = margin > CLOSED_MARGIN && segmentsHeld > 0;
      if (change.anchors.length === 0 || margin < LEAST_MARGIN || !(isHeld || isClosed)) {
        const message = `It is not certain where the code near line ${change.edit.startRow + 1} of the file belongs.`;
        return { kind: 'refused', reason: 'ambiguous', message };
      }
      certainty = Math.min(certainty, margin);
    }
    if (segment.some(isTelling)) segmentsHeld++;
  }
  const lost = lostDefinition(edits, file);
  if (lost !== null) return { kind: 'refused', reason: 'ambiguous', message: lost };
  const forgotten = forgottenLines(edits, file);
  if (forgotten !== null) return { kind: 'refused', reason: 'incomplete', message: forgotten };
  return { kind: 'edits', edits, certainty };
}

/** True for what opens something just above a gap, or closes something just below: the gap stands for the rest of it. */
function goesOnInGap(at: number, { keys, isGap }: CodeBlock): boolean {
  const isClosing = /^(?:[)\]}]|\*\/)/.test(keys[at] ?? '');
  const step = isClosing ? -1 : 1;
  let next = at + step;
  while (keys[next] === '' && isGap[next] !== true) next += step;
  return isGap[next] === true;
}

/** True when the file has a line unmet in what the gap beside it may stand for. */
function isInReach(at: number, { keys }: CodeBlock, rows: readonly number[], file: FileLines): boolean {
  const above = rows.slice(0, at).findLast((row) => row >= 0) ?? -1;
  const below = rows.slice(at).find((row) => row >= 0) ?? file.count;
  return file.rowsOfKey(keys[at] ?? '').some((row) => row > above && row < below);
}

/**
 * True when a line that is taken for new stands, unmet, in what its part of the block or the gaps beside it may
 * stand for, and nowhere else or with a neighbour that it has in the block too: then the part may belong there.
 */
function isWithinReach(at: number, { keys, isGap }: CodeBlock, rows: readonly number[], file: FileLines): boolean {
  const [from, to] = [isGap.lastIndexOf(true, at), isGap.indexOf(true, at)];
  const above = from < 0 ? -1 : (rows.slice(0, from).findLast((row) => row >= 0) ?? -1);
  const below = to < 0 ? file.count : (rows.slice(to).find((row) => row >= 0) ?? file.count);
  const known = file.rowsOfKey(keys[at] ?? '');
  const free = known.filter((row) => row > above && row < below && !rows.includes(row));
  const segment = keys.slice(from + 1, to < 0 ? undefined : to);
  const own = rows.slice(from + 1, to < 0 ? undefined : to).filter((row) => row >= 0);
  const [first = Infinity, last = -1] = [own[0], own.at(-1)];
  // It goes in one place and comes in another: the lines between have met each other's likes.
  if (known.length === 1 && free.some((row) => row > first && row < last)) return true;
  return free.some((row) =>
    ([-1, 1] as const).some((step) => {
      const [near, other] = [nextKey(segment, at - from - 1, step), nextKey(file.keys, row, step)];
      return lineWeight(near) >= TELLING && (near === other || similarity(near, other) >= ALIKE);
    }),
  );
}

/**
 * The first or last line of a segment when the run of lines that stay there is in reach of the gap beside it once more,
 * so that more or less of the file may be meant to go. Null where both ends are where they are.
 */
function edgeElsewhere(
  segment: readonly number[],
  { lines, keys, isGap }: CodeBlock,
  rows: readonly number[],
  file: FileLines,
): string | null {
  const [first = 0, last = 0] = [segment[0], segment.at(-1)];
  const isKept = (at: number): boolean => (rows[at] ?? -1) >= 0 && keys[at] === file.key(rows[at] ?? -1);
  const isOther = (at: number): boolean => keys[at] !== '' && !isKept(at);
  const full = segment.filter((at) => keys[at] !== '');
  const [from, to] = [full.findIndex(isOther), full.findLastIndex(isOther)];
  if (from < 0) return null;
  const above = rows.slice(0, first).findLast((row) => row >= 0) ?? -1;
  const below = rows.slice(last + 1).find((row) => row >= 0) ?? file.count;
  const ends = [
    isGap[first - 1] === true ? full.slice(0, from) : [],
    isGap[last + 1] === true ? full.slice(to + 1) : [],
  ];
  for (const run of ends) {
    if (run.length === 0) continue;
    const places = file.findKeys(run.map((at) => keys[at] ?? ''));
    const isNear = ([row = -1]: readonly number[]): boolean => row > above && row < below;
    if (places.filter(isNear).length > 1) return lines[run[0] ?? 0] ?? '';
  }
  return null;
}

/** The nearest key in a direction that is not blank; empty where none is. */
function nextKey(keys: readonly string[], from: number, step: 1 | -1): string {
  let at = from + step;
  while (keys[at] === '') at += step;
  return keys[at] ?? '';
}

/** True for two lines that define or call something under different names: then one is not the other changed. */
function isOtherName(left: string, right: string): boolean {
  if (leading.test(left) && leading.test(right)) return false;
  const [name, other] = [definedName(left), definedName(right)];
  return name !== undefined && other !== undefined && name !== other;
}

function definedName(line: string): string | undefined {
  const start = line.slice(0, 200);
  const called = /([\w$.]+\(\s*["'`][^"'`]*)|[\w$]+(?=\s*\()/.exec(start)?.[0];
  return definition.exec(start)?.[1] ?? called;
}

const notFound: CodeEdits = {
  kind: 'refused',
  reason: 'not found',
  message: 'Nothing in the file is like the code, so it is not clear where it belongs.',
};

function uncertain(line: string): CodeEdits {
  const message = `It is not certain whether “${line.trim().slice(0, 60)}” is new or stands in the file already.`;
  return { kind: 'refused', reason: 'ambiguous', message };
}

function unplaced(segment: readonly number[], lines: readonly string[]): CodeEdits {
  const first = (lines[segment.find((at) => (lines[at] ?? '').trim() !== '') ?? 0] ?? '').trim().slice(0, 60);
  const message = `Nothing says where the part that begins with “${first}” belongs.`;
  return { kind: 'refused', reason: 'not found', message };
}

/**
 * The line at an end of the block, where no gap is, that the file does not have: nothing would hold it there.
 * Comments and decorators go with what follows them. Null where both ends are held.
 */
function looseEnd({ lines, keys, isGap }: CodeBlock, rows: readonly number[], file: FileLines): number | null {
  const full = [...lines.keys()].filter((at) => keys[at] !== '');
  const first = full.find((at) => !/^\s*(\/\/|\/?\*|# |@|--|<!--)/.test(lines[at] ?? '')) ?? full[0];
  const last = full.at(-1);
  const top = rows.find((row) => row >= 0) ?? 0;
  const isTop = isGap[full[0] ?? 0] !== true && file.keys.slice(0, top).every((key) => key === '');
  const bottom = rows.findLast((row) => row >= 0) ?? 0;
  // A few lines above the first or below the last may be meant to go, for no gap stands for them.
  const [above = 0, below = 0] = [file.keys.slice(0, top), file.keys.slice(bottom + 1)].map(
    (part) => part.filter((key) => key !== '').length,
  );
  if (isGap[full[0] ?? 0] !== true && above > 0 && above <= FEW_LINES) return full[0] ?? null;
  if (isGap[full.at(-1) ?? 0] !== true && below > 0 && below <= FEW_LINES) return full.at(-1) ?? null;
  const isBottom = isGap[full.at(-1) ?? 0] !== true && file.keys.slice(bottom + 1).every((key) => key === '');
  for (const at of [isTop ? undefined : first, isBottom ? undefined : last]) {
    if (at !== undefined && isGap[at] !== true && (rows[at] ?? -1) < 0) return at;
  }
  return null;
}

/** The lines between gaps, without parts that are blank. */
function segmentsOf({ lines, keys, isGap }: CodeBlock): number[][] {
  const segments: number[][] = [[]];
  for (const at of lines.keys()) {
    if (isGap[at] === true) segments.push([]);
    else segments.at(-1)?.push(at);
  }
  return segments.filter((segment) => segment.some((at) => keys[at] !== ''));
}

type SegmentChange =
  | { readonly kind: 'edit'; readonly edit: RowsEdit; readonly anchors: readonly number[] }
  | { readonly kind: 'unclear'; readonly message: string };

/** The changes of one segment, each with the lines around it that hold it in its place. */
function changesIn(
  segment: readonly number[],
  rows: readonly number[],
  block: CodeBlock,
  file: FileLines,
): SegmentChange[] {
  const { lines, keys } = block;
  const changes: SegmentChange[] = [];
  const rowOf = (at: number): number => rows[at] ?? -1;
  const isKept = (at: number): boolean => rowOf(at) >= 0 && isSameLine(lines[at] ?? '', file.line(rowOf(at)));
  const kept = segment.filter(isKept);
  const stops = [...kept, undefined];
  let before: number | undefined;
  for (const stop of stops) {
    const between = segment.filter((at) => (before === undefined || at > before) && (stop === undefined || at < stop));
    const changed = between.filter((at) => rowOf(at) >= 0);
    const from = before === undefined ? undefined : rowOf(before) + 1;
    const to = stop === undefined ? undefined : rowOf(stop);
    const startRow = from ?? (changed[0] === undefined ? to : rowOf(changed[0]));
    const endRow = to ?? (changed.at(-1) === undefined ? from : rowOf(changed.at(-1) ?? 0) + 1);
    const held = [anchorFrom(before, -1, segment, block, rows), anchorFrom(stop, 1, segment, block, rows)];
    const anchors = [...held, ...changed].filter((at) => at !== undefined);
    before = stop;
    if (startRow === undefined || endRow === undefined) continue;
    const isEdge = from === undefined || to === undefined;
    // Blank lines next to a gap or at the ends of the block are only how the answer is laid out.
    if (isEdge && between.every((at) => keys[at] === '')) continue;
    if (from === undefined && opensWhatIsThere(between, stop, block)) {
      return [...changes, { kind: 'unclear', message: 'It changes the head of code whose body it continues.' }];
    }
    const isEndLeading = leading.test(lines[between.at(-1) ?? -1] ?? '') && leading.test(file.line(endRow));
    if (to === undefined && isEndLeading) return [...changes, { kind: 'unclear', message: besideOthers }];
    if (from === undefined && bringsLeading(between, startRow, block, file)) {
      return [...changes, { kind: 'unclear', message: besideOthers }];
    }
    const isBlankAbove = startRow === 0 || file.key(startRow - 1) === '';
    const isBlankBelow = endRow === file.count || file.key(endRow) === '';
    const trimmed = trimEdge(between, from === undefined && isBlankAbove, to === undefined && isBlankBelow, block);
    const newLines = trimmed.map((at) => lines[at] ?? '');
    if (startRow === endRow && newLines.length === 0) continue;
    changes.push({ kind: 'edit', edit: { startRow, endRow, newLines }, anchors });
  }
  return changes;
}

/**
 * The line that holds a change on one side: of the lines that stand together in the block and in the file the
 * nearest that says where it stands, else the nearest with anything in it.
 */
function anchorFrom(
  start: number | undefined,
  step: 1 | -1,
  segment: readonly number[],
  { keys }: CodeBlock,
  rows: readonly number[],
): number | undefined {
  if (start === undefined) return undefined;
  let nearest: number | undefined;
  for (let at = start; segment.includes(at) && rows[at] === (rows[start] ?? -1) + at - start; at += step) {
    if (keys[at] === '') continue;
    nearest ??= at;
    if (lineWeight(keys[at] ?? '') >= TELLING) return at;
  }
  return nearest;
}

/** Without blank lines towards a gap that the file has there already. */
function trimEdge(
  between: readonly number[],
  isStart: boolean,
  isEnd: boolean,
  { keys }: CodeBlock,
): readonly number[] {
  let [start, end] = [0, between.length];
  while (isStart && start < end && keys[between[start] ?? 0] === '') start++;
  while (isEnd && end > start && keys[between[end - 1] ?? 0] === '') end--;
  return between.slice(start, end);
}

/** True when what a gap ends with may be the comment or attribute that new ones at the start of a segment replace. */
function bringsLeading(
  between: readonly number[],
  startRow: number,
  { lines, keys }: CodeBlock,
  file: FileLines,
): boolean {
  const last = between.findLast((at) => keys[at] !== '');
  const hasGapBefore = (between[0] ?? 0) > 0;
  return hasGapBefore && last !== undefined && leading.test(lines[last] ?? '') && leading.test(file.line(startRow - 1));
}

const leading = /^\s*(?:#\[|@\w|\/\/|\/?\*|# |\[\w)|\*\/\s*$/;

/** True when new lines at the start of a segment open a scope that goes on with a line of the file. */
function opensWhatIsThere(between: readonly number[], stop: number | undefined, { lines, keys }: CodeBlock): boolean {
  if (stop === undefined || keys[stop] === '') return false;
  const width = widthOf(lines[stop] ?? '');
  const last = between.findLast((at) => keys[at] !== '');
  return last !== undefined && widthOf(lines[last] ?? '') < width;
}
