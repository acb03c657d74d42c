import { TextBytes } from '../../base/words/textBytes.ts';
import { WordCache } from '../../base/words/wordCache.ts';
import { type Corpus, type Scores, addBm25, rarityOf } from './bm25.ts';
import { type Field, type FieldText, counted, occurrences, packCounts } from './fields.ts';
import { type PackedBytes, type PackedPostings, PostingLists } from './postingLists.ts';
import { ScoreArrays } from './scoreArrays.ts';
import { eachWord, termsOfWord } from './terms.ts';
import { type PackedTerms, TermTable } from './termTable.ts';

/** Documents are numbered; see `PostingLists`. */
export const MAX_DOCUMENTS = 2 ** 24;
const CACHED_WORDS = 50_000;
/** Letters that a word must have to stand for those that begin with it. */
const BEGINNING = 3;
const MOST_COMPLETIONS = 20;

/** Documents put together to larger ones, such as the chunks of a file. */
export interface Grouping {
  /** The group of each document. */
  readonly groupOf: Uint32Array;
  /** Words in each group. */
  readonly lengths: Uint32Array;
  /** Number of groups that have a document. */
  readonly count: number;
}

/** BM25 by number; only what is in `found` has one. Good until the index takes them back. */
export type FoundScores = Pick<Scores, 'values' | 'found'>;

/** BM25 with the share of the terms that each document has: 1 is all. */
export interface CoveredScores extends FoundScores {
  readonly covered: Float64Array;
}

/** A keyword index as plain data: what is written to disk. */
export interface PackedKeywordIndex<Bytes = Uint8Array> {
  readonly terms: PackedTerms;
  readonly postings: PackedPostings<Bytes>;
  /** Words of each document plus one; 0 where there is none. */
  readonly documentLengths: Uint32Array;
}

/**
 * An inverted index that documents can be added to and removed from. A removed document's postings
 * stay until {@link compact}, unseen: what is live is counted while searching, so the scores are
 * always those of an index that was built anew. A number that was removed may be added again only
 * after `compact`.
 */
export class KeywordIndex {
  #terms = new TermTable();
  #postings = new PostingLists();
  /** Words of each document plus one, so that 0 says that there is none. */
  #lengths = new Uint32Array(1024);
  #documents = 0;
  #words = 0;
  readonly #removed = new Set<number>();
  /** How often each term is in the document at hand; 0 between documents. */
  #counts = new Uint32Array(1024);
  /** Where the postings of a term are unpacked. */
  #room = roomFor(0);
  #scoreArrays = new ScoreArrays(0);
  #groupArrays = new ScoreArrays(0);
  #groupCounts = new Float64Array(0);
  readonly #lent: { readonly scores: Scores; readonly from: ScoreArrays }[] = [];
  readonly #termsOfWords = new WordCache(CACHED_WORDS);
  /** Of the text at hand. */
  readonly #letters = new TextBytes();

  get documentCount(): number {
    return this.#documents;
  }

  /** Documents whose postings are waiting for {@link compact}. */
  get removedCount(): number {
    return this.#removed.size;
  }

  /** Indexes a text as the number `document`; returns its length in words. */
  add(document: number, parts: readonly FieldText[]): number {
    if (document >= MAX_DOCUMENTS) throw new RangeError('Too many documents for one keyword index.');
    if (this.has(document) || this.#removed.has(document)) throw new RangeError('The document is there already.');
    const found: number[] = [];
    let words = 0;
    const count = (term: number, field: Field): void => {
      const before = this.#counts[term] ?? 0;
      if (before === 0) found.push(term);
      this.#counts[term] = counted(before, field);
      words++;
    };
    for (const { field, text } of parts) {
      const letters = this.#letters;
      const inField = (start: number, end: number, isAscii: boolean, hash: number): void => {
        if (!isAscii) {
          for (const term of this.#termNumbers(text.slice(start, end))) count(term, field);
          return;
        }
        const run = this.#termsOfWords.find(letters.bytes, start, end, hash, this.#termNumbers);
        const { numbers } = this.#termsOfWords;
        const last = run + (numbers[run] ?? 0);
        for (let at = run + 1; at <= last; at++) count(numbers[at] ?? 0, field);
      };
      eachWord(text, inField, letters);
    }
    for (const term of found) {
      this.#postings.push(term, document, packCounts(this.#counts[term] ?? 0));
      this.#counts[term] = 0;
    }
    if (document >= this.#lengths.length) this.#lengths = grown(this.#lengths, document + 1);
    this.#lengths[document] = words + 1;
    this.#documents++;
    this.#words += words;
    return words;
  }

  has(document: number): boolean {
    return (this.#lengths[document] ?? 0) > 0;
  }

  /** The numbers of all documents. */
  *documents(): Generator<number> {
    for (let document = 0; document < this.#lengths.length; document++) if (this.has(document)) yield document;
  }

  /** Length of a document in words; 0 where there is none. */
  wordsOf(document: number): number {
    return Math.max(0, (this.#lengths[document] ?? 0) - 1);
  }

  remove(document: number): void {
    if (!this.has(document)) return;
    this.#documents--;
    this.#words -= (this.#lengths[document] ?? 1) - 1;
    this.#lengths[document] = 0;
    this.#removed.add(document);
  }

  /** Forgets removed documents for good, so that their numbers can be used again. */
  compact(): void {
    if (this.#removed.size === 0) return;
    this.#postings.filter((document) => this.has(document));
    this.#removed.clear();
  }

  /** Those of some terms that the fewest documents have, at most `count`; none that no document has. */
  rarest(terms: readonly string[], count: number): string[] {
    const found = terms.flatMap((term) => {
      const number = this.#terms.get(term);
      return number === undefined ? [] : [{ term, documents: this.#postings.lengthOf(number) }];
    });
    return found
      .sort((a, b) => a.documents - b.documents)
      .slice(0, count)
      .map(({ term }) => term);
  }

  /** BM25 of every document that has one of the terms. A term that none has stands for those that begin with it. */
  score(terms: readonly string[]): FoundScores {
    const scores = this.#lend(this.#arrays);
    const corpus = this.#corpus();
    this.#eachTerm(terms, ({ documents, counts }) => {
      addBm25(scores, corpus, documents, counts);
    });
    return scores;
  }

  /** The same, with the share of the terms that each has; a term counts as much as it is rare. */
  scoreWithCoverage(terms: readonly string[]): CoveredScores {
    return this.#scoreWithCoverage(terms, () => undefined);
  }

  /** The same, with BM25 of every group of documents that has one of the terms. */
  scoreWithGroups(
    terms: readonly string[],
    groups: Grouping,
  ): { readonly text: CoveredScores; readonly groups: FoundScores } {
    const size = groups.lengths.length;
    if (this.#groupArrays.size !== size) this.#groupArrays = new ScoreArrays(size);
    if (this.#groupCounts.length !== size) this.#groupCounts = new Float64Array(size);
    const counts = this.#groupCounts;
    const scores = this.#lend(this.#groupArrays);
    const inTerm = this.#groupArrays.take();
    const corpus = { count: groups.count, words: this.#words, lengths: groups.lengths, lengthsExceedBy: 0 };
    const text = this.#scoreWithCoverage(terms, (occurrences) => {
      addUpGroups(inTerm, occurrences, groups.groupOf);
      const { found } = inTerm;
      for (let at = 0; at < found.length; at++) counts[at] = inTerm.values[found[at] ?? 0] ?? 0;
      addBm25(scores, corpus, found, counts);
      inTerm.clear();
    });
    this.#groupArrays.giveBack(inTerm);
    return { text, groups: scores };
  }

  /** All scores that were given are void from now on: megabytes for each keystroke keep the garbage collector busy. */
  takeBackScores(): void {
    for (const { scores, from } of this.#lent.splice(0)) from.giveBack(scores);
  }

  /** Scores that are good until {@link takeBackScores}. */
  #lend(from: ScoreArrays): Scores {
    const scores = from.take();
    this.#lent.push({ scores, from });
    return scores;
  }

  get #arrays(): ScoreArrays {
    const size = this.#lengths.length;
    return this.#scoreArrays.size === size ? this.#scoreArrays : (this.#scoreArrays = new ScoreArrays(size));
  }

  #scoreWithCoverage(terms: readonly string[], onTerm: (occurrences: Occurrences) => void): CoveredScores {
    const scores = this.#lend(this.#arrays);
    const covered = this.#lend(this.#arrays);
    const corpus = this.#corpus();
    let total = 0;
    this.#eachTerm(terms, (occurrences) => {
      const { documents, counts } = occurrences;
      addBm25(scores, corpus, documents, counts);
      const rarity = rarityOf(documents.length, corpus);
      total += rarity;
      for (const document of documents) covered.add(document, rarity);
      onTerm(occurrences);
    });
    const { values, found } = scores;
    for (const document of found) covered.values[document] = (covered.values[document] ?? 0) / total;
    return { values, found, covered: covered.values };
  }

  /** Compacts, and gives everything as plain data, postings piece by piece; the index must not change meanwhile. */
  pack(): PackedKeywordIndex<PackedBytes> {
    this.compact();
    return {
      terms: this.#terms.pack(),
      postings: this.#postings.packInPieces(),
      documentLengths: this.#lengths,
    };
  }

  /** What `pack` gave, its pieces put together; it owns the arrays from now on. */
  static unpack(packed: PackedKeywordIndex): KeywordIndex {
    const index = new KeywordIndex();
    index.#terms = TermTable.unpack(packed.terms);
    index.#postings = PostingLists.unpack(packed.postings);
    index.#lengths = new Uint32Array(packed.documentLengths);
    for (const length of index.#lengths) {
      if (length === 0) continue;
      index.#documents++;
      index.#words += length - 1;
    }
    return index;
  }

  #corpus(): Corpus {
    return { count: this.#documents, words: this.#words, lengths: this.#lengths, lengthsExceedBy: 1 };
  }

  /** Calls `visit` with who has each of some terms, and how often; what it is given is good until it returns. */
  #eachTerm(terms: readonly string[], visit: (occurrences: Occurrences) => void): void {
    for (const term of new Set(terms)) {
      const number = this.#terms.get(term);
      const exact = number === undefined ? nowhere : this.#occurrences(number);
      visit(exact.documents.length > 0 ? exact : this.#occurrencesOfBeginning(term));
    }
  }

  /** Good until the next call. */
  #occurrences(term: number): Occurrences {
    const most = this.#postings.lengthOf(term);
    if (most > this.#room.packed.length) this.#room = roomFor(Math.ceil(most * 1.5));
    const { documents, packed, counts } = this.#room;
    this.#postings.read(term, documents, packed);
    let size = 0;
    for (let at = 0; at < most; at++) {
      const document = documents[at] ?? 0;
      if (this.#lengths[document] === 0) continue;
      documents[size] = document;
      counts[size++] = occurrences[packed[at] ?? 0] ?? 0;
    }
    return { documents: documents.subarray(0, size), counts: counts.subarray(0, size) };
  }

  /** Of the shortest terms that begin so, as if they were one. */
  #occurrencesOfBeginning(beginning: string): Occurrences {
    if (beginning.length < BEGINNING) return nowhere;
    const all = new Map<number, number>();
    let terms = 0;
    for (const term of this.#terms.beginning(beginning)) {
      const { documents, counts } = this.#occurrences(term);
      if (documents.length > 0 && ++terms > MOST_COMPLETIONS) break;
      for (const [at, document] of documents.entries()) all.set(document, (all.get(document) ?? 0) + (counts[at] ?? 0));
    }
    return { documents: Uint32Array.from(all.keys()), counts: Float64Array.from(all.values()) };
  }

  readonly #termNumbers = (word: string): readonly number[] =>
    termsOfWord(word).map((term) => {
      const number = this.#terms.add(term);
      if (number === this.#postings.count) this.#postings.create();
      if (number >= this.#counts.length) this.#counts = grown(this.#counts, number + 1);
      return number;
    });
}

/** The sums of the groups: documents of one mostly follow each other, so that few sums are looked up. */
function addUpGroups(sums: Scores, { documents, counts }: Occurrences, groupOf: Uint32Array): void {
  let group = -1;
  let sum = 0;
  for (let at = 0; at < documents.length; at++) {
    const next = groupOf[documents[at] ?? 0] ?? 0;
    if (next !== group) {
      if (sum > 0) sums.add(group, sum);
      group = next;
      sum = 0;
    }
    sum += counts[at] ?? 0;
  }
  if (sum > 0) sums.add(group, sum);
}

/** Documents that have a term, and for each what its occurrences are worth. */
interface Occurrences {
  readonly documents: Uint32Array;
  readonly counts: Float64Array;
}

function roomFor(postings: number): { documents: Uint32Array; packed: Uint8Array; counts: Float64Array } {
  return {
    documents: new Uint32Array(postings),
    packed: new Uint8Array(postings),
    counts: new Float64Array(postings),
  };
}

const nowhere: Occurrences = { documents: new Uint32Array(0), counts: new Float64Array(0) };

function grown(array: Uint32Array, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(least, Math.ceil(array.length * 1.5)));
  larger.set(array);
  return larger;
}
