import type { Clause, Phrase, Step } from '../../base/words/historyQuery.ts';
import { PostingReader, readPositions, skipVarints } from './postingReader.ts';
import {
  LONGEST_MARKED_PREFIX,
  PREFIX_MARK,
  type Segment,
  type SegmentTerms,
  type TermRange,
  findPositions,
  findPrefix,
  findTerm,
} from './segment.ts';

/** The messages of a segment in which a clause stands, in order, and how often. */
export interface ClausePostings {
  readonly documents: Uint32Array;
  readonly counts: Uint32Array;
}

const nothing: ClausePostings = { documents: new Uint32Array(0), counts: new Uint32Array(0) };

/** Finds a clause in the messages of a segment, without those that have a 1 in `skipped`. */
export function evaluateClause(segment: Segment, { alternatives }: Clause, skipped: Uint8Array): ClausePostings {
  const [first, ...others] = alternatives.map((phrase) => evaluatePhrase(segment.terms, phrase, skipped));
  if (first === undefined) return nothing;
  return others.length === 0 ? first : addUp([first, ...others], skipped.length);
}

function evaluatePhrase(terms: SegmentTerms, phrase: Phrase, skipped: Uint8Array): ClausePostings {
  const [only, ...more] = phrase;
  if (only === undefined) return nothing;
  if (more.length > 0) return evaluateSteps(terms, phrase, skipped);
  const ranges = postingRanges(terms, only).filter(({ start, end }) => end > start);
  const [range] = ranges;
  if (range === undefined) return nothing;
  if (ranges.length === 1 && range.end === range.start + 1) return readTerm(terms, range.start, skipped);
  return readTerms(terms, ranges, skipped);
}

/** What says in which messages a step occurs, and how often; not where. */
function postingRanges(terms: SegmentTerms, { term, isPrefix }: Step): TermRange[] {
  if (!isPrefix) return [findTerm(terms, term)];
  if (term.length > LONGEST_MARKED_PREFIX) return [findPrefix(terms, term)];
  return [findTerm(terms, term), findTerm(terms, PREFIX_MARK + term)];
}

function readTerm(terms: SegmentTerms, term: number, skipped: Uint8Array): ClausePostings {
  const most = terms.counts[term] ?? 0;
  const documents = new Uint32Array(most);
  const counts = new Uint32Array(most);
  let found = 0;
  const reader = postingsOf(terms, term);
  while (reader.next()) {
    if (skipped[reader.document] === 1) continue;
    documents[found] = reader.document;
    counts[found++] = reader.count;
  }
  return { documents: documents.subarray(0, found), counts: counts.subarray(0, found) };
}

/** All terms together: each counts for itself. */
function readTerms(terms: SegmentTerms, ranges: readonly TermRange[], skipped: Uint8Array): ClausePostings {
  const sums = new Uint32Array(skipped.length);
  for (const { start, end } of ranges) {
    for (let term = start; term < end; term++) {
      const reader = postingsOf(terms, term);
      while (reader.next()) {
        if (skipped[reader.document] === 0) sums[reader.document] = (sums[reader.document] ?? 0) + reader.count;
      }
    }
  }
  return notZero(sums);
}

function postingsOf({ postings, postingStarts }: SegmentTerms, term: number): PostingReader {
  return new PostingReader(postings, postingStarts[term] ?? 0, postingStarts[term + 1] ?? 0);
}

/** All together: what stands in several counts for each. */
function addUp(lists: readonly ClausePostings[], size: number): ClausePostings {
  const sums = new Uint32Array(size);
  for (const { documents, counts } of lists) {
    for (let i = 0; i < documents.length; i++) {
      const document = documents[i] ?? 0;
      sums[document] = (sums[document] ?? 0) + (counts[i] ?? 0);
    }
  }
  return notZero(sums);
}

function notZero(sums: Uint32Array): ClausePostings {
  let found = 0;
  for (const sum of sums) if (sum > 0) found++;
  const documents = new Uint32Array(found);
  const counts = new Uint32Array(found);
  for (let document = 0, at = 0; document < sums.length; document++) {
    const sum = sums[document] ?? 0;
    if (sum === 0) continue;
    documents[at] = document;
    counts[at++] = sum;
  }
  return { documents, counts };
}

/** Several terms next to each other: first those that are known, in step, then those of which only the beginning is. */
function evaluateSteps(terms: SegmentTerms, phrase: Phrase, skipped: Uint8Array): ClausePostings {
  const known = phrase.filter(({ isPrefix }) => !isPrefix);
  const begun = phrase.filter(({ isPrefix }) => isPrefix);
  let starts = known.length === 0 ? undefined : startsOfTerms(terms, known, skipped);
  for (const step of begun) starts = startsOfPrefix(terms, step, starts, skipped);
  const found = [...(starts ?? [])].filter(([, places]) => places.length > 0).sort(([a], [b]) => a - b);
  return {
    documents: Uint32Array.from(found, ([document]) => document),
    counts: Uint32Array.from(found, ([, places]) => places.length),
  };
}

/** Where a phrase begins, by message. */
type Starts = Map<number, number[]>;

class TermCursor {
  readonly offset: number;
  readonly size: number;
  readonly #postings: PostingReader;
  readonly #positions: Uint8Array;
  #positionsAt: number;
  #isPast = false;

  constructor(terms: SegmentTerms, { term, offset }: Step) {
    const { start, end } = findTerm(terms, term);
    this.offset = offset;
    this.size = end > start ? (terms.counts[start] ?? 0) : 0;
    this.#postings = new PostingReader(
      terms.postings,
      end > start ? (terms.postingStarts[start] ?? 0) : 0,
      end > start ? (terms.postingStarts[start + 1] ?? 0) : 0,
    );
    this.#positions = terms.positions;
    this.#positionsAt = terms.positionStarts[start] ?? 0;
  }

  get document(): number {
    return this.#postings.document;
  }

  /** Goes to the first message from `document` on; false when there is none. */
  advanceTo(document: number): boolean {
    while (this.#postings.document < document || !this.#isPast) {
      if (this.#isPast) {
        this.#positionsAt = skipVarints(this.#positions, this.#positionsAt, this.#postings.count);
      }
      if (!this.#postings.next()) return false;
      this.#isPast = true;
    }
    return true;
  }

  /** Writes where the phrase would begin that has this term, in the message that it stands at; gives how many. */
  starts(into: number[]): number {
    return readPositions(this.#positions, this.#positionsAt, this.#postings.count, this.offset, into);
  }
}

function startsOfTerms(terms: SegmentTerms, steps: readonly Step[], skipped: Uint8Array): Starts {
  const found: Starts = new Map();
  const [rarest, ...others] = steps.map((step) => new TermCursor(terms, step)).sort((a, b) => a.size - b.size);
  if (rarest === undefined || rarest.size === 0) return found;
  // Written again and again: most messages that have the words have them apart.
  const starts: number[] = [];
  const more: number[] = [];
  for (let document = 0; rarest.advanceTo(document); document++) {
    document = rarest.document;
    let isThere = skipped[document] === 0;
    for (let i = 0; isThere && i < others.length; i++) {
      const other = others[i];
      if (other?.advanceTo(document) === false) return found;
      isThere = other?.document === document;
    }
    if (!isThere) continue;
    let count = rarest.starts(starts);
    for (let i = 0; count > 0 && i < others.length; i++) {
      count = keepCommon(starts, count, more, others[i]?.starts(more) ?? 0);
    }
    if (count > 0) found.set(document, starts.slice(0, count));
  }
  return found;
}

/** Leaves in `a` what `b` has as well; both are in order, and so many of each count. Gives how many are left. */
function keepCommon(a: number[], aCount: number, b: readonly number[], bCount: number): number {
  let kept = 0;
  for (let i = 0, j = 0; i < aCount && j < bCount;) {
    const left = a[i] ?? 0;
    const right = b[j] ?? 0;
    if (left === right) a[kept++] = left;
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return kept;
}

/** Those of `before`, all where there is none, at which a term stands that begins like the step. */
function startsOfPrefix(terms: SegmentTerms, step: Step, before: Starts | undefined, skipped: Uint8Array): Starts {
  const found: Starts = new Map();
  if (before?.size === 0) return found;
  const asked = before === undefined ? skipped : skippedBut(before, skipped.length);
  const starts: number[] = [];
  for (const term of findPositions(terms, step.term)) {
    const reader = postingsOf(terms, term);
    let at = terms.positionStarts[term] ?? 0;
    while (reader.next()) {
      const { document, count } = reader;
      if (asked[document] === 0) {
        const possible = before?.get(document);
        readPositions(terms.positions, at, count, step.offset, starts);
        for (let i = 0; i < count; i++) {
          const start = starts[i] ?? 0;
          if (possible === undefined || possible.includes(start)) addStart(found, document, start);
        }
      }
      at = skipVarints(terms.positions, at, count);
    }
  }
  return found;
}

/** An identifier and its first part begin at one place. */
function addStart(starts: Starts, document: number, start: number): void {
  const known = starts.get(document);
  if (known === undefined) starts.set(document, [start]);
  else if (!known.includes(start)) known.push(start);
}

function skippedBut(starts: Starts, size: number): Uint8Array {
  const skipped = new Uint8Array(size).fill(1);
  for (const document of starts.keys()) skipped[document] = 0;
  return skipped;
}
