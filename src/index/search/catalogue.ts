import { type Chunk, type LineRange, packDeclaration, unpackDeclaration } from '../chunks/chunk.ts';
import { HASH_BYTES, readHash, writeHash } from '../chunks/hashBytes.ts';

/** A file that is in the index. */
export interface IndexedFile {
  readonly id: number;
  /** Relative to its folder, with `/`. */
  readonly path: string;
  readonly language: string;
  /** SHA-256 of its bytes, hex. */
  readonly contentHash: string;
  readonly sizeBytes: number;
  /** Time of its last change, microseconds since the epoch. */
  modifiedUs: number;
  /** The transaction that stored it. */
  readonly revision: number;
}

/** A chunk by its slot. */
export interface IndexedChunk extends Chunk {
  readonly textHash: string;
}

interface Entry {
  readonly file: IndexedFile;
  readonly slots: readonly number[];
  /** See `packOutline`. */
  readonly outline: Uint8Array;
}

/** The catalogue as plain data: what is written to disk. Its arrays are views that the next change invalidates. */
export interface PackedCatalogue {
  readonly files: readonly Entry[];
  readonly fileOf: Uint32Array;
  readonly startLines: Uint32Array;
  readonly endLines: Uint32Array;
  readonly signatures: Uint32Array;
  readonly comments: Uint32Array;
  readonly symbols: readonly string[];
  /** Numbers into `kindNames`. */
  readonly kinds: Uint8Array;
  readonly kindNames: readonly string[];
  /** 16 bytes each. */
  readonly textHashes: Uint8Array;
}

/**
 * Which files and chunks there are. Files have ids, chunks have slots: small numbers, which the
 * keyword indexes and vectors share and the rows are stored under. A number that was freed is handed
 * out again only after {@link release}, since the keyword indexes forget later.
 */
export class Catalogue {
  readonly #files = new Map<string, Entry>();
  readonly #paths: (string | undefined)[] = [];
  #fileOf = new Uint32Array(1024);
  #startLines = new Uint32Array(1024);
  #endLines = new Uint32Array(1024);
  #signatures = new Uint32Array(1024);
  #comments = new Uint32Array(1024);
  readonly #symbols: string[] = [];
  /** Numbers into `#kindNames`, of which there are some dozen: as strings they would be thirty times as large. */
  #kinds = new Uint8Array(1024);
  readonly #kindNames: string[] = [];
  /** As bytes: 100,000 strings would be three times as large. */
  #textHashes = new Uint8Array(1024 * HASH_BYTES);
  #chunkCount = 0;
  #totalBytes = 0;
  #version = 0;
  readonly ids = new Numbers();
  readonly slots = new Numbers();

  /** Another number after each change. */
  get version(): number {
    return this.#version;
  }

  get fileCount(): number {
    return this.#files.size;
  }

  get chunkCount(): number {
    return this.#chunkCount;
  }

  /** Of all files. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** The file that each slot belongs to, by id. */
  get fileOf(): Uint32Array {
    return this.#fileOf;
  }

  files(): Iterable<IndexedFile> {
    return [...this.#files.values()].map(({ file }) => file);
  }

  file(path: string): IndexedFile | undefined {
    return this.#files.get(path)?.file;
  }

  slotsOf(path: string): readonly number[] {
    return this.#files.get(path)?.slots ?? [];
  }

  /** What each file has to do with others, see `packOutline`; with a file's id. */
  *outlines(): Iterable<{ readonly file: IndexedFile; readonly outline: Uint8Array }> {
    yield* this.#files.values();
  }

  fileOfSlot(slot: number): IndexedFile | undefined {
    const path = this.#paths[this.#fileOf[slot] ?? 0];
    return path === undefined ? undefined : this.#files.get(path)?.file;
  }

  pathOf(id: number): string | undefined {
    return this.#paths[id];
  }

  slotsOfId(id: number): readonly number[] {
    const path = this.#paths[id];
    return path === undefined ? [] : this.slotsOf(path);
  }

  symbolOf(slot: number): string {
    return this.#symbols[slot] ?? '';
  }

  kindOf(slot: number): string {
    return this.#kindNames[this.#kinds[slot] ?? 0] ?? '';
  }

  textHashOf(slot: number): string {
    return readHash(this.#textHashes, slot * HASH_BYTES);
  }

  linesOf(slot: number): LineRange {
    return { startLine: this.#startLines[slot] ?? 0, endLine: this.#endLines[slot] ?? 0 };
  }

  chunk(slot: number): IndexedChunk {
    const declaration = unpackDeclaration({
      signature: this.#signatures[slot] ?? 0,
      comment: this.#comments[slot] ?? 0,
    });
    return {
      startLine: this.#startLines[slot] ?? 0,
      endLine: this.#endLines[slot] ?? 0,
      symbol: this.#symbols[slot] ?? '',
      kind: this.kindOf(slot),
      textHash: this.textHashOf(slot),
      ...(declaration === undefined ? {} : { declaration }),
    };
  }

  /** Enters a file whose id and slots were reserved. */
  add(file: IndexedFile, chunks: readonly IndexedChunk[], slots: readonly number[], outline: Uint8Array): void {
    this.#version++;
    this.#files.set(file.path, { file, slots, outline });
    this.#paths[file.id] = file.path;
    this.#chunkCount += slots.length;
    this.#totalBytes += file.sizeBytes;
    for (const [index, chunk] of chunks.entries()) {
      const slot = slots[index] ?? 0;
      this.#reserve(slot + 1);
      this.#fileOf[slot] = file.id;
      this.#startLines[slot] = chunk.startLine;
      this.#endLines[slot] = chunk.endLine;
      const { signature, comment } = packDeclaration(chunk.declaration);
      this.#signatures[slot] = signature;
      this.#comments[slot] = comment;
      this.#symbols[slot] = chunk.symbol;
      this.#kinds[slot] = this.#kindNumber(chunk.kind);
      writeHash(chunk.textHash, this.#textHashes, slot * HASH_BYTES);
    }
  }

  /** Strikes a file out; its numbers stay taken until they are released. */
  remove(path: string): { id: number; slots: readonly number[] } | undefined {
    const entry = this.#files.get(path);
    if (entry === undefined) return undefined;
    this.#version++;
    this.#files.delete(path);
    this.#paths[entry.file.id] = undefined;
    this.#chunkCount -= entry.slots.length;
    this.#totalBytes -= entry.file.sizeBytes;
    this.ids.free([entry.file.id]);
    this.slots.free(entry.slots);
    return { id: entry.file.id, slots: entry.slots };
  }

  /** Hands out again what was freed so far. */
  release(): void {
    this.ids.release();
    this.slots.release();
  }

  pack(): PackedCatalogue {
    const slots = this.slots.end;
    this.#reserve(slots);
    return {
      files: [...this.#files.values()],
      fileOf: this.#fileOf.subarray(0, slots),
      startLines: this.#startLines.subarray(0, slots),
      endLines: this.#endLines.subarray(0, slots),
      signatures: this.#signatures.subarray(0, slots),
      comments: this.#comments.subarray(0, slots),
      symbols: Array.from({ length: slots }, (_, slot) => this.symbolOf(slot)),
      kinds: this.#kinds.subarray(0, slots),
      kindNames: this.#kindNames,
      textHashes: this.#textHashes.subarray(0, slots * HASH_BYTES),
    };
  }

  static unpack(packed: PackedCatalogue): Catalogue {
    const catalogue = new Catalogue();
    for (const entry of packed.files) {
      catalogue.#files.set(entry.file.path, entry);
      catalogue.#paths[entry.file.id] = entry.file.path;
      catalogue.#chunkCount += entry.slots.length;
      catalogue.#totalBytes += entry.file.sizeBytes;
    }
    catalogue.ids.reserve(packed.files.map(({ file }) => file.id));
    catalogue.slots.reserve(packed.files.flatMap(({ slots }) => slots));
    catalogue.#fileOf = new Uint32Array(packed.fileOf);
    catalogue.#startLines = new Uint32Array(packed.startLines);
    catalogue.#endLines = new Uint32Array(packed.endLines);
    catalogue.#signatures = new Uint32Array(packed.signatures);
    catalogue.#comments = new Uint32Array(packed.comments);
    for (const symbol of packed.symbols) catalogue.#symbols.push(symbol);
    catalogue.#kinds = new Uint8Array(packed.kinds);
    for (const name of packed.kindNames) catalogue.#kindNames.push(name);
    catalogue.#textHashes = new Uint8Array(packed.textHashes);
    return catalogue;
  }

  #reserve(slots: number): void {
    if (slots <= this.#fileOf.length) return;
    const length = Math.max(slots, this.#fileOf.length * 2);
    this.#fileOf = grown(this.#fileOf, length);
    this.#startLines = grown(this.#startLines, length);
    this.#endLines = grown(this.#endLines, length);
    this.#signatures = grown(this.#signatures, length);
    this.#comments = grown(this.#comments, length);
    this.#kinds = grown(this.#kinds, length);
    this.#textHashes = grown(this.#textHashes, length * HASH_BYTES);
  }

  #kindNumber(kind: string): number {
    const known = this.#kindNames.indexOf(kind);
    return known === -1 ? this.#kindNames.push(kind) - 1 : known;
  }
}

/** Hands out small numbers, and those that came back. */
class Numbers {
  readonly #freed: number[] = [];
  readonly #ready: number[] = [];
  #end = 0;

  /** One more than the largest that was ever handed out. */
  get end(): number {
    return this.#end;
  }

  next(count: number): number[] {
    return Array.from({ length: count }, () => this.#ready.pop() ?? this.#end++);
  }

  free(numbers: readonly number[]): void {
    for (const number of numbers) this.#freed.push(number);
  }

  release(): void {
    for (const number of this.#freed) this.#ready.push(number);
    this.#freed.length = 0;
  }

  /** Marks numbers as handed out that an old state has. */
  reserve(numbers: Iterable<number>): void {
    const reserved = new Set(numbers);
    const free = this.#ready.filter((number) => !reserved.has(number));
    for (const number of reserved) {
      for (; this.#end <= number; this.#end++) if (!reserved.has(this.#end)) free.push(this.#end);
    }
    this.#ready.length = 0;
    for (const number of free) this.#ready.push(number);
  }
}

function grown<T extends Uint32Array | Uint8Array>(array: T, length: number): T {
  const larger = (array instanceof Uint8Array ? new Uint8Array(length) : new Uint32Array(length)) as T;
  larger.set(array);
  return larger;
}
