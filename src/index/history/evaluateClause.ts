import type { Clause, Phrase, Step } from '../../base/words/historyQuery.ts';
import { PostingReader, readPositions, skipVarints } from './postingReader.ts';
import {
  LONGEST_MARKED_PREFIX,
  PREFIX_MARK,
  type Segment,
  type SegmentTerms,
  type TermRange,
  countDocuments,
  findPrefix,
  findTerm,
} from './segment.ts';

/** The messages of a segment in which a clause stands, in order, and how often. */
export interface ClausePostings {
  readonly documents: number[];
  readonly counts: number[];
}

/** Finds a clause in the messages of a segment that `isWanted` says. */
export function evaluateClause(
  segment: Segment,
  { alternatives }: Clause,
  isWanted: (document: number) => boolean,
): ClausePostings {
  const [first, ...others] = alternatives.map((phrase) => evaluatePhrase(segment, phrase, isWanted));
  if (first === undefined) return { documents: [], counts: [] };
  return others.length === 0 ? first : addUp(countDocuments(segment), [first, ...others]);
}

function evaluatePhrase(segment: Segment, phrase: Phrase, isWanted: (document: number) => boolean): ClausePostings {
  const [only, ...more] = phrase;
  if (only === undefined) return { documents: [], counts: [] };
  if (more.length > 0) return evaluateSteps(segment, phrase, isWanted);
  const lists = postingRanges(segment.terms, only).flatMap(({ start, end }) => {
    const terms: ClausePostings[] = [];
    for (let term = start; term < end; term++) terms.push(readTerm(segment.terms, term, isWanted));
    return terms;
  });
  const [list] = lists;
  return lists.length === 1 && list !== undefined ? list : addUp(countDocuments(segment), lists);
}

/** What says in which messages a step occurs, and how often; not where. */
function postingRanges(terms: SegmentTerms, { term, isPrefix }: Step): TermRange[] {
  if (!isPrefix) return [findTerm(terms, term)];
  if (term.length > LONGEST_MARKED_PREFIX) return [findPrefix(terms, term)];
  return [findTerm(terms, term), findTerm(terms, PREFIX_MARK + term)];
}

function readTerm(terms: SegmentTerms, term: number, isWanted: (document: number) => boolean): ClausePostings {
  const documents: number[] = [];
  const counts: number[] = [];
  const reader = postingsOf(terms, term);
  while (reader.next()) {
    if (!isWanted(reader.document)) continue;
    documents.push(reader.document);
    counts.push(reader.count);
  }
  return { documents, counts };
}

function postingsOf({ postings, postingStarts }: SegmentTerms, term: number): PostingReader {
  return new PostingReader(postings, postingStarts[term] ?? 0, postingStarts[term + 1] ?? 0);
}

/** All together: what stands in several counts for each. */
function addUp(size: number, lists: readonly ClausePostings[]): ClausePostings {
  const sums = new Uint32Array(size);
  const documents: number[] = [];
  for (const list of lists) {
    for (let i = 0; i < list.documents.length; i++) {
      const document = list.documents[i] ?? 0;
      if (sums[document] === 0) documents.push(document);
      sums[document] = (sums[document] ?? 0) + (list.counts[i] ?? 0);
    }
  }
  documents.sort((a, b) => a - b);
  return { documents, counts: documents.map((document) => sums[document] ?? 0) };
}

/** Several terms next to each other: first those that are known, in step, then those of which only the beginning is. */
function evaluateSteps(segment: Segment, phrase: Phrase, isWanted: (document: number) => boolean): ClausePostings {
  const known = phrase.filter(({ isPrefix }) => !isPrefix);
  const begun = phrase.filter(({ isPrefix }) => isPrefix);
  let starts = known.length === 0 ? undefined : startsOfTerms(segment.terms, known, isWanted);
  for (const step of begun) starts = startsOfPrefix(segment.terms, step, starts, isWanted);
  const found = [...(starts ?? [])].filter(([, places]) => places.length > 0).sort(([a], [b]) => a - b);
  return { documents: found.map(([document]) => document), counts: found.map(([, places]) => places.length) };
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

  /** Where the phrase would begin that has this term, in the message that it stands at. */
  starts(): number[] {
    const positions = readPositions(this.#positions, this.#positionsAt, this.#postings.count);
    return this.offset === 0 ? positions : positions.map((position) => position - this.offset);
  }
}

function startsOfTerms(terms: SegmentTerms, steps: readonly Step[], isWanted: (document: number) => boolean): Starts {
  const found: Starts = new Map();
  const [rarest, ...others] = steps.map((step) => new TermCursor(terms, step)).sort((a, b) => a.size - b.size);
  if (rarest === undefined || rarest.size === 0) return found;
  for (let document = 0; rarest.advanceTo(document); document++) {
    document = rarest.document;
    let isThere = isWanted(document);
    for (let i = 0; isThere && i < others.length; i++) {
      const other = others[i];
      if (other?.advanceTo(document) === false) return found;
      isThere = other?.document === document;
    }
    if (!isThere) continue;
    let starts = rarest.starts();
    for (let i = 0; starts.length > 0 && i < others.length; i++) starts = inBoth(starts, others[i]?.starts() ?? []);
    if (starts.length > 0) found.set(document, starts);
  }
  return found;
}

/** What both have, which are in order. */
function inBoth(a: readonly number[], b: readonly number[]): number[] {
  const both: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const left = a[i] ?? 0;
    const right = b[j] ?? 0;
    if (left === right) both.push(left);
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return both;
}

/** Those of `before`, all where there is none, at which a term stands that begins like the step. */
function startsOfPrefix(
  terms: SegmentTerms,
  step: Step,
  before: Starts | undefined,
  isWanted: (document: number) => boolean,
): Starts {
  const found: Starts = new Map();
  if (before?.size === 0) return found;
  const { start, end } = findPrefix(terms, step.term);
  for (let term = start; term < end; term++) {
    const reader = postingsOf(terms, term);
    let at = terms.positionStarts[term] ?? 0;
    while (reader.next()) {
      const { document, count } = reader;
      if (before === undefined ? isWanted(document) : before.has(document)) {
        const starts = readPositions(terms.positions, at, count).map((position) => position - step.offset);
        const known = found.get(document);
        if (known === undefined) found.set(document, starts);
        else known.push(...starts);
      }
      at = skipVarints(terms.positions, at, count);
    }
  }
  for (const [document, starts] of found) {
    const distinct = [...new Set(starts)].sort((a, b) => a - b);
    found.set(document, before === undefined ? distinct : inBoth(before.get(document) ?? [], distinct));
  }
  return found;
}
