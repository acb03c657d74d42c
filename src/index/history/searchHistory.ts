import { type HistoryQuery, parseHistoryQuery } from '../../base/words/historyQuery.ts';
import type { HistoryIndexSearch, HistoryMatch } from '../../protocol/historyIndex.ts';
import { quantise } from '../embedding/quantise.ts';
import type { Neighbour } from '../vectors/vectorTable.ts';
import { type Wanted, filterDocuments } from './documentFilter.ts';
import type { HistoryTable, Messages } from './historyTable.ts';
import type { LiveSegment } from './liveSegment.ts';
import { type Ranked, bestOf, fuse } from './rankMessages.ts';
import { type Breathe, type KnownClauses, findClause, scoreMessages } from './scoreMessages.ts';
import { stringAt } from './stringTable.ts';

/** So many of the best by words are ordered by their meaning as well. */
const FUSED = 200;
/** Parts that are looked at for their meaning, and messages that are shown for it alone. */
const NEAR_PARTS = 300;
const MOST_RELATED = 50;
const LEAST_QUESTION = 3;
/** A message that has so much of a question is shown, though words are missing. */
const LEAST_COVERAGE = 0.5;
/** Less than any score that two orders give together. */
const REST_SCORE = 0.001;

/** How much which sign counts. */
export interface HistoryWeights {
  /** Below it nearness is chance. */
  readonly leastSimilarity: number;
  /** What the orders count, where having all words, which is what was asked for, counts 1. */
  readonly someWords: number;
  readonly meaning: number;
}

/** Chosen by `npm run eval:history -- --sweep`. */
export const historyWeights: HistoryWeights = {
  leastSimilarity: 0.3,
  someWords: 0.5,
  meaning: 0.5,
};

/** What says what a text is about, and how near that is to others. */
export interface Meaning {
  readonly dimensions: number;
  embedOne(text: string, kind: 'query'): Float32Array;
  /** The nearest slots of the table, or of those that are wanted, nearest first. */
  nearest(vector: Int8Array, count: number, isWanted: ((slot: number) => boolean) | undefined): Neighbour[];
}

/**
 * Searches the messages by words and by meaning. Those that have the words next to each other, as in the
 * question, come first; then those with all words and those that are only related, as both orders say. What
 * is only related is counted as soon as it is near the page.
 */
export async function searchHistory(
  table: HistoryTable,
  meaning: Meaning,
  request: HistoryIndexSearch,
  breathe: Breathe,
  weights = historyWeights,
): Promise<{ matches: HistoryMatch[]; total: number }> {
  const query = parseHistoryQuery(request.query);
  const required = query.clauses.filter(({ isExcluded }) => !isExcluded);
  if (required.length === 0) return { matches: [], total: 0 };
  const search = new Search(table, query, breathe, weights);
  await search.filter(request);
  const scored = await scoreMessages(search.messages, required, search.known, breathe);
  const { values, found, coverage } = scored;
  const full = found.filter((document) => coverage[document] === 1 && search.isWanted(document));
  const isExact = await search.findExact(full);
  const last = request.offset + request.limit;
  const best = (documents: readonly number[], size: number): number[] =>
    bestOf(documents, size, search.orderBy(values));
  const exact = full.filter((document) => isExact[document] === 1);
  const first = best(exact, last).map((document, rank) => ({ document, score: 1 + REST_SCORE / (rank + 1) }));
  // A page of these alone, with another one behind it, needs no more.
  const near = exact.length > last ? new Map<number, Near>() : search.findNear(meaning);
  const isFull = (document: number): boolean => coverage[document] === 1;
  const related = exact.length > last ? unrelated : await search.findRelated(near, full.length, isFull);
  const others = best(
    full.filter((document) => isExact[document] === 0),
    Math.max(FUSED, last),
  );
  const hits = [...first, ...inOrder(others, related, [...near.keys()], weights)];
  const matches = hits.slice(request.offset, last).map(({ document, score }) => {
    const { startOffset = 0 } = near.get(document) ?? {};
    return { messageId: search.idOf(document), startOffset, isRelated: !isFull(document), score };
  });
  scored.giveBack();
  return { matches, total: full.length + related.byWords.length + related.byMeaning.length };
}

/** The part of a message that is nearest to the question. */
interface Near {
  readonly startOffset: number;
  readonly similarity: number;
}

/** Messages that lack words of the question: those that have most of them, and those that are near in meaning alone. */
interface Related {
  readonly byWords: readonly number[];
  readonly byMeaning: readonly number[];
}

const unrelated: Related = { byWords: [], byMeaning: [] };

/** One search: what it wants of the messages, which are numbered over all segments. */
class Search {
  readonly #query: HistoryQuery;
  readonly #breathe: Breathe;
  readonly #weights: HistoryWeights;
  readonly messages: Messages;
  readonly known: KnownClauses = new Map();
  readonly #table: HistoryTable;
  readonly #bases = new Map<LiveSegment, number>();
  readonly #wanted: Uint8Array;

  constructor(table: HistoryTable, query: HistoryQuery, breathe: Breathe, weights: HistoryWeights) {
    this.#table = table;
    this.#query = query;
    this.#breathe = breathe;
    this.#weights = weights;
    this.messages = table.messages;
    let base = 0;
    for (const live of this.messages.segments) {
      this.#bases.set(live, base);
      base += live.removed.length;
    }
    this.#wanted = new Uint8Array(base);
  }

  isWanted(document: number): boolean {
    return this.#wanted[document] === 1;
  }

  /** Decides what is wanted. */
  async filter(wanted: Wanted): Promise<void> {
    for (const [live, base] of this.#bases) this.#wanted.set(filterDocuments(live, wanted), base);
    for (const clause of this.#query.clauses) {
      if (!clause.isExcluded) continue;
      const { documents } = await findClause(this.messages, clause, this.#breathe);
      for (const document of documents) this.#wanted[document] = 0;
    }
  }

  /** Of messages with all words those that have them as they stand in the question, as a 1 in an array of all. */
  async findExact(full: readonly number[]): Promise<Uint8Array> {
    const { exact } = this.#query;
    const asked = new Uint8Array(this.#wanted.length);
    for (const document of full) asked[document] = 1;
    if (exact === null) return asked;
    const { documents } = await findClause(this.messages, exact, this.#breathe, asked);
    const found = new Uint8Array(asked.length);
    for (const document of documents) found[document] = 1;
    return found;
  }

  /** The messages that are nearest in meaning, nearest first. */
  findNear(meaning: Meaning): Map<number, Near> {
    const near = new Map<number, Near>();
    // A letter or two mean nothing yet.
    if (this.#query.plain.length < LEAST_QUESTION) return near;
    const vector = new Int8Array(meaning.dimensions);
    quantise(meaning.embedOne(this.#query.plain, 'query'), vector);
    if (vector.every((value) => value === 0)) return near;
    const { documentOfSlot } = this.messages;
    const documentAt = (slot: number): number => documentOfSlot[slot] ?? -1;
    const isWanted = (slot: number): boolean => this.#wanted[documentAt(slot)] === 1;
    const wantsAll = this.#wanted.reduce((sum, wanted) => sum + wanted, 0) === this.messages.count;
    for (const { slot, similarity } of meaning.nearest(vector, NEAR_PARTS, wantsAll ? undefined : isWanted)) {
      const document = documentAt(slot);
      // What came after this search had begun is not among its messages.
      if (similarity < this.#weights.leastSimilarity || !isWanted(slot) || near.has(document)) continue;
      near.set(document, { startOffset: this.#table.startOfSlot(slot), similarity });
    }
    return near;
  }

  /** What is shown although words of the question are missing in it. */
  async findRelated(
    near: ReadonlyMap<number, Near>,
    fullCount: number,
    isFull: (document: number) => boolean,
  ): Promise<Related> {
    const { loose } = this.#query;
    // Whoever has put something in quotes wants just that.
    if (loose.length === 0) return unrelated;
    const byWords: number[] = [];
    if (loose.length > 1 && fullCount < MOST_RELATED) {
      const scored = await scoreMessages(this.messages, loose, this.known, this.#breathe);
      const { values, found, coverage } = scored;
      const some = found.filter(
        (document) => (coverage[document] ?? 0) >= LEAST_COVERAGE && this.isWanted(document) && !isFull(document),
      );
      byWords.push(...bestOf(some, MOST_RELATED, this.orderBy(values)));
      scored.giveBack();
    }
    const byMeaning = [...near.keys()].filter((document) => !isFull(document) && !byWords.includes(document));
    return { byWords, byMeaning: byMeaning.slice(0, MOST_RELATED) };
  }

  /** By score, the newer of equals first. */
  orderBy(scores: Float64Array): (a: number, b: number) => boolean {
    return (a, b) => {
      const byScore = (scores[a] ?? 0) - (scores[b] ?? 0);
      if (byScore !== 0) return byScore > 0;
      const byTime = this.#createdAt(a) - this.#createdAt(b);
      return byTime === 0 ? this.idOf(a) > this.idOf(b) : byTime > 0;
    };
  }

  idOf(document: number): string {
    const { live, number } = this.#place(document);
    return stringAt(live.segment.documents.ids, number);
  }

  #createdAt(document: number): number {
    const { live, number } = this.#place(document);
    return live.segment.documents.createdAt[number] ?? 0;
  }

  #place(document: number): { live: LiveSegment; number: number } {
    let place: { live: LiveSegment; number: number } | undefined;
    for (const [live, base] of this.#bases) if (base <= document) place = { live, number: document - base };
    if (place === undefined) throw new RangeError('There is no such message.');
    return place;
  }
}

/** The best by words with what is related, ordered by both; from a place on, which nobody looks at, by words alone. */
function inOrder(
  best: readonly number[],
  related: Related,
  nearest: readonly number[],
  weights: HistoryWeights,
): Ranked[] {
  const byWords = best.slice(0, FUSED);
  const known = new Set([...byWords, ...related.byWords, ...related.byMeaning]);
  const fused = fuse([
    { documents: byWords, weight: 1 },
    { documents: related.byWords, weight: weights.someWords },
    { documents: nearest.filter((document) => known.has(document)), weight: weights.meaning },
  ]);
  const rest = best.slice(FUSED).map((document, index) => ({ document, score: REST_SCORE / (index + 1) }));
  return [...fused, ...rest];
}
