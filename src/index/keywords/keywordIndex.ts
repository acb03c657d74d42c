import { type Corpus, type Scores, addBm25, emptyScores, rarityOf } from './bm25.ts';
import { type FieldText, counted, occurrences, packCounts } from './fields.ts';
import { PostingLists } from './postingLists.ts';
import { eachWord, termsOfWord } from './terms.ts';

/** Documents are numbered; the number shares 32 bits with the packed counts of a term in it. */
export const MAX_DOCUMENTS = 2 ** 24;
const COUNTS = 255;
const CACHED_WORDS = 30_000;
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

/** A keyword index as plain data: what is written to disk. */
export interface PackedKeywordIndex {
  /** Joined by NUL. */
  readonly terms: string;
  readonly postingLengths: Uint32Array;
  readonly postings: Uint32Array;
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
  #terms = new Map<string, number>();
  #postings = new PostingLists();
  /** Words of each document plus one, so that 0 says that there is none. */
  #lengths = new Uint32Array(1024);
  #documents = 0;
  #words = 0;
  readonly #removed = new Set<number>();
  readonly #termsOfWords = new Map<string, readonly number[]>();
  /** All terms by their first letters; made when it is first needed. */
  #beginnings: Map<string, string[]> | undefined;

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
    const counts = new Map<number, number>();
    let words = 0;
    for (const { field, text } of parts) {
      eachWord(text, (word) => {
        for (const term of this.#termNumbers(word)) {
          counts.set(term, counted(counts.get(term) ?? 0, field));
          words++;
        }
      });
    }
    for (const [term, count] of counts) this.#postings.push(term, document * (COUNTS + 1) + packCounts(count));
    if (document >= this.#lengths.length) {
      const larger = new Uint32Array(Math.max(document + 1, this.#lengths.length * 2));
      larger.set(this.#lengths);
      this.#lengths = larger;
    }
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
    this.#postings.filter((posting) => this.has(posting >>> 8));
    this.#removed.clear();
  }

  /** Those of some terms that the fewest documents have, at most `count`; none that no document has. */
  rarest(terms: readonly string[], count: number): string[] {
    const found = terms.flatMap((term) => {
      const number = this.#terms.get(term);
      return number === undefined ? [] : [{ term, documents: this.#postings.view(number).length }];
    });
    return found
      .sort((a, b) => a.documents - b.documents)
      .slice(0, count)
      .map(({ term }) => term);
  }

  /** BM25 of every document that has one of the terms. A term that none has stands for those that begin with it. */
  score(terms: readonly string[]): Scores {
    return this.#score(terms, () => undefined);
  }

  /** The same, with the share of the terms that each has; a term counts as much as it is rare. */
  scoreWithCoverage(terms: readonly string[]): Scores & { readonly covered: Float64Array } {
    const covered = new Float64Array(this.#lengths.length);
    let total = 0;
    const scores = this.#score(terms, (documents) => {
      const rarity = rarityOf(documents.length, this.#corpus());
      total += rarity;
      for (const document of documents) covered[document] = (covered[document] ?? 0) + rarity;
    });
    for (const document of scores.found) covered[document] = (covered[document] ?? 0) / total;
    return { ...scores, covered };
  }

  #score(terms: readonly string[], onTerm: (documents: readonly number[]) => void): Scores {
    const scores = emptyScores(this.#lengths.length);
    const corpus = this.#corpus();
    for (const { documents, counts } of this.#occurrencesOf(terms)) {
      addBm25(scores, corpus, documents, counts);
      onTerm(documents);
    }
    return scores;
  }

  /** BM25 of every group of documents that has one of the terms. */
  scoreGroups(terms: readonly string[], groups: Grouping): Scores {
    const scores = emptyScores(groups.lengths.length);
    const corpus = { count: groups.count, words: this.#words, lengthOf: (group: number) => groups.lengths[group] ?? 0 };
    const countOf = new Float64Array(groups.lengths.length);
    for (const { documents, counts } of this.#occurrencesOf(terms)) {
      const found: number[] = [];
      for (const [at, document] of documents.entries()) {
        const group = groups.groupOf[document] ?? 0;
        if (countOf[group] === 0) found.push(group);
        countOf[group] = (countOf[group] ?? 0) + (counts[at] ?? 0);
      }
      addBm25(
        scores,
        corpus,
        found,
        found.map((group) => countOf[group] ?? 0),
      );
      for (const group of found) countOf[group] = 0;
    }
    return scores;
  }

  /** Compacts, and gives everything as plain data. */
  pack(): PackedKeywordIndex {
    this.compact();
    const { lengths, values } = this.#postings.pack();
    return {
      terms: [...this.#terms.keys()].join('\0'),
      postingLengths: lengths,
      postings: values,
      documentLengths: this.#lengths,
    };
  }

  /** What `pack` gave; it owns the arrays from now on. */
  static unpack(packed: PackedKeywordIndex): KeywordIndex {
    const index = new KeywordIndex();
    const terms = packed.terms === '' ? [] : packed.terms.split('\0');
    for (let term = 0; term < terms.length; term++) index.#terms.set(terms[term] ?? '', term);
    index.#postings = PostingLists.unpack(packed.postingLengths, packed.postings);
    index.#lengths = new Uint32Array(packed.documentLengths);
    for (const length of index.#lengths) {
      if (length === 0) continue;
      index.#documents++;
      index.#words += length - 1;
    }
    return index;
  }

  #corpus(): Corpus {
    return { count: this.#documents, words: this.#words, lengthOf: (document) => this.wordsOf(document) };
  }

  /** For each of some terms who has it, and how often. */
  *#occurrencesOf(terms: readonly string[]): Generator<Occurrences> {
    for (const term of new Set(terms)) {
      const exact = this.#occurrences(term);
      yield exact.documents.length > 0 ? exact : this.#occurrencesOfBeginning(term);
    }
  }

  #occurrences(term: string): Occurrences {
    const documents: number[] = [];
    const counts: number[] = [];
    const number = this.#terms.get(term);
    for (const posting of number === undefined ? [] : this.#postings.view(number)) {
      const document = posting >>> 8;
      if (!this.has(document)) continue;
      documents.push(document);
      counts.push(occurrences[posting & COUNTS] ?? 0);
    }
    return { documents, counts };
  }

  /** Of the shortest terms that begin so, as if they were one. */
  #occurrencesOfBeginning(beginning: string): Occurrences {
    const all = new Map<number, number>();
    let terms = 0;
    for (const term of this.#termsBeginning(beginning)) {
      const { documents, counts } = this.#occurrences(term);
      if (documents.length > 0 && ++terms > MOST_COMPLETIONS) break;
      for (const [at, document] of documents.entries()) all.set(document, (all.get(document) ?? 0) + (counts[at] ?? 0));
    }
    return { documents: [...all.keys()], counts: [...all.values()] };
  }

  #termsBeginning(beginning: string): string[] {
    if (beginning.length < BEGINNING) return [];
    if (this.#beginnings === undefined) {
      this.#beginnings = new Map();
      for (const term of this.#terms.keys()) addBeginning(this.#beginnings, term);
    }
    const terms = this.#beginnings.get(beginning.slice(0, BEGINNING)) ?? [];
    return terms.filter((term) => term.startsWith(beginning)).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  }

  #termNumbers(word: string): readonly number[] {
    const cached = this.#termsOfWords.get(word);
    if (cached !== undefined) return cached;
    const numbers = termsOfWord(word).map((term) => {
      let number = this.#terms.get(term);
      if (number === undefined) {
        this.#terms.set(term, (number = this.#postings.create()));
        if (this.#beginnings !== undefined) addBeginning(this.#beginnings, term);
      }
      return number;
    });
    if (this.#termsOfWords.size >= CACHED_WORDS) this.#termsOfWords.clear();
    this.#termsOfWords.set(word, numbers);
    return numbers;
  }
}

/** Documents that have a term, and for each what its occurrences are worth. */
interface Occurrences {
  readonly documents: readonly number[];
  readonly counts: readonly number[];
}

function addBeginning(beginnings: Map<string, string[]>, term: string): void {
  const beginning = term.slice(0, BEGINNING);
  const terms = beginnings.get(beginning);
  if (terms === undefined) beginnings.set(beginning, [term]);
  else terms.push(term);
}
