import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { inverseLength, quantise, unitVector } from '../embedding/quantise.ts';
import { VectorFile } from '../saved/vectorFile.node.ts';
import type { SearchIndex } from '../search/searchIndex.ts';
import { TimeSlice } from '../timeSlice.node.ts';
import { type Neighbour, VectorTable } from './vectorTable.ts';

/** Vectors that are read from disk at once. */
const READ_AT_ONCE = 500;
/** So many passages say how two models' similarities lie to each other. */
const SAMPLE = 1000;
const NONE = -1;

/** What passages have to do with a question, as far as they have vectors of the chosen model. */
export interface Meaning {
  /** On the built-in model's scale; undefined for a passage without a vector. */
  readonly similarity: (slot: number) => number | undefined;
  /** The nearest of those that are wanted, nearest first. */
  readonly nearest: (count: number, isWanted?: (slot: number) => boolean) => Neighbour[];
}

/**
 * The vectors that a model of the user's choice has for the passages of a folder, beside those of the built-in one,
 * which every passage has: by the hash of the text, in a file of its own and in memory. It does without those that
 * are not there yet.
 */
export class ChosenVectors {
  readonly #directory: string;
  readonly #prefix: string;
  readonly #search: () => SearchIndex;
  #opened: { readonly file: VectorFile; readonly table: VectorTable; readonly dimensions: number } | undefined;
  /** Where the vector of a text stands in the table. */
  readonly #placeOf = new Map<string, number>();
  /** Where the vector of each slot stands, as of `#placesOf`. */
  #places = new Int32Array(0);
  #placesOf: { search: SearchIndex; version: number; count: number } | undefined;
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

  /** Passages that have a vector. */
  get count(): number {
    return this.#currentPlaces().reduce((sum, place) => (place === NONE ? sum : sum + 1), 0);
  }

  has(textHash: string): boolean {
    return this.#placeOf.has(textHash);
  }

  /** Reads what is on disk for the passages that there are by now, a slice at a time. */
  refresh(): Promise<void> {
    return (this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined)));
  }

  /** Keeps vectors, by the hash of their text. A zero vector says that the model has none for this text. */
  add(vectors: ReadonlyMap<string, Float32Array>): void {
    const [first] = vectors.values();
    if (first === undefined || this.#isClosed) return;
    if (this.dimensions !== first.length) this.#begin(first.length);
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

  /** What a question means to the passages; undefined where its vector cannot be compared with theirs. */
  meaning(question: Float32Array): Meaning | undefined {
    void this.refresh();
    return question.length === this.dimensions ? this.#meaning(question) : undefined;
  }

  /** What passages like these are, whose vectors it has; undefined where it has none of them. */
  meaningOf(slots: readonly number[]): Meaning | undefined {
    void this.refresh();
    const places = this.#currentPlaces();
    const { table, dimensions = 0 } = this.#opened ?? {};
    if (table === undefined) return undefined;
    const sum = new Float32Array(dimensions);
    for (const slot of slots) {
      const place = places[slot] ?? NONE;
      if (place === NONE || !table.has(place)) continue;
      const unit = unitVector(table.at(place).subarray(0, dimensions));
      for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + (unit[i] ?? 0);
    }
    return sum.some((value) => value !== 0) ? this.#meaning(sum) : undefined;
  }

  #meaning(question: Float32Array): Meaning | undefined {
    const places = this.#currentPlaces();
    const table = this.#opened?.table;
    if (table === undefined || this.#placeOf.size === 0) return undefined;
    const query = new Int8Array(table.dimensions);
    quantise(question, query.subarray(0, question.length));
    const scale = inverseLength(query);
    const own = (slot: number): number => table.similarity(places[slot] ?? 0, query, scale);
    const has = (slot: number): boolean => {
      const place = places[slot] ?? NONE;
      return place !== NONE && table.has(place);
    };
    const toBuiltIn = alignment(sampleOf(places, has).map(own));
    return {
      similarity: (slot) => (has(slot) ? toBuiltIn(own(slot)) : undefined),
      nearest: (count, isWanted) => {
        const wanted = new Uint8Array(this.#placeOf.size);
        for (const [slot, place] of places.entries()) {
          if (place !== NONE && isWanted?.(slot) !== false) wanted[place] = 1;
        }
        const found = new Map(
          table.nearest(query, count, (place) => wanted[place] === 1).map((each) => [each.slot, each.similarity]),
        );
        const neighbours: Neighbour[] = [];
        for (const [slot, place] of places.entries()) {
          const similarity = found.get(place);
          if (similarity !== undefined && isWanted?.(slot) !== false) {
            neighbours.push({ slot, similarity: toBuiltIn(similarity) });
          }
        }
        return neighbours.sort((a, b) => b.similarity - a.similarity).slice(0, count);
      },
    };
  }

  /** Lets go of the file; with a number it forgets before what no passage uses, when that are more vectors. */
  close(mostUnused: number | undefined): void {
    this.#isClosed = true;
    const { catalogue, text } = this.#search();
    if (mostUnused !== undefined) {
      this.#opened?.file.prune(
        [...text.documents()].map((slot) => catalogue.textHashOf(slot)),
        mostUnused,
      );
    }
    this.#opened?.file.close();
    this.#opened = undefined;
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
    const names = readdirSync(this.#directory).filter((name) => name.startsWith(this.#prefix));
    const dimensions = Number(/-(\d+)\.bin$/.exec(names.at(-1) ?? '')?.[1]);
    if (dimensions > 0) this.#begin(dimensions);
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
    const count = this.#placeOf.size;
    if (before?.search === search && before.version === catalogue.version && before.count === count) {
      return this.#places;
    }
    this.#placesOf = { search, version: catalogue.version, count };
    this.#places = new Int32Array(catalogue.slots.end).fill(NONE);
    for (const slot of text.documents()) this.#places[slot] = this.#placeOf.get(catalogue.textHashOf(slot)) ?? NONE;
    return this.#places;
  }
}

function sampleOf(places: Int32Array, has: (slot: number) => boolean): number[] {
  const step = Math.max(1, Math.floor(places.length / SAMPLE));
  const slots: number[] = [];
  for (let slot = 0; slot < places.length; slot += step) if (has(slot)) slots.push(slot);
  return slots;
}

/**
 * Every model has its own idea of how alike two texts are: of one all cosines lie between 0.7 and 0.9, of another
 * between 0 and 0.4. Search weighs those of the built-in model, so the other's are given its usual mean and spread.
 */
function alignment(similarities: readonly number[]): (similarity: number) => number {
  const { mean, deviation } = spread(similarities);
  const factor = deviation === 0 ? 0 : usual.deviation / deviation;
  return (similarity) => usual.mean + (similarity - mean) * factor;
}

/** Of the built-in model's cosines of a question with all passages, over the questions of test/bench/index. */
const usual = { mean: 0.03, deviation: 0.09 };

function spread(values: readonly number[]): { mean: number; deviation: number } {
  const count = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  return { mean, deviation: Math.sqrt(variance) };
}
