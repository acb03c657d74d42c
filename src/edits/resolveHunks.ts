import { t } from '../base/texts.ts';
import { gapMarker } from './answer/gapMarker.ts';
import { hunkEdits, linePairs } from './hunkEdits.ts';
import type { FileLines } from './locate/fileLines.ts';
import { lineKey } from './locate/lineKey.ts';
import { type Place, type Search, locateHunk } from './locate/locateHunk.ts';
import type { LinePair } from './locate/reindent.ts';
import { mendHunk, whollySpoilt } from './locate/repairs.ts';
import type { Hunk, HunkLine } from './proposedChange.ts';
import type { RefusalReason, ResolvedHunk } from './resolvedChange.ts';
import { applyTextEdits } from './textEdit.ts';
import type { RowsEdit } from './textLines.ts';

/** What to do about new lines that look as if their characters were changed on their way. */
type SpoiltLines = 'refuse' | 'leave' | 'mend';

/** Finds the place of each hunk in the file and makes its edits. */
export function resolveHunks(
  hunks: readonly Hunk[],
  file: FileLines,
  spoiltLines: SpoiltLines = 'refuse',
): ResolvedHunk[] {
  let parts = hunks.flatMap((hunk) => splitAtGaps(hunk, file));
  const locate = (part: Part): Search | undefined => (part.kind === 'part' ? locateHunk(part.hunk, file) : undefined);
  let searches = parts.map(locate);
  // What has spoilt one part of an answer has spoilt all of it, also where it does not show.
  const mended = searches.find((search) => search?.kind === 'found' && search.place.damage !== null);
  const damage = mended?.kind === 'found' ? mended.place.damage : null;
  if (damage !== null) {
    parts = parts.map((part) => ({ ...part, hunk: mendHunk(part.hunk, damage) }));
    searches = parts.map(locate);
  }
  const places = searches.flatMap((search) => (search?.kind === 'found' ? [search.place] : []));
  const sure = places.filter(({ by }) => by !== 'similar text');
  const context: Context = {
    file,
    spoiltLines,
    offsets: offsetsOf(parts, searches),
    pairs: sure.flatMap((place) => linePairs(place.lines, place, file)),
  };
  return parts.map((part, at): ResolvedHunk => {
    if (part.kind === 'unclear') return refused(part.hunk, 'incomplete', part.message);
    const search = searches[at];
    if (search === undefined) return refused(part.hunk, 'not found', notFound());
    return resolveHunk(part.hunk, search, context);
  });
}

/** What the hunks of one change tell about each other. */
interface Context {
  readonly file: FileLines;
  readonly spoiltLines: SpoiltLines;
  readonly offsets: Offsets;
  /** Lines whose place is sure: they show how the change is indented where the file is indented otherwise. */
  readonly pairs: readonly LinePair[];
}

type Part =
  | { readonly kind: 'part'; readonly hunk: Hunk }
  | { readonly kind: 'unclear'; readonly hunk: Hunk; readonly message: string };

const spoilt = (): string =>
  t('Quotes or other characters of its new lines seem to have been changed on their way here.');
const notFound = (): string => t('The lines that it is to change are not in the file.');

/** A hunk with “…” for lines in between becomes one for each side; unless the file itself has such a line. */
function splitAtGaps(hunk: Hunk, file: FileLines): Part[] {
  const isGap = (text: string): boolean => {
    const marker = gapMarker(text);
    return marker !== undefined && file.rowsOfKey(lineKey(text)).length === 0;
  };
  if (!hunk.lines.some(({ text }) => isGap(text))) return [{ kind: 'part', hunk }];
  if (hunk.lines.some(({ kind, text }) => kind !== 'keep' && isGap(text))) {
    return [
      { kind: 'unclear', hunk, message: t('It leaves out lines that it replaces, so it is not clear what is to go.') },
    ];
  }
  const groups: Hunk['lines'][number][][] = [[]];
  for (const line of hunk.lines) {
    if (isGap(line.text)) groups.push([]);
    else groups.at(-1)?.push(line);
  }
  const heads: string[] = [];
  const parts: Part[] = [];
  for (const [at, lines] of groups.entries()) {
    if (lines.some(({ kind }) => kind !== 'keep')) {
      const line = at === 0 ? hunk.line : null;
      const isCounted = at === 0 && hunk.isCounted;
      parts.push({ kind: 'part', hunk: { ...hunk, lines, line, isCounted, headings: [...hunk.headings, ...heads] } });
    }
    const head = lines.find(({ kind, text }) => kind === 'keep' && lineKey(text).length > 3);
    if (head !== undefined) heads.push(head.text);
  }
  return parts;
}

/** By how many rows a hunk whose place is certain stands further down than it says, by where it says. */
type Offsets = readonly { readonly line: number; readonly offset: number }[];

function offsetsOf(parts: readonly Part[], searches: readonly (Search | undefined)[]): Offsets {
  const offsets: { line: number; offset: number }[] = [];
  for (const [at, { hunk }] of parts.entries()) {
    const search = searches[at];
    if (hunk.line === null || search?.kind !== 'found' || search.place.by === 'similar text') continue;
    offsets.push({ line: hunk.line, offset: (search.place.rows[0] ?? 0) - (hunk.line - 1) });
  }
  return offsets.sort((left, right) => left.line - right.line);
}

function resolveHunk(hunk: Hunk, search: Search, context: Context): ResolvedHunk {
  switch (search.kind) {
    case 'found':
      return located(hunk, search.place, context);
    case 'applied':
      return { kind: 'applied', answerLine: hunk.answerLine, startLine: search.row + 1 };
    case 'several': {
      const place = byLine(hunk, search.places, context.offsets) ?? byResult(hunk, search.places, context);
      return place === undefined ? refused(hunk, 'ambiguous', several(search.places)) : located(hunk, place, context);
    }
    case 'nowhere': {
      const near = search.nearest === null ? '' : ` ${t('What comes closest is at line {0}.', search.nearest + 1)}`;
      return refused(hunk, 'not found', notFound() + near);
    }
  }
}

function several(places: readonly Place[]): string {
  const lines = places.map(({ rows }) => (rows.find((row) => row >= 0) ?? 0) + 1);
  if (lines.length === 1) return t('It fits near line {0} and elsewhere about as well.', lines[0] ?? 0);
  const shown = lines.slice(0, 4).join(', ') + (lines.length > 4 ? ', …' : '');
  return t('The lines that it is to change are in the file {0} times (lines {1}).', lines.length, shown);
}

/** The one place that stands where the hunk says, given how far others of the same patch are from where they say. */
function byLine(hunk: Hunk, places: readonly Place[], offsets: Offsets): Place | undefined {
  const { line } = hunk;
  if (line === null || places.length < 2) return undefined;
  const others = offsets.filter((other) => other.line !== line);
  const near = [others.findLast((other) => other.line < line), others.find((other) => other.line > line)];
  const expected = near.flatMap((other) => (other === undefined ? [] : [other.offset]));
  if (expected.length === 0 && hunk.isCounted) expected.push(0);
  const fitting = places.filter(({ rows }) => expected.includes((rows[0] ?? -1) - (line - 1)));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Texts longer than this are not made several times to compare them. */
const LONGEST_COMPARED = 300_000;

/** Where all places come to the same text, as when one of several equal lines goes, any will do. */
function byResult(hunk: Hunk, places: readonly Place[], { file, pairs }: Context): Place | undefined {
  const { text } = file.text;
  if (places.length < 2 || places.length > 4 || text.length > LONGEST_COMPARED) return undefined;
  const results = places.map((place) => {
    const made = hunkEdits(hunk, place, pairs, file);
    file.work.spend(text.length);
    return made.kind === 'edits'
      ? applyTextEdits(
          text,
          made.edits.map((edit) => file.text.toTextEdit(edit)),
        )
      : null;
  });
  return results[0] !== null && results.every((result) => result === results[0]) ? places[0] : undefined;
}

function located(hunk: Hunk, written: Place, { file, spoiltLines, pairs }: Context): ResolvedHunk {
  const added = written.lines.flatMap(({ kind, text }) => (kind === 'add' ? [text] : []));
  const damage = whollySpoilt(added, file.text.text);
  if (damage !== null && spoiltLines === 'refuse') return refused(hunk, 'spoilt', spoilt());
  const mend = (line: HunkLine): HunkLine =>
    line.kind === 'add' ? { ...line, text: damage?.mend(line.text) ?? line.text } : line;
  const place =
    damage === null || spoiltLines === 'leave'
      ? written
      : { ...written, by: 'mended text' as const, lines: written.lines.map(mend) };
  const made = hunkEdits(hunk, place, pairs, file);
  if (made.kind === 'unclear') {
    const row = (place.rows.find((each) => each >= 0) ?? 0) + 1;
    return refused(hunk, 'incomplete', t('It belongs near line {0}, but {1}.', row, made.why));
  }
  const rows = place.rows.filter((row) => row >= 0);
  if (made.edits.every((edit) => changesNothing(edit, file))) {
    return { kind: 'applied', answerLine: hunk.answerLine, startLine: (rows[0] ?? 0) + 1 };
  }
  return {
    kind: 'located',
    answerLine: hunk.answerLine,
    by: place.by,
    certainty: place.certainty,
    startLine: (made.edits[0]?.startRow ?? 0) + 1,
    endLine: made.edits.at(-1)?.endRow ?? 0,
    edits: made.edits.map((edit) => file.text.toTextEdit(edit)),
  };
}

function changesNothing({ startRow, endRow, newLines, finalLineEnd }: RowsEdit, file: FileLines): boolean {
  if (finalLineEnd !== undefined || newLines.length !== endRow - startRow) return false;
  return newLines.every((line, at) => line === file.line(startRow + at));
}

function refused({ answerLine }: Hunk, reason: RefusalReason, message: string): ResolvedHunk {
  return { kind: 'refused', answerLine, reason, message };
}
