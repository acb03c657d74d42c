import { gapMarker } from '../answer/gapMarker.ts';
import { pathInComment } from '../../base/filePath.ts';
import type { FileLines } from '../locate/fileLines.ts';
import { indentationOf, lineKey, lineWeight } from '../locate/lineKey.ts';
import { type LinePair, commonShift, learnReindent } from '../locate/reindent.ts';

/** The lines of a code block, indented as the file is. */
export interface CodeBlock {
  readonly lines: readonly string[];
  readonly keys: readonly string[];
  /** True for the lines that stand for what was left out. */
  readonly isGap: readonly boolean[];
}

/** Shares of lines that have to be indented alike for the block to be taken as it is. */
const MOSTLY = 0.6;

/**
 * Prepares the lines of a code block for a file: without a first line that only names the file, without blank
 * lines at the end, and indented as the file is where it differs as a whole. Null when the indentation cannot be told.
 */
export function readCodeBlock(written: readonly string[], path: string, file: FileLines): CodeBlock | null {
  let start = 0;
  let end = written.length;
  const isBlank = (row: number): boolean => (written[row] ?? '').trim() === '';
  const first = written.findIndex((line) => line.trim() !== '');
  const head = written[first] ?? '';
  const named = pathInComment(head);
  if (named !== undefined && nameOf(named) === nameOf(path) && file.rowsOfKey(lineKey(head)).length === 0) {
    start = first + 1;
    while (start < end && isBlank(start) && file.key(0) !== '') start++;
  }
  while (end > start && isBlank(end - 1)) end--;
  const lines = written.slice(start, end);
  const isGap = lines.map((line) => gapMarker(line) !== undefined && file.rowsOfKey(lineKey(line)).length === 0);
  const made = asFileIndents(lines, isGap, file);
  return made === null ? null : { lines: made, keys: made.map(lineKey), isGap };
}

function nameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function asFileIndents(lines: readonly string[], isGap: readonly boolean[], file: FileLines): readonly string[] | null {
  const pairs = certainPairs(lines, file);
  const indented = pairs.filter(({ patch, file: own }) => indentationOf(patch) !== '' || indentationOf(own) !== '');
  const alike = indented.filter(({ patch, file: own }) => indentationOf(patch) === indentationOf(own));
  const trailing = pairs.filter(({ patch }) => patch !== patch.trimEnd());
  const extra = trailing.filter(({ file: own }) => own === own.trimEnd());
  const trim = extra.length > 0 && extra.length >= trailing.length * MOSTLY;
  if (pairs.length === 0) return lines;
  // Where tabs have become spaces, or spaces tabs, those that are the same on both sides tell nothing of the others.
  const isOtherStyle = indented.some(({ patch, file: own }) => hasTab(patch) !== hasTab(own));
  if (isOtherStyle && alike.some(({ patch }) => !hasTab(patch))) return null;
  if (indented.length > 0 && alike.length >= indented.length * MOSTLY)
    return trim ? lines.map((line) => line.trimEnd()) : lines;
  const shift =
    new Set(indented.map(({ patch }) => indentationOf(patch))).size > 1 ? commonShift(indented, MOSTLY) : null;
  if (shift !== null) {
    const shifted = lines.map((line) => shiftLine(line, shift));
    if (!shifted.includes(null)) return shifted.map((line) => (trim ? (line ?? '').trimEnd() : (line ?? '')));
  }
  const reindent = learnReindent(pairs, lines, file.indentationUnit);
  const made = lines.map((line, at) => reindent(line) ?? (isGap[at] === true ? line : null));
  return made.includes(null) ? null : made.map((line) => line ?? '');
}

function hasTab(line: string): boolean {
  return indentationOf(line).includes('\t');
}

function shiftLine(line: string, shift: (indentation: string) => string | null): string | null {
  if (line.trim() === '') return '';
  const own = indentationOf(line);
  const made = shift(own);
  return made === null ? null : made + line.slice(own.length);
}

/** Lines that the block and the file have exactly once each, so that there is no doubt which is which. */
function certainPairs(lines: readonly string[], file: FileLines): LinePair[] {
  const counts = new Map<string, number>();
  const keys = lines.map(lineKey);
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return lines.flatMap((patch, at): LinePair[] => {
    const key = keys[at] ?? '';
    const [row, another] = file.rowsOfKey(key);
    if (row === undefined || another !== undefined || counts.get(key) !== 1 || lineWeight(key) < 0.3) return [];
    return [{ patch, file: file.line(row) }];
  });
}
