import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { quantise, unitVector } from '../embedding/quantise.ts';
import { VectorFile } from '../saved/vectorFile.node.ts';
import type { SearchIndex } from '../search/searchIndex.ts';
import { TimeSlice } from '../timeSlice.node.ts';
import { type Meaning, NO_PLACE, secondMeaning } from './secondMeaning.ts';
import { VectorTable } from './vectorTable.ts';

/** Vectors that are read from disk at once. */
const READ_AT_ONCE = 500;
/** With vectors of fewer passages, and of less than a tenth of all, nobody knows how the model's scale lies to another. */
const ENOUGH = 30;
/** A hash as a string in a map, its place and the vector's scale: about so many bytes. */
const BESIDE_VECTOR = 120;

/**
 * The vectors that a second model has for the passages of a folder, beside those of the built-in table, which every
 * passage has: by the hash of the text, in a file of its own and in memory. It does without those that are not there
 * yet.
 */
export class SecondVectors {
  readonly #directory: string;
  readonly #prefix: string;
  readonly #search: () => SearchIndex;
  #opened: { readonly file: VectorFile; readonly table: VectorTable; readonly dimensions: number } | undefined;
  /** Where the vector of a text stands in the table. */
  readonly #placeOf = new Map<string, number>();
  /** Where the vector of each slot stands, as of `#placesOf`, and how many have one. */
  #places = new Int32Array(0);
  #placesOf: { search: SearchIndex; version: number } | undefined;
  #count = 0;
  #refreshing: Promise<void> | undefined;
  /** What was looked through for passages to read. */
  #refreshed: { search: SearchIndex; version: number; sizeBytes: number } | undefined;
  #isClosed = false;

  /** `directory` is where the vectors of the folder's models are kept. */
  constructor(directory: string, modelId: string, search: () => SearchIndex) {
    this.#directory = directory;
    this.#prefix = `${createHash('sha256').update(modelId).digest('hex').slice(0, 16)}-`;
    this.#search = search;
  }

  /** Numbers in a vector; 0 as long as nothing is known of the model. */
  get dimensions(): number {
    return this.#opened?.dimensions ?? 0;
  }

  /** Passages that have a vector; of equal ones some may not be counted yet. */
  get count(): number {
    this.#currentPlaces();
    return this.#count;
  }

  /** What they take in memory. */
  get memoryBytes(): number {
    return this.#placeOf.size * (this.dimensions + BESIDE_VECTOR);
  }

  /** Whether the passage has a vector. */
  has(slot: number): boolean {
    const places = this.#currentPlaces();
    if ((places[slot] ?? NO_PLACE) !== NO_PLACE) return true;
    const place = this.#placeOf.get(this.#search().catalogue.textHashOf(slot));
    if (place === undefined) return false;
    places[slot] = place;
    this.#count++;
    return true;
  }

  /** Reads what is on disk for the passages that there are by now, a slice at a time. */
  refresh(): Promise<void> {
    return (this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined)));
  }

  /** The same for whom nobody waits: what cannot be read is told where somebody does. */
  refreshSoon(): void {
    this.refresh().catch(() => undefined);
  }

  /** Keeps vectors, by the hash of their text. A zero vector says that the model has none for this text. */
  add(vectors: ReadonlyMap<string, Float32Array | Int8Array>): void {
    const [first] = vectors.values();
    if (first === undefined || this.#isClosed) return;
    if (this.dimensions !== first.length) {
      this.#begin(first.length);
      for (const name of this.#namesIn(this.#directory)) {
        if (dimensionsOf(name) !== first.length) rmSync(path.join(this.#directory, name), { force: true });
      }
    }
    const bytes = new Map(
      [...vectors].map(([hash, vector]) => {
        const into = new Int8Array(vector.length);
        quantise(vector, into);
        return [hash, into];
      }),
    );
    this.#opened?.file.add(bytes);
    this.#enter(bytes);
  }

  /** Takes from the vectors that another folder has of the same model those of some texts; the file has to be in `directory`. */
  takeFrom(directory: string, hashes: Iterable<string>): void {
    const name = this.#nameIn(directory);
    const dimensions = dimensionsOf(name);
    if (name === undefined || dimensions === 0 || this.#isClosed) return;
    if (this.dimensions === 0) this.#begin(dimensions);
    if (this.dimensions !== dimensions) return;
    const other = VectorFile.open(directory, name, dimensions);
    try {
      const found = other.read(hashes);
      this.#opened?.file.add(found);
      this.#enter(found);
    } finally {
      other.close();
    }
  }

  /** See {@link secondMeaning}; undefined where the question's vector cannot be compared with those of the passages. */
  meaning(question: Float32Array, builtIn: (slot: number) => number): Meaning | undefined {
    this.refreshSoon();
    return question.length === this.dimensions ? this.#meaning(question, builtIn) : undefined;
  }

  /** What passages like these are, whose vectors it has; undefined where it has none of them. */
  meaningOf(slots: readonly number[], builtIn: (slot: number) => number): Meaning | undefined {
    this.refreshSoon();
    const places = this.#currentPlaces();
    const { table, dimensions = 0 } = this.#opened ?? {};
    if (table === undefined) return undefined;
    const sum = new Float32Array(dimensions);
    for (const slot of slots) {
      const place = places[slot] ?? NO_PLACE;
      if (place === NO_PLACE || !table.has(place)) continue;
      const unit = unitVector(table.at(place).subarray(0, dimensions));
      for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + (unit[i] ?? 0);
    }
    return sum.some((value) => value !== 0) ? this.#meaning(sum, builtIn) : undefined;
  }

  #meaning(question: Float32Array, builtIn: (slot: number) => number): Meaning | undefined {
    const places = this.#currentPlaces();
    const table = this.#opened?.table;
    const enough = Math.min(ENOUGH, this.#search().catalogue.chunkCount / 10);
    if (table === undefined || this.#count === 0 || this.#count < enough) return undefined;
    return secondMeaning({ table, places }, question, builtIn);
  }

  /** Lets go of the file; with a number it forgets before what no passage uses, when that are more vectors. */
  close(mostUnused: number | undefined): void {
    this.#isClosed = true;
    const { catalogue, text } = this.#search();
    try {
      if (mostUnused !== undefined) {
        this.#opened?.file.prune(
          [...text.documents()].map((slot) => catalogue.textHashOf(slot)),
          mostUnused,
        );
      }
    } catch {
      // The disk is full: the file stays as large as it is.
    } finally {
      this.#opened?.file.close();
      this.#opened = undefined;
    }
  }

  async #refresh(): Promise<void> {
    if (this.#opened === undefined) this.#find();
    const search = this.#search();
    const { catalogue, text } = search;
    const { version } = catalogue;
    const sizeBytes = this.#opened?.file.sizeBytes ?? 0;
    const before = this.#refreshed;
    if (before?.search === search && before.version === version && before.sizeBytes === sizeBytes) return;
    const slice = new TimeSlice();
    let wanted: string[] = [];
    const read = async (): Promise<void> => {
      if (this.#opened !== undefined) this.#enter(this.#opened.file.read(wanted));
      this.#placesOf = undefined;
      wanted = [];
      if (slice.isOver) await slice.breathe();
    };
    for (const slot of text.documents()) {
      if (this.#isClosed || this.#opened === undefined) return;
      const hash = catalogue.textHashOf(slot);
      if (this.#placeOf.has(hash)) continue;
      wanted.push(hash);
      if (wanted.length >= READ_AT_ONCE) await read();
    }
    await read();
    this.#refreshed = { search, version, sizeBytes };
  }

  /** Opens what an earlier session, or another window, has kept of the model. */
  #find(): void {
    mkdirSync(this.#directory, { recursive: true });
    const dimensions = dimensionsOf(this.#nameIn(this.#directory));
    if (dimensions > 0) this.#begin(dimensions);
  }

  #nameIn(directory: string): string | undefined {
    return this.#namesIn(directory).at(-1);
  }

  #namesIn(directory: string): string[] {
    return readdirSync(directory).filter((name) => name.startsWith(this.#prefix) && dimensionsOf(name) > 0);
  }

  /** A model that answers in another length is another one, whatever it is called: nothing of before is of use. */
  #begin(dimensions: number): void {
    this.#opened?.file.close();
    this.#placeOf.clear();
    this.#opened = {
      file: VectorFile.open(this.#directory, `${this.#prefix}${dimensions}.bin`, dimensions),
      table: new VectorTable(Math.ceil(dimensions / 16) * 16),
      dimensions,
    };
  }

  #enter(vectors: ReadonlyMap<string, Int8Array>): void {
    const table = this.#opened?.table;
    if (table === undefined) return;
    for (const [hash, vector] of vectors) {
      if (this.#placeOf.has(hash)) continue;
      const place = this.#placeOf.size;
      const padded = new Int8Array(table.dimensions);
      padded.set(vector);
      table.set(place, padded);
      this.#placeOf.set(hash, place);
    }
  }

  #currentPlaces(): Int32Array {
    const search = this.#search();
    const { catalogue, text } = search;
    const before = this.#placesOf;
    if (before?.search === search && before.version === catalogue.version) return this.#places;
    this.#placesOf = { search, version: catalogue.version };
    this.#places = new Int32Array(catalogue.slots.end).fill(NO_PLACE);
    this.#count = 0;
    for (const slot of text.documents()) {
      const place = this.#placeOf.get(catalogue.textHashOf(slot)) ?? NO_PLACE;
      this.#places[slot] = place;
      if (place !== NO_PLACE) this.#count++;
    }
    return this.#places;
  }
}

/** As a file's name tells it; 0 where it does not. */
function dimensionsOf(name: string | undefined): number {
  return Number(/-(\d+)\.bin$/.exec(name ?? '')?.[1] ?? 0);
}
