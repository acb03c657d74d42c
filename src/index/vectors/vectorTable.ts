import { inverseLength } from '../embedding/quantise.ts';
import { type DotProducts, createDotProducts } from './dotProducts.ts';
import { TopList } from './topList.ts';

/** A slot and how near it is: 1 is the same direction, 0 has nothing in common. */
export interface Neighbour {
  readonly slot: number;
  readonly similarity: number;
}

/** A table as plain data. */
export interface PackedVectors {
  /** All vectors, one after the other; what was removed is still in it. */
  readonly bytes: Int8Array;
  /** 1 / length of each; 0 where there is none. */
  readonly scales: Float32Array;
}

const PAGE_BYTES = 65_536;

/** Int8 vectors by slot, and the exact search over them. They lie in WASM memory: the question, the vectors, the results. */
export class VectorTable {
  /** A multiple of 16. */
  readonly dimensions: number;
  readonly #wasm: DotProducts = createDotProducts();
  /** 1 / length of each vector; 0 where there is none. Its length is the number of slots that have room. */
  #scales = new Float32Array(0);
  /** One more than the largest slot that was ever set. */
  #end = 0;

  constructor(dimensions: number) {
    if (dimensions % 16 !== 0) throw new RangeError('A vector has a multiple of 16 dimensions.');
    this.dimensions = dimensions;
  }

  /** The table that {@link pack} gave; its arrays are copied. */
  static restore(dimensions: number, packed: PackedVectors): VectorTable {
    const table = new VectorTable(dimensions);
    const slots = packed.scales.length;
    table.#reserve(slots);
    table.#view(0, slots).set(packed.bytes);
    table.#scales.set(packed.scales);
    table.#end = slots;
    return table;
  }

  set(slot: number, vector: Int8Array): void {
    this.#reserve(slot + 1);
    this.#end = Math.max(this.#end, slot + 1);
    this.at(slot).set(vector);
    this.#scales[slot] = inverseLength(vector);
  }

  remove(slot: number): void {
    if (slot < this.#scales.length) this.#scales[slot] = 0;
  }

  /** False for what was never set or was removed, and for a zero vector. */
  has(slot: number): boolean {
    return (this.#scales[slot] ?? 0) > 0;
  }

  /** The vector of a slot, as a view that the next growth invalidates. */
  at(slot: number): Int8Array {
    return this.#view(slot, slot + 1);
  }

  /** What is there up to `slots`, as views that the next change invalidates. */
  pack(slots: number): PackedVectors {
    this.#reserve(slots);
    return { bytes: this.#view(0, slots), scales: this.#scales.subarray(0, slots) };
  }

  /** Cosine of a slot's vector with a query, which is a vector of bytes as well. */
  similarity(slot: number, query: Int8Array, queryScale: number): number {
    const scale = this.#scales[slot] ?? 0;
    if (scale === 0) return 0;
    const vector = this.at(slot);
    let sum = 0;
    for (let i = 0; i < query.length; i++) sum += (vector[i] ?? 0) * (query[i] ?? 0);
    return sum * scale * queryScale;
  }

  /** The nearest of all, or of those that are wanted, nearest first: every vector is compared. */
  nearest(query: Int8Array, count: number, isWanted?: (slot: number) => boolean): Neighbour[] {
    const slots = this.#end;
    if (slots === 0) return [];
    const wasm = this.#wasm;
    const out = this.dimensions + slots * this.dimensions;
    new Int8Array(wasm.memory.buffer, 0, this.dimensions).set(query);
    wasm.dotProducts(0, this.dimensions, slots, this.dimensions, out);
    const products = new Int32Array(wasm.memory.buffer, out, slots);
    const queryScale = inverseLength(query);
    const best = new TopList(count);
    for (let slot = 0; slot < slots; slot++) {
      const scale = this.#scales[slot] ?? 0;
      if (scale > 0 && isWanted?.(slot) !== false) best.offer(slot, (products[slot] ?? 0) * scale * queryScale);
    }
    return toNeighbours(best);
  }

  /** The nearest of some slots, nearest first. */
  nearestOf(slots: Iterable<number>, query: Int8Array, count: number): Neighbour[] {
    const queryScale = inverseLength(query);
    const best = new TopList(count);
    for (const slot of slots) best.offer(slot, this.similarity(slot, query, queryScale));
    return toNeighbours(best);
  }

  #view(start: number, end: number): Int8Array {
    const { dimensions } = this;
    return new Int8Array(this.#wasm.memory.buffer, dimensions * (1 + start), dimensions * (end - start));
  }

  #reserve(slots: number): void {
    if (slots <= this.#scales.length) return;
    const room = Math.max(slots, 1024, Math.ceil(this.#scales.length * 1.5));
    const bytes = this.dimensions * (1 + room) + 4 * room;
    const { memory } = this.#wasm;
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    const scales = new Float32Array(room);
    scales.set(this.#scales);
    this.#scales = scales;
  }
}

function toNeighbours(best: TopList): Neighbour[] {
  return best.sorted().map(([slot, similarity]) => ({ slot, similarity }));
}
