import type { Hunk, HunkLine } from '../proposedChange.ts';
import type { FileLines } from './fileLines.ts';
import { indentationOf, lineKey } from './lineKey.ts';
import { locateAlike } from './locateAlike.ts';
import { type Damage, type HunkForm, repairs } from './repairs.ts';
import { isUnder } from './scope.ts';

/** How the place of a change was found. */
export type LocatedBy = 'exact text' | 'text but for white space' | 'mended text' | 'similar text';

/** Where a hunk belongs. */
export interface Place {
  readonly by: LocatedBy;
  /** From 0 to 1: how much better this place is than any other. */
  readonly certainty: number;
  /** The lines of the hunk, mended where that was needed to find them. */
  readonly lines: readonly HunkLine[];
  /** What was mended in them. */
  readonly damage: Damage | null;
  /** For each of its lines that stay or go its row in the file; -1 for one that is not there. */
  readonly rows: readonly number[];
}

/** What looking for a hunk came to. */
export type Search =
  | { readonly kind: 'found'; readonly place: Place }
  /** Several places are as good as each other. */
  | { readonly kind: 'several'; readonly places: readonly Place[] }
  | { readonly kind: 'applied'; readonly row: number }
  | { readonly kind: 'nowhere'; readonly nearest: number | null };

/** More places than this are not compared with each other. */
const MOST_PLACES = 200;

/** Looks for the place of a hunk: by its exact lines, then but for white space, mended, and by what is similar. */
export function locateHunk(hunk: Hunk, file: FileLines): Search {
  if (hunk.lines.every(({ kind, text }) => kind === 'add' || lineKey(text) === ''))
    return locateWithoutLines(hunk, file);
  const { asWritten, mended } = repairs(hunk);
  // What was written is looked for in every way before anything is mended.
  const attempts: (() => readonly Place[])[] = [
    ...asWritten.map((form) => () => exactPlaces(form, 'exact text', file)),
    () =>
      likeliest(
        asWritten.map((form) => loosePlaces(form, 'text but for white space', file)),
        file,
      ),
    ...mended.map((form) => () => exactPlaces(form, 'mended text', file)),
    () =>
      likeliest(
        mended.map((form) => loosePlaces(form, 'mended text', file)),
        file,
      ),
  ];
  for (const attempt of attempts) {
    const places = attempt();
    if (places.length === 0) continue;
    const fitting = places.length > 1 ? underHeadings(places.slice(0, MOST_PLACES), hunk, file) : places;
    const [only] = fitting;
    if (fitting.length > 1 || only === undefined) return { kind: 'several', places: fitting };
    const row = appliedAt(only, file);
    return row === null ? { kind: 'found', place: only } : { kind: 'applied', row };
  }
  const row = alreadyThere(hunk, file);
  return row === null ? locateAlike([...asWritten, ...mended], file) : { kind: 'applied', row };
}

function exactPlaces({ lines, damage }: HunkForm, by: LocatedBy, file: FileLines): Place[] {
  const texts = lines.flatMap(({ kind, text }) => (kind === 'add' ? [] : [text]));
  return file.findExact(texts).map((start) => {
    return { by, certainty: 1, lines, damage, rows: texts.map((_, index) => start + index) };
  });
}

function loosePlaces({ lines, damage }: HunkForm, by: LocatedBy, file: FileLines): Place[] {
  const keys = lines.flatMap(({ kind, text }) => (kind === 'add' ? [] : [lineKey(text)]));
  return file.findKeys(keys).map((rows) => ({ by, certainty: 1, lines, damage, rows }));
}

/** Of several readings of a hunk the places of the one whose lines are indented most as in the file. */
function likeliest(readings: readonly (readonly Place[])[], file: FileLines): readonly Place[] {
  const indented = ({ lines, rows }: Place): number =>
    lines
      .filter(({ kind }) => kind !== 'add')
      .filter(({ text }, at) => indentationOf(text) === indentationOf(file.line(rows[at] ?? -1))).length;
  let [best, most]: [readonly Place[], number] = [[], -1];
  for (const places of readings) {
    const count = Math.max(-1, ...places.slice(0, MOST_PLACES).map(indented));
    if (count > most) [best, most] = [places, count];
  }
  return best;
}

/** A hunk that only adds has a place in an empty file, and in no other. */
function locateWithoutLines(hunk: Hunk, file: FileLines): Search {
  if (file.keys.some((key) => key !== '')) {
    const row = alreadyThere(hunk, file);
    return row === null ? { kind: 'nowhere', nearest: null } : { kind: 'applied', row };
  }
  const lines = hunk.lines.filter(({ kind }) => kind === 'add');
  return { kind: 'found', place: { by: 'exact text', certainty: 1, lines, damage: null, rows: [] } };
}

function underHeadings(places: readonly Place[], hunk: Hunk, file: FileLines): readonly Place[] {
  let left = places;
  for (const heading of hunk.headings) {
    const under = left.filter(({ rows }) => isUnder(heading, rows.find((row) => row >= 0) ?? 0, file));
    if (under.length > 0) left = under;
  }
  return left;
}

/** The row where the new lines stand already around the place of the old ones; null when they do not. */
function appliedAt({ lines, rows }: Place, file: FileLines): number | null {
  const after = lines.filter(({ kind }) => kind !== 'remove').map(({ text }) => lineKey(text));
  const before = lines.filter(({ kind }) => kind !== 'add').map(({ text }) => lineKey(text));
  // A change of white space alone cannot be told from what is there by looking past white space.
  if (before.join('\n') === after.join('\n')) return null;
  if (!lines.some(({ kind, text }) => kind === 'add' && lineKey(text) !== '')) return null;
  const placed = rows.filter((row) => row >= 0);
  const [first = 0, last = 0] = [placed[0], placed.at(-1)];
  for (const found of file.findKeys(after)) {
    const there = found.filter((row) => row >= 0);
    if ((there[0] ?? Infinity) <= first && (there.at(-1) ?? -1) >= last) return there[0] ?? null;
  }
  return null;
}

/** The row where what the hunk would make stands already, beyond doubt; null when it does not. */
function alreadyThere(hunk: Hunk, file: FileLines): number | null {
  const after = hunk.lines.filter(({ kind }) => kind !== 'remove');
  const added = after.filter(({ kind }) => kind === 'add');
  const letters = (lines: readonly HunkLine[]): number =>
    lines.map(({ text }) => text.replace(/[^\p{L}\p{N}]+/gu, '').length).reduce((sum, length) => sum + length, 0);
  // A few brackets stand in every file; of a deletion nothing is left to see but what was around it.
  if (added.length > 0 ? letters(added) < 8 : letters(after) < 40) return null;
  const places = file.findKeys(after.map(({ text }) => lineKey(text)));
  return places.length === 1 ? (places[0]?.find((row) => row >= 0) ?? null) : null;
}
