import type { Clause } from '../../base/words/historyQuery.ts';
import { type Corpus, addBm25, emptyScores, rarityOf } from '../keywords/bm25.ts';
import { evaluateClause } from './evaluateClause.ts';
import type { Messages } from './historyTable.ts';

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
}

/** Scores the messages by clauses, of which none excludes. All that is there is scored, whatever is filtered. */
export async function scoreMessages(
  messages: Messages,
  clauses: readonly Clause[],
  breathe: Breathe,
): Promise<MessageScores> {
  const { count, words, wordsOf } = messages;
  const corpus: Corpus = { count, words, lengthOf: (document) => wordsOf[document] ?? 0 };
  const scores = emptyScores(wordsOf.length);
  const coverage = new Float64Array(wordsOf.length);
  let all = 0;
  for (const clause of clauses) {
    const { documents, counts } = await findClause(messages, clause, breathe);
    addBm25(scores, corpus, documents, counts);
    const rarity = rarityOf(documents.length, corpus);
    for (const document of documents) coverage[document] = (coverage[document] ?? 0) + rarity;
    all += rarity;
  }
  // The same sum in the same order is the same number, so that having all is exactly 1.
  for (const document of scores.found) coverage[document] = (coverage[document] ?? 0) / all;
  return { ...scores, coverage };
}

/** The messages in which a clause stands, in order, and how often; with `isWanted` only of those. */
export async function findClause(
  messages: Messages,
  clause: Clause,
  breathe: Breathe,
  isWanted?: (document: number) => boolean,
): Promise<{ documents: number[]; counts: number[] }> {
  const documents: number[] = [];
  const counts: number[] = [];
  let base = 0;
  for (const { segment, removed } of messages.segments) {
    const start = base;
    const found = evaluateClause(
      segment,
      clause,
      (document) => removed[document] === 0 && isWanted?.(start + document) !== false,
    );
    for (let i = 0; i < found.documents.length; i++) {
      documents.push(start + (found.documents[i] ?? 0));
      counts.push(found.counts[i] ?? 0);
    }
    base += removed.length;
    const turn = breathe();
    if (turn !== undefined) await turn;
  }
  return { documents, counts };
}
