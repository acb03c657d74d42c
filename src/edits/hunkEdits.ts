import { t } from '../base/texts.ts';
import type { FileLines } from './locate/fileLines.ts';
import { indentationOf, indentationWidth, lineKey, lineWeight } from './locate/lineKey.ts';
import type { Place } from './locate/locateHunk.ts';
import { unmark } from './locate/repairs.ts';
import { type LinePair, type Reindent, isFlat, learnReindent, unitOf } from './locate/reindent.ts';
import { similarity } from './locate/similarity.ts';
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

/**
 * Makes the edits of a hunk: lines that stay are left as the file has them, new ones are indented as it does.
 * `shared` are lines of all hunks of the change, for one that does not show itself how it is indented.
 */
export function hunkEdits(hunk: Hunk, place: Place, shared: readonly LinePair[], file: FileLines): HunkEdits {
  const old = place.lines.filter(({ kind }) => kind !== 'add');
  const ranges: PlacedBlock[] = [];
  for (const block of blocksOf(place.lines)) {
    const range = rangeOf(block, old, place.rows, file);
    if (typeof range === 'string') return { kind: 'unclear', why: range };
    ranges.push({ ...block, ...range });
  }
  if (place.by === 'similar text' && !isHeldAlike(ranges, place, file)) {
    return { kind: 'unclear', why: t('the brackets around its new lines are not where they should be') };
  }
  const readings = new Map<string, RowsEdit[]>();
  for (const reindent of reindentsFor(hunk, place, shared, file)) {
    const edits = editsWith(reindent, ranges, place, file);
    if (edits !== null) readings.set(JSON.stringify(edits), edits);
  }
  const likely =
    readings.size > 1 ? [...readings.values()].filter((edits) => isIndentedAs(file, edits)) : [...readings.values()];
  const [edits] = likely;
  if (edits === undefined || likely.length > 1) {
    return { kind: 'unclear', why: t('the indentation of its new lines cannot be told') };
  }
  return { kind: 'edits', edits: edits.map((edit) => withEnd(edit, hunk, file)) };
}

interface PlacedBlock extends Block {
  readonly startRow: number;
  readonly endRow: number;
}

/** True when brackets beside the changes are indented as the lines that tell more say: others may be meant. */
function isHeldAlike(blocks: readonly Block[], place: Place, file: FileLines): boolean {
  const old = place.lines.filter(({ kind }) => kind !== 'add');
  const reindent = learnReindent(
    linePairs(place.lines, place, file),
    place.lines.map(({ text }) => text),
    file.indentationUnit,
  );
  return blocks.every(({ start, end }) =>
    [start - 1, end].every((at) => {
      const row = place.rows[at] ?? -1;
      const text = old[at]?.text ?? '';
      const key = lineKey(text);
      if (row < 0 || key === '' || key !== file.key(row) || lineWeight(key) >= TELLING) return true;
      const made = reindent(text);
      return made !== null && indentationOf(made) === indentationOf(file.line(row));
    }),
  );
}

/** Null when the indentation of a new line cannot be told. */
function editsWith(
  reindent: Reindent,
  blocks: readonly PlacedBlock[],
  { lines, rows }: Place,
  file: FileLines,
): RowsEdit[] | null {
  const old = lines.filter(({ kind }) => kind !== 'add');
  const moved = movedLines(old, rows, file);
  const edits: RowsEdit[] = [];
  for (const block of blocks) {
    const newLines: string[] = [];
    const replaced = old.slice(block.start, block.end);
    for (const [at, line] of block.added.entries()) {
      const made = reindent(line) ?? likeReplaced(line, at, block, replaced, rows, file);
      if (made === null) return null;
      const asInFile = moved.get(line.trim());
      newLines.push(asInFile === undefined ? made : indentationOf(made) + asInFile);
    }
    edits.push({ startRow: block.startRow, endRow: block.endRow, newLines });
  }
  return edits;
}

/** True when all new lines are indented by whole steps of the file. */
function isIndentedAs(file: FileLines, edits: readonly RowsEdit[]): boolean {
  const step = file.indentationUnit?.length ?? 1;
  return edits.every(({ newLines }) => newLines.every((line) => indentationOf(line).length % step === 0));
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
    // What stands between lines that go, or beside them, may have been forgotten or may stay.
    for (let row = first; row <= last; row++) {
      if (!gone.includes(row)) return t('the file has lines between those that it replaces');
    }
    const [above, below] = [rows[start - 1] ?? -1, rows[end] ?? -1];
    const isApart = (above >= 0 && above < first - 1) || below > last + 1;
    const isTelling = old.slice(start, end).some(({ text }) => lineWeight(lineKey(text)) >= TELLING);
    if (isApart && !isTelling) return t('the file has other lines where the new ones belong');
    return { startRow: first, endRow: last + 1 };
  }
  // A blank line that is not in the file holds nothing: the line beyond it does.
  const isHolding = (at: number): boolean => (rows[at] ?? -1) >= 0 || lineKey(old[at]?.text ?? '') !== '';
  let [above, below] = [start - 1, end];
  while (above > 0 && !isHolding(above)) above--;
  while (below < old.length - 1 && !isHolding(below)) below++;
  const before = rows[above] ?? -1;
  const after = rows[below] ?? -1;
  if (end === start && hasOthersWithin(slideOf(start, old, added), old, rows, file)) {
    return t('the file has other lines where the new ones belong');
  }
  if (end > start && added.length === 0) return { startRow: Math.max(before + 1, 0), endRow: Math.max(before + 1, 0) };
  if (before >= 0 && after >= 0) {
    if (after === before + 1) return { startRow: after, endRow: after };
    // A blank line that the patch does not know: the new lines bring their own, or stand next to what they follow.
    const between = file.keys.slice(before + 1, after);
    if (between.some((key) => key !== '')) return t('the file has other lines where the new ones belong');
    return insertionAmongBlanks(added, before, after);
  }
  // One neighbour is enough, unless the other is a bracket or the like that would have to be right there.
  const nextRow = file.keys.findIndex((key, row) => row > before && key !== '');
  const lastRow = after < 0 ? -1 : file.keys.findLastIndex((key, row) => row < after && key !== '');
  if (before >= 0 && fits(old[below], nextRow, file)) return { startRow: before + 1, endRow: before + 1 };
  if (after >= 0 && fits(old[above], lastRow, file)) return { startRow: after, endRow: after };
  if (before >= 0 || after >= 0) return t('the file has other lines where the new ones belong');
  return t('none of the lines around its new ones is in the file');
}

/**
 * The lines between which new ones come, taken as far apart as these can be written: a function that is added behind
 * another one may as well be given as its body and the other’s closing bracket.
 */
function slideOf(
  at: number,
  old: readonly HunkLine[],
  added: readonly string[],
): { readonly above: number; readonly below: number } {
  const isKept = (line: number): boolean => old[line]?.kind === 'keep';
  const text = (line: number): string | undefined => (line < at ? old[line]?.text : added[line - at]);
  const textBelow = (line: number): string | undefined =>
    line < added.length ? added[line] : old[at + line - added.length]?.text;
  let [up, down] = [0, 0];
  while (isKept(at - 1 - up) && text(at - 1 - up) === text(at - 1 - up + added.length)) up++;
  while (isKept(at + down) && textBelow(down) === old[at + down]?.text) down++;
  return { above: at - 1 - up, below: at + down };
}

/** True when the file has lines of its own between those of the patch from the one to the other. */
function hasOthersWithin(
  { above, below }: { readonly above: number; readonly below: number },
  old: readonly HunkLine[],
  rows: readonly number[],
  file: FileLines,
): boolean {
  // A bracket may have been taken for another one: what stands above and below it tells.
  const isSure = (line: number): boolean => {
    const { text = '' } = old[line] ?? {};
    const row = rows[line] ?? -1;
    return row >= 0 && (lineWeight(lineKey(text)) >= TELLING || (file.key(row) !== '' && text === file.line(row)));
  };
  let [first, last] = [above, below];
  while (first > 0 && !isSure(first)) first--;
  while (last < old.length - 1 && !isSure(last)) last++;
  let held: number | undefined;
  // A line that the file has not is one of its own under another name.
  let renamed = 0;
  for (let line = Math.max(first, 0); line <= last; line++) {
    const row = rows[line] ?? -1;
    if (row < 0) {
      if (lineKey(old[line]?.text ?? '') !== '') renamed++;
      continue;
    }
    if (held !== undefined && file.keys.slice(held + 1, row).filter((key) => key !== '').length > renamed) return true;
    [held, renamed] = [row, 0];
  }
  return false;
}

/** True unless the line is one that tells nothing by itself and stands elsewhere than at the row. */
function fits(line: HunkLine | undefined, row: number, file: FileLines): boolean {
  const key = lineKey(line?.text ?? '');
  return key === '' || lineWeight(key) >= TELLING || key === file.key(row);
}

function insertionAmongBlanks(
  added: readonly string[],
  before: number,
  after: number,
): { readonly startRow: number; readonly endRow: number } | string {
  const startsBlank = lineKey(added[0] ?? '') === '';
  const endsBlank = lineKey(added.at(-1) ?? '') === '';
  if (startsBlank === endsBlank) return t('it is not clear on which side of a blank line the new ones belong');
  const row = startsBlank ? before + 1 : after;
  return { startRow: row, endRow: row };
}

/** The ways in which the new lines of a hunk may get the indentation of the file. */
function reindentsFor(hunk: Hunk, place: Place, shared: readonly LinePair[], file: FileLines): Reindent[] {
  const own = linePairs(place.lines, place, file);
  const isAtEdge = own.every(({ patch, file: line }) => indentationOf(patch) === '' && indentationOf(line) === '');
  const added = place.lines.filter(({ kind }) => kind === 'add').map(({ text }) => text);
  // Beside lines at the left edge only the new ones themselves show that their indentation is lost.
  if (isAtEdge && file.indentationUnit !== null && isFlat(added)) return [];
  // Hunks that were shifted as a whole say nothing about one that was not.
  const isShifted = shared.some(({ patch, file: line }) => indentationOf(patch) !== '' && indentationOf(line) === '');
  const borrowed = isAtEdge && !(isShifted && own.length > 0) ? shared : [];
  const steps = [place.lines.map(({ text }) => text), borrowed.map(({ patch }) => patch)].map(unitOf);
  const isOtherStep = borrowed.some(({ patch, file: line }) => indentationOf(patch) !== indentationOf(line));
  // Lines that are indented by another step than those that would show how do not follow them.
  if (isOtherStep && !steps.includes(null) && steps[0] !== steps[1]) return [];
  const pairs = [...own, ...borrowed];
  const patchLines = place.lines.map(({ text }) => text);
  if (place.by === 'exact text') {
    // Lines that are all at the left edge do not show whether the patch indents as the file does.
    return [isAtEdge ? learnReindent(pairs, patchLines, file.indentationUnit) : (line) => line];
  }
  if (hunk.form === 'search' && !sharesIndentation(place.lines, pairs)) {
    const isAsFile = leastWidth(added) === leastWidth(pairs.map((pair) => pair.file));
    return isAsFile ? [(line) => line] : [];
  }
  const asWritten = learnReindent(pairs, patchLines, file.indentationUnit);
  if (hunk.form === 'search') return [asWritten];
  // Lines that stay may have been written without their mark; then they would seem to be indented less.
  if (!isAtEdge && own.every(({ patch, file: line }) => indentationOf(patch) === indentationOf(line)))
    return [asWritten];
  const unmarked = place.lines.map((line) => (line.kind === 'keep' ? { ...line, text: unmark(line.text) } : line));
  const unmarkedPairs = [...linePairs(unmarked, place, file), ...borrowed];
  return [asWritten, learnReindent(unmarkedPairs, patchLines, file.indentationUnit)];
}

/** A line of weight under this may be taken for another one like it. */
const TELLING = 0.25;
/** Two lines that have less in common are not one line and what becomes of it. */
const LIKE_REPLACED = 0.4;

/** The lines that the patch and the file both have, but for white space. */
export function linePairs(lines: readonly HunkLine[], { by, rows }: Place, file: FileLines): LinePair[] {
  const pairs: LinePair[] = [];
  for (const [at, line] of lines.filter((each) => each.kind !== 'add').entries()) {
    const key = lineKey(line.text);
    const row = rows[at] ?? -1;
    if (row < 0 || key === '' || file.key(row) !== key) continue;
    pairs.push({ patch: line.text, file: file.line(row) });
  }
  const telling = by === 'similar text' ? pairs.filter(({ file: line }) => lineWeight(lineKey(line)) >= TELLING) : [];
  return telling.length > 0 ? telling : pairs;
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
  // With its indentation lost, a line that is another one altogether may belong anywhere.
  if (similarity(lineKey(old), lineKey(line)) < LIKE_REPLACED) return null;
  return indentationOf(file.line(row)) + line.trim();
}
