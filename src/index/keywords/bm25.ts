// The usual constants: how soon further occurrences of a term stop counting, and how much length weighs.
const K1 = 1.2;
const B = 0.75;

/** Scores by number; only what is in `found` has one. */
export interface Scores {
  readonly values: Float64Array;
  readonly found: number[];
}

/** What BM25 asks about all documents. */
export interface Corpus {
  readonly count: number;
  /** Words of all documents together. */
  readonly words: number;
  lengthOf(document: number): number;
}

export function emptyScores(size: number): Scores {
  return { values: new Float64Array(size), found: [] };
}

/**
 * Adds one term's share to the scores of the documents that have it, `counts` times each: Okapi BM25
 * with the inverse document frequency ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative.
 */
export function addBm25(scores: Scores, corpus: Corpus, documents: ArrayLike<number>, counts: ArrayLike<number>): void {
  const { values, found } = scores;
  const rarity = rarityOf(documents.length, corpus);
  const averageLength = Math.max(corpus.words, 1) / Math.max(corpus.count, 1);
  for (let i = 0; i < documents.length; i++) {
    const document = documents[i] ?? 0;
    const count = counts[i] ?? 0;
    const norm = K1 * (1 - B + (B * corpus.lengthOf(document)) / averageLength);
    const before = values[document] ?? 0;
    if (before === 0) found.push(document);
    values[document] = before + (rarity * count * (K1 + 1)) / (count + norm);
  }
}

/** The inverse document frequency of what `documents` of all have. */
export function rarityOf(documents: number, corpus: Pick<Corpus, 'count'>): number {
  return Math.log(1 + (corpus.count - documents + 0.5) / (documents + 0.5));
}
