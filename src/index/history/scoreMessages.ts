import type { Clause } from '../../base/words/historyQuery.ts';
import { type Corpus, addBm25, rarityOf } from '../keywords/bm25.ts';
import { type ClausePostings, evaluateClause } from './evaluateClause.ts';
import type { Messages } from './historyTable.ts';

/** Messages over all segments, in order, and how often each has a clause. */
export interface FoundClause {
  readonly documents: Uint32Array;
  readonly counts: Uint32Array;
}

/** Called between small steps of work; what it gives is awaited. Throws when the work is not wanted any more. */
export type Breathe = () => Promise<void> | undefined;

/** What the clauses say of the messages, numbered over all segments. */
export interface MessageScores {
  /** BM25 of each. */
  readonly values: Float64Array;
  /** Messages that have one of the clauses at least. */
  readonly found: readonly number[];
  /** Share of the clauses that each has, the rare ones counting more: 1 is all of them. */
  readonly coverage: Float64Array;
  /** To be called when the scores are not needed any more. */
  giveBack(): void;
}

/** Where clauses were found that are asked for again, by what they are. */
export type KnownClauses = Map<string, FoundClause>;

/** Scores the messages by clauses, of which none excludes. All that is there is scored, whatever is filtered. */
export async function scoreMessages(
  messages: Messages,
  clauses: readonly Clause[],
  known: KnownClauses,
  breathe: Breathe,
): Promise<MessageScores> {
  const { count, words, wordsOf } = messages;
  const corpus: Corpus = { count, words, lengths: wordsOf, lengthsExceedBy: 0 };
  const scores = messages.scores.take();
  const coverage = messages.scores.take();
  let all = 0;
  for (const clause of clauses) {
    const key = JSON.stringify(clause.alternatives);
    const { documents, counts } = known.get(key) ?? (await findClause(messages, clause, breathe));
    known.set(key, { documents, counts });
    addBm25(scores, corpus, documents, counts);
    const rarity = rarityOf(documents.length, corpus);
    for (const document of documents) coverage.add(document, rarity);
    all += rarity;
  }
  // The same sum in the same order is the same number, so that having all is exactly 1.
  for (const document of scores.found) coverage.values[document] = (coverage.values[document] ?? 0) / all;
  const giveBack = (): void => {
    messages.scores.giveBack(coverage);
    messages.scores.giveBack(scores);
  };
  return { values: scores.values, found: [...scores.found], coverage: coverage.values, giveBack };
}

/** The messages in which a clause stands, in order, and how often; with `asked` only of those that have a 1 there. */
export async function findClause(
  messages: Messages,
  clause: Clause,
  breathe: Breathe,
  asked?: Uint8Array,
): Promise<FoundClause> {
  const found: { base: number; postings: ClausePostings }[] = [];
  let base = 0;
  let size = 0;
  for (const { segment, removed } of messages.segments) {
    const skipped = asked === undefined ? removed : asked.subarray(base, base + removed.length).map((each) => 1 - each);
    const postings = evaluateClause(segment, clause, skipped);
    found.push({ base, postings });
    size += postings.documents.length;
    base += removed.length;
    const turn = breathe();
    if (turn !== undefined) await turn;
  }
  const documents = new Uint32Array(size);
  const counts = new Uint32Array(size);
  let at = 0;
  for (const { base: start, postings } of found) {
    counts.set(postings.counts, at);
    for (const document of postings.documents) documents[at++] = start + document;
  }
  return { documents, counts };
}
