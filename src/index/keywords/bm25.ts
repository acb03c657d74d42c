// The usual constants: how soon further occurrences of a term stop counting, and how much length weighs.
const K1 = 1.2;
const B = 0.75;
/** Of so many numbers one at most has a score. */
const SPARSE = 16;

/** Scores by number, below `size`; what has none has 0. */
export class Scores {
  readonly values: Float64Array;
  readonly #found: Uint32Array;
  #count = 0;

  constructor(size: number) {
    this.values = new Float64Array(size);
    this.#found = new Uint32Array(size);
  }

  /** The numbers that have a score, as a view that the next change invalidates. */
  get found(): Uint32Array {
    return this.#found.subarray(0, this.#count);
  }

  /** Adds to a score; `value` is more than 0. */
  add(number: number, value: number): void {
    const before = this.values[number] ?? 0;
    if (before === 0) this.#found[this.#count++] = number;
    this.values[number] = before + value;
  }

  /** Nothing has a score. */
  clear(): void {
    // Where many have one, writing over all is faster than going to each.
    if (this.#count * SPARSE > this.values.length) this.values.fill(0);
    else for (const number of this.found) this.values[number] = 0;
    this.#count = 0;
  }
}

/** What BM25 asks about all documents. */
export interface Corpus {
  readonly count: number;
  /** Words of all documents together. */
  readonly words: number;
  /** Words of each document, and `lengthsExceedBy` more. */
  readonly lengths: Uint32Array;
  readonly lengthsExceedBy: number;
}

/**
 * Adds one term's share to the scores of the documents that have it, `counts` times each: Okapi BM25
 * with the inverse document frequency ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative.
 */
export function addBm25(
  scores: Scores,
  corpus: Corpus,
  documents: Uint32Array,
  counts: Uint32Array | Float64Array,
): void {
  const { lengths, lengthsExceedBy } = corpus;
  const weight = rarityOf(documents.length, corpus) * (K1 + 1);
  const byLength = (K1 * B * Math.max(corpus.count, 1)) / Math.max(corpus.words, 1);
  const norm = K1 * (1 - B) - byLength * lengthsExceedBy;
  for (let i = 0; i < documents.length; i++) {
    const document = documents[i] ?? 0;
    const count = counts[i] ?? 0;
    scores.add(document, (weight * count) / (count + norm + byLength * (lengths[document] ?? 0)));
  }
}

/** The inverse document frequency of what `documents` of all have. */
export function rarityOf(documents: number, corpus: Pick<Corpus, 'count'>): number {
  return Math.log(1 + (corpus.count - documents + 0.5) / (documents + 0.5));
}
