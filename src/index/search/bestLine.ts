import { eachTerm } from '../../base/words/eachTerm.ts';
import { stem, termsOf } from '../keywords/terms.ts';

/** A line of a passage with what was found in it: UTF-16 offsets into `text`, end exclusive, in order, apart. */
export interface FoundLine {
  /** In the file, counted from 1. */
  readonly line: number;
  /** Without the white space around it. */
  readonly text: string;
  readonly highlights: readonly (readonly [start: number, end: number])[];
}

/** Nobody reads more of a line, and it starts where something was found. */
const MOST_CHARACTERS = 250;
const BEFORE = 40;
/** Letters of a word that is still being typed. */
const LEAST_BEGUN = 3;

/**
 * Gives the line that shows best why a passage was found: the one with the most of the query's words. Where none has any,
 * meaning has found it, and the first line that is more than a bracket is shown.
 */
export function bestLineFor(query: string): (passage: { text: string; startLine: number }) => FoundLine {
  const terms = termsOf(query);
  const wanted = new Set(terms);
  // The last word may still be being typed.
  const begun = terms.at(-1) ?? '';
  const isBegun = (term: string): boolean => begun.length >= LEAST_BEGUN && term.startsWith(begun);
  const hitOf = (term: string): string | undefined =>
    [term, stem(term)].find((form) => wanted.has(form)) ?? (isBegun(term) ? begun : undefined);
  return (passage) => bestLine(passage, hitOf);
}

/** `hitOf` tells which of the wanted words a word is. */
function bestLine(
  passage: { text: string; startLine: number },
  hitOf: (term: string) => string | undefined,
): FoundLine {
  let best: { at: number; found: Map<number, number>; terms: number } | undefined;
  let first: number | undefined;
  const lines = passage.text.split('\n');
  for (const [at, line] of lines.entries()) {
    if (first === undefined && /[\p{L}\p{N}]/u.test(line)) first = at;
    const found = new Map<number, number>();
    const foundTerms = new Set<string>();
    eachTerm(line.slice(0, 2000), (term, _position, start, end) => {
      const hit = hitOf(term);
      if (hit === undefined) return;
      foundTerms.add(hit);
      found.set(start, Math.max(found.get(start) ?? 0, end));
    });
    if (foundTerms.size > (best?.terms ?? 0)) best = { at, found, terms: foundTerms.size };
  }
  const at = best?.at ?? first ?? 0;
  return { line: passage.startLine + at, ...cut(lines[at] ?? '', best?.found ?? new Map()) };
}

function cut(line: string, found: ReadonlyMap<number, number>): Pick<FoundLine, 'text' | 'highlights'> {
  const indent = line.length - line.trimStart().length;
  const begin = Math.min(...found.keys(), line.length);
  const from = begin > indent + MOST_CHARACTERS - BEFORE ? begin - BEFORE : indent;
  const opening = from > indent ? '…' : '';
  const text = opening + line.slice(from, from + MOST_CHARACTERS).trimEnd();
  const highlights: [number, number][] = [];
  for (const [start, end] of [...found].sort(([a], [b]) => a - b)) {
    const place: [number, number] = [start - from + opening.length, Math.min(end - from + opening.length, text.length)];
    const last = highlights.at(-1);
    if (last !== undefined && place[0] < last[1]) last[1] = Math.max(last[1], place[1]);
    else if (place[0] < place[1]) highlights.push(place);
  }
  return { text, highlights };
}
