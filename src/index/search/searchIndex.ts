import { codeStyleOf } from '../chunks/codeStyle.ts';
import { fieldsOf } from '../keywords/fields.ts';
import { type Grouping, KeywordIndex, type PackedKeywordIndex } from '../keywords/keywordIndex.ts';
import { type PackedVectors, VectorTable } from '../vectors/vectorTable.ts';
import { Catalogue, type IndexedChunk, type IndexedFile, type PackedCatalogue } from './catalogue.ts';

/** A file with all that is searched in it. */
export interface SearchableFile {
  readonly file: IndexedFile;
  readonly chunks: readonly IndexedChunk[];
  readonly slots: readonly number[];
  /** See `packOutline`. */
  readonly outline: Uint8Array;
  /** Text of each chunk. */
  readonly texts: readonly string[];
  /** Vector of each chunk. */
  readonly vectors: readonly Int8Array[];
}

/** A search index as plain data. */
export interface PackedSearchIndex {
  readonly catalogue: PackedCatalogue;
  readonly text: PackedKeywordIndex;
  readonly symbols: PackedKeywordIndex;
  readonly paths: PackedKeywordIndex;
  readonly vectors: PackedVectors;
}

/** Compacting costs as much as reading the whole index, so it waits for a share worth it. */
const COMPACT_AT_LEAST = 500;
const COMPACT_SHARE = 0.2;

/** What a folder's searches read: catalogue, keyword indexes and vectors, kept in step. */
export class SearchIndex {
  readonly catalogue: Catalogue;
  /** Words of the chunks, with those of their path and symbol. */
  readonly text: KeywordIndex;
  /** Words of the chunks' symbols. */
  readonly symbols: KeywordIndex;
  /** Words of the files' paths, by the file's id. */
  readonly paths: KeywordIndex;
  readonly vectors: VectorTable;
  /** Words of each file, by id. */
  #fileWords = new Uint32Array(256);

  private constructor(parts: {
    catalogue: Catalogue;
    text: KeywordIndex;
    symbols: KeywordIndex;
    paths: KeywordIndex;
    vectors: VectorTable;
  }) {
    this.catalogue = parts.catalogue;
    this.text = parts.text;
    this.symbols = parts.symbols;
    this.paths = parts.paths;
    this.vectors = parts.vectors;
  }

  static create(dimensions: number): SearchIndex {
    return new SearchIndex({
      catalogue: new Catalogue(),
      text: new KeywordIndex(),
      symbols: new KeywordIndex(),
      paths: new KeywordIndex(),
      vectors: new VectorTable(dimensions),
    });
  }

  /** Adds a file whose path is not there. */
  add({ file, chunks, slots, outline, texts, vectors }: SearchableFile): void {
    this.catalogue.add(file, chunks, slots, outline);
    this.paths.add(file.id, [{ field: 'code', text: file.path }]);
    const style = codeStyleOf(file.language);
    let words = 0;
    for (const [index, slot] of slots.entries()) {
      const symbol = chunks[index]?.symbol ?? '';
      // Where a passage stands says what it is about, often in words that it does not use itself.
      const head = { field: 'head', text: `${file.path}\n${symbol}` } as const;
      words += this.text.add(slot, [head, ...fieldsOf(texts[index] ?? '', style)]);
      if (symbol !== '') this.symbols.add(slot, [{ field: 'code', text: symbol }]);
      const vector = vectors[index];
      if (vector !== undefined) this.vectors.set(slot, vector);
    }
    this.#setFileWords(file.id, words);
  }

  /** Returns the slots that are free now. */
  remove(path: string): readonly number[] {
    const removed = this.catalogue.remove(path);
    if (removed === undefined) return [];
    this.paths.remove(removed.id);
    for (const slot of removed.slots) {
      this.text.remove(slot);
      this.symbols.remove(slot);
      this.vectors.remove(slot);
    }
    this.#setFileWords(removed.id, 0);
    return removed.slots;
  }

  /** True when so much was removed that {@link compact} is worth its time. */
  get needsCompacting(): boolean {
    const removed = this.text.removedCount + this.paths.removedCount;
    return removed > COMPACT_AT_LEAST && removed > COMPACT_SHARE * this.catalogue.chunkCount;
  }

  /** Gives back what removed files left behind; their numbers can be used again. */
  compact(): void {
    this.text.compact();
    this.symbols.compact();
    this.paths.compact();
    this.catalogue.release();
  }

  /** The chunks put together to files. */
  get byFile(): Grouping {
    return { groupOf: this.catalogue.fileOf, lengths: this.#fileWords, count: this.catalogue.fileCount };
  }

  /** What was packed of each part; it owns the arrays from now on. */
  static unpack(packed: PackedSearchIndex, dimensions: number): SearchIndex {
    const text = KeywordIndex.unpack(packed.text);
    const index = new SearchIndex({
      catalogue: Catalogue.unpack(packed.catalogue),
      text,
      symbols: KeywordIndex.unpack(packed.symbols),
      paths: KeywordIndex.unpack(packed.paths),
      vectors: VectorTable.restore(dimensions, packed.vectors),
    });
    for (const { file, slots } of packed.catalogue.files) {
      index.#setFileWords(
        file.id,
        slots.reduce((sum, slot) => sum + text.wordsOf(slot), 0),
      );
    }
    return index;
  }

  #setFileWords(id: number, words: number): void {
    if (id >= this.#fileWords.length) {
      const larger = new Uint32Array(Math.max(id + 1, this.#fileWords.length * 2));
      larger.set(this.#fileWords);
      this.#fileWords = larger;
    }
    this.#fileWords[id] = words;
  }
}
