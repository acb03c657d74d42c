import type { FileLines } from './locate/fileLines.ts';
import { indentationOf, indentationWidth, lineKey } from './locate/lineKey.ts';
import type { Place } from './locate/locateHunk.ts';
import { type LinePair, type Reindent, learnReindent } from './locate/reindent.ts';
import type { Hunk, HunkLine } from './proposedChange.ts';
import type { RowsEdit } from './textLines.ts';

/** The edits of a hunk at its place, or why it cannot be made there, as a clause. */
export type HunkEdits =
  { readonly kind: 'edits'; readonly edits: readonly RowsEdit[] } | { readonly kind: 'unclear'; readonly why: string };

/** A run of lines that go and come, between lines that stay. Numbers count the lines that stay or go. */
interface Block {
  readonly start: number;
  readonly end: number;
  readonly added: readonly string[];
}

/** Makes the edits of a hunk: lines that stay are left as the file has them, new ones are indented as it does. */
export function hunkEdits(hunk: Hunk, place: Place, file: FileLines): HunkEdits {
  const edits: RowsEdit[] = [];
  const reindent = reindentFor(hunk, place, file);
  const old = place.lines.filter(({ kind }) => kind !== 'add');
  const moved = movedLines(old, place.rows, file);
  for (const block of blocksOf(place.lines)) {
    const range = rangeOf(block, old, place.rows, file);
    if (typeof range === 'string') return { kind: 'unclear', why: range };
    const newLines: string[] = [];
    const replaced = old.slice(block.start, block.end);
    for (const [at, line] of block.added.entries()) {
      const made = reindent(line) ?? likeReplaced(line, at, block, replaced, place.rows, file);
      if (made === null) return { kind: 'unclear', why: 'the indentation of its new lines cannot be told' };
      const asInFile = moved.get(line.trim());
      newLines.push(asInFile === undefined ? made : indentationOf(made) + asInFile);
    }
    edits.push(withEnd({ ...range, newLines }, hunk, file));
  }
  return { kind: 'edits', edits };
}

/** What lines that the patch writes with other white space are in the file: a line that it moves stays what it is. */
function movedLines(old: readonly HunkLine[], rows: readonly number[], file: FileLines): ReadonlyMap<string, string> {
  const moved = new Map<string, string>();
  for (const [at, { text }] of old.entries()) {
    const row = rows[at] ?? -1;
    if (row >= 0 && file.key(row) === lineKey(text)) moved.set(text.trim(), file.line(row).trim());
  }
  return moved;
}

function withEnd(edit: RowsEdit, { finalLineEnd }: Hunk, file: FileLines): RowsEdit {
  return finalLineEnd === null || edit.endRow < file.count ? edit : { ...edit, finalLineEnd };
}

function blocksOf(lines: readonly HunkLine[]): Block[] {
  const blocks: { start: number; end: number; added: string[] }[] = [];
  let at = 0;
  let open: (typeof blocks)[number] | undefined;
  for (const { kind, text } of lines) {
    if (kind === 'keep') open = undefined;
    else if (open === undefined) blocks.push((open = { start: at, end: at, added: [] }));
    if (kind === 'add') open?.added.push(text);
    else at++;
    if (kind === 'remove' && open !== undefined) open.end = at;
  }
  return blocks;
}

/** The rows that a block replaces, or why that is not clear. */
function rangeOf(
  { start, end, added }: Block,
  old: readonly HunkLine[],
  rows: readonly number[],
  file: FileLines,
): { readonly startRow: number; readonly endRow: number } | string {
  if (old.length === 0) return { startRow: 0, endRow: file.count };
  const gone = rows.slice(start, end).filter((row) => row >= 0);
  const [first, last] = [gone[0], gone.at(-1)];
  if (first !== undefined && last !== undefined) {
    for (let row = first; row <= last; row++) {
      if (!gone.includes(row) && file.key(row) !== '') return 'the file has lines between those that it replaces';
    }
    return { startRow: first, endRow: last + 1 };
  }
  const before = rows[start - 1] ?? -1;
  const after = rows[end] ?? -1;
  if (end > start && added.length === 0) return { startRow: Math.max(before + 1, 0), endRow: Math.max(before + 1, 0) };
  if (before >= 0 && after >= 0) {
    if (after === before + 1) return { startRow: after, endRow: after };
    // A blank line that the patch does not know: the new lines bring their own, or stand next to what they follow.
    const between = file.keys.slice(before + 1, after);
    if (between.some((key) => key !== '')) return 'the file has other lines where the new ones belong';
    return insertionAmongBlanks(added, before, after);
  }
  // At an end of the hunk one neighbour is enough.
  if (before >= 0 && (after === -1 || start === old.length)) return { startRow: before + 1, endRow: before + 1 };
  if (after >= 0) return { startRow: after, endRow: after };
  return 'none of the lines around its new ones is in the file';
}

function insertionAmongBlanks(
  added: readonly string[],
  before: number,
  after: number,
): { readonly startRow: number; readonly endRow: number } | string {
  const startsBlank = lineKey(added[0] ?? '') === '';
  const endsBlank = lineKey(added.at(-1) ?? '') === '';
  if (startsBlank === endsBlank) return 'it is not clear on which side of a blank line the new ones belong';
  const row = startsBlank ? before + 1 : after;
  return { startRow: row, endRow: row };
}

/** How the new lines of a hunk get the indentation of the file. */
function reindentFor(hunk: Hunk, place: Place, file: FileLines): Reindent {
  if (place.by === 'exact text') return (line) => line;
  const old = place.lines.filter(({ kind }) => kind !== 'add');
  const added = place.lines.filter(({ kind }) => kind === 'add').map(({ text }) => text);
  const pairs: LinePair[] = [];
  for (const [at, { text }] of old.entries()) {
    const row = place.rows[at] ?? -1;
    if (row >= 0 && file.key(row) === lineKey(text)) pairs.push({ patch: text, file: file.line(row) });
  }
  const patchLines = place.lines.map(({ text }) => text);
  if (hunk.form === 'search' && !sharesIndentation(place.lines, pairs)) {
    const isAsFile = leastWidth(added) === leastWidth(pairs.map((pair) => pair.file));
    return isAsFile ? (line) => line : () => null;
  }
  return learnReindent(pairs, patchLines, file.indentationUnit);
}

/** Whether what is searched and what replaces it are indented alike; only then one tells about the other. */
function sharesIndentation(lines: readonly HunkLine[], pairs: readonly LinePair[]): boolean {
  if (pairs.every(({ patch, file }) => indentationOf(patch) === indentationOf(file))) return true;
  if (lines.some(({ kind, text }) => kind === 'keep' && indentationOf(text) !== '' && lineKey(text) !== ''))
    return true;
  const texts = (kind: HunkLine['kind']): string[] =>
    lines.filter((line) => line.kind === kind).map(({ text }) => text);
  if (lines.some(({ kind, text }) => kind === 'keep' && lineKey(text) !== '')) return true;
  return texts('add').length === 0 || leastWidth(texts('add')) === leastWidth(texts('remove'));
}

function leastWidth(lines: readonly string[]): number {
  const full = lines.filter((line) => lineKey(line) !== '');
  return full.reduce((least, line) => Math.min(least, indentationWidth(indentationOf(line))), Infinity);
}

/**
 * Where the patch has lost the indentation, a line that takes the place of another, one for one, is indented
 * as that one was; null where there is none such.
 */
function likeReplaced(
  line: string,
  at: number,
  { start, end, added }: Block,
  replaced: readonly HunkLine[],
  rows: readonly number[],
  file: FileLines,
): string | null {
  const old = replaced[at]?.text;
  const row = rows[start + at] ?? -1;
  if (old === undefined || row < 0 || added.length !== end - start) return null;
  if (indentationOf(old) !== indentationOf(line)) return null;
  return indentationOf(file.line(row)) + line.trim();
}
