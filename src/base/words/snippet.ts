import { eachTerm } from './eachTerm.ts';
import type { Clause, HistoryQuery, Phrase } from './historyQuery.ts';
import { type Stretch, markdownMarks } from './markdownMarks.ts';

/** A line of a text with what was found in it: UTF-16 offsets into `snippet`, end exclusive, in order, apart. */
export interface Snippet {
  readonly snippet: string;
  readonly highlights: readonly (readonly [start: number, end: number])[];
}

/** UTF-16 units of a snippet, about. */
const LENGTH = 200;
/** Of these, so many before the first thing found. */
const BEFORE = 50;
/** A cut moves so far to a space. */
const NEARBY = 20;
/** What stands later in a very long message is not looked through. */
const LOOKED_THROUGH = 400_000;

/** A place in the text where a clause was found. */
interface Found {
  readonly clause: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The part of a text that shows best why it was found: where most of the question's clauses stand close
 * together. Where none stands it begins at `fallback`. White space is one space each. Of Markdown only what it says is
 * shown, and what was found in its marks.
 */
export function makeSnippet(text: string, query: HistoryQuery, fallback = 0, isMarkdown = false): Snippet {
  const looked = text.slice(0, LOOKED_THROUGH);
  const terms = readTerms(looked);
  const wanted = query.clauses.filter(({ isExcluded }) => !isExcluded);
  const strict = findClauses(terms, looked, wanted);
  const found = strict.length > 0 ? strict : findClauses(terms, looked, query.loose);
  const best = bestPlace(found);
  const first = best ?? Math.min(fallback, text.length);
  const before = first - BEFORE;
  const from = best === undefined ? betweenLetters(text, first, -1) : before <= NEARBY ? 0 : cutNear(text, before, 1);
  const to = cutNear(text, Math.min(text.length, from + LENGTH), -1);
  const marks = isMarkdown ? markdownMarks(text, from, to) : [];
  const isFound = ([start, end]: Stretch): boolean => found.some((each) => each.start < end && each.end > start);
  const hidden = marks.filter((mark) => !mark.some(isFound)).flat();
  return cutOut(text, from, Math.max(to, from), { found, hidden });
}

interface TextTerms {
  readonly terms: readonly string[];
  readonly positions: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** The first term of each position. */
  readonly byPosition: readonly number[];
}

function readTerms(text: string): TextTerms {
  const terms: string[] = [];
  const positions: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const byPosition: number[] = [];
  eachTerm(text, (term, position, start, end) => {
    byPosition[position] ??= terms.length;
    terms.push(term);
    positions.push(position);
    starts.push(start);
    ends.push(end);
  });
  return { terms, positions, starts, ends, byPosition };
}

function findClauses(text: TextTerms, original: string, clauses: readonly Clause[]): Found[] {
  const found: Found[] = [];
  for (const [clause, { alternatives }] of clauses.entries()) {
    for (const phrase of alternatives) {
      for (let at = 0; at < text.terms.length; at++) {
        const place = matchAt(text, original, phrase, at);
        if (place !== undefined) found.push({ clause, ...place });
      }
    }
  }
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Where the phrase stands whose first step is the term number `at`. */
function matchAt(
  text: TextTerms,
  original: string,
  phrase: Phrase,
  at: number,
): { start: number; end: number } | undefined {
  const [first] = phrase;
  const start = text.starts[at];
  if (first === undefined || start === undefined || !fits(text.terms[at], first)) return undefined;
  let last = at;
  for (const step of phrase.slice(1)) {
    const position = (text.positions[at] ?? 0) + step.offset;
    last = text.byPosition[position] ?? -1;
    while (text.positions[last] === position && !fits(text.terms[last], step)) last++;
    if (text.positions[last] !== position) return undefined;
  }
  const step = phrase.at(-1);
  const lastStart = text.starts[last] ?? 0;
  const lastEnd = text.ends[last] ?? 0;
  const term = text.terms[last] ?? '';
  // Of a beginning only that is shown, where the letters are those that were compared.
  const isSameLength = term.length === lastEnd - lastStart && original.length >= lastEnd;
  return { start, end: step?.isPrefix === true && isSameLength ? lastStart + step.term.length : lastEnd };
}

function fits(term: string | undefined, { term: wanted, isPrefix }: { term: string; isPrefix: boolean }): boolean {
  return isPrefix ? term?.startsWith(wanted) === true : term === wanted;
}

/** The beginning of the stretch with the most clauses, and of those with the most places. */
function bestPlace(found: readonly Found[]): number | undefined {
  let best: number | undefined;
  let bestScore = 0;
  for (let first = 0; first < found.length; first++) {
    const start = found[first]?.start ?? 0;
    const clauses = new Set<number>();
    let count = 0;
    for (let next = first; next < found.length && count < 20; next++) {
      const { clause, end } = found[next] ?? { clause: 0, end: Number.POSITIVE_INFINITY };
      if (end > start + LENGTH - BEFORE) break;
      clauses.add(clause);
      count++;
    }
    const score = clauses.size * 100 + count;
    if (score > bestScore || best === undefined) [best, bestScore] = [start, score];
  }
  return best;
}

/** A place near `at` where a text may be cut: beside a space, else between letters, never inside one. */
function cutNear(text: string, at: number, direction: 1 | -1): number {
  if (at <= 0 || at >= text.length) return at;
  for (let moved = 0; moved <= NEARBY; moved++) {
    const place = at + moved * direction;
    if (isSpace(text[place - 1]) || isSpace(text[place])) return place;
  }
  return betweenLetters(text, at, direction);
}

function betweenLetters(text: string, at: number, direction: 1 | -1): number {
  let place = at;
  while (place > 0 && place < text.length && !isBetweenLetters(text, place)) place += direction;
  return place;
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}

function isBetweenLetters(text: string, place: number): boolean {
  const before = text[place - 1] ?? '';
  if (before === joiner || /[\ud800-\udbff]/.test(before)) return false;
  const after = String.fromCodePoint(text.codePointAt(place) ?? 32);
  return !/^[\p{M}\p{Emoji_Modifier}\u200d\ufe0fﾞﾟ]/u.test(after);
}

const joiner = '\u200d';

function cutOut(
  text: string,
  from: number,
  to: number,
  { found, hidden }: { readonly found: readonly Found[]; readonly hidden: readonly Stretch[] },
): Snippet {
  const placeOf = new Map<number, number>();
  let snippet = '';
  let end = from;
  for (let at = from; at < to; at++) {
    const character = text[at] ?? '';
    const isBlank = isSpace(character) || character < ' ';
    placeOf.set(at, snippet.length);
    if (hidden.some(([start, stop]) => at >= start && at < stop)) {
      end = at + 1;
      continue;
    }
    if (isBlank && (snippet === '' || snippet.endsWith(' '))) continue;
    snippet += isBlank ? ' ' : character;
    end = at + 1;
  }
  placeOf.set(to, snippet.length);
  snippet = snippet.trimEnd();
  const opening = text.slice(0, from).trim() === '' ? '' : '…';
  const closing = text.slice(end).trim() === '' ? '' : '…';
  const highlights: [number, number][] = [];
  for (const each of found) {
    if (each.start >= to || each.end <= from) continue;
    const start = placeOf.get(Math.max(each.start, from)) ?? 0;
    const stop = Math.min(placeOf.get(Math.min(each.end, to)) ?? 0, snippet.length);
    const last = highlights.at(-1);
    if (last !== undefined && start + opening.length <= last[1]) last[1] = Math.max(last[1], stop + opening.length);
    else if (stop > start) highlights.push([start + opening.length, stop + opening.length]);
  }
  return { snippet: `${opening}${snippet}${closing}`, highlights };
}
