import { inverseLength } from '../embedding/quantise.ts';
import { TopList } from './topList.ts';

/** A number and how near it is: 1 is the same direction, 0 has nothing in common. */
export interface Neighbour {
  readonly slot: number;
  readonly similarity: number;
}

/** Int8 vectors by slot, and the exact search over them. */
export class VectorTable {
  readonly dimensions: number;
  #bytes: Int8Array;
  /** 1 / length of each vector; 0 where there is none. */
  #scales: Float32Array;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#bytes = new Int8Array(0);
    this.#scales = new Float32Array(0);
  }

  /** Takes over what {@link bytes} of another table gave, for the slots that `has` says. */
  static restore(dimensions: number, bytes: Int8Array, has: (slot: number) => boolean): VectorTable {
    const table = new VectorTable(dimensions);
    const slots = Math.floor(bytes.length / dimensions);
    table.#bytes = bytes;
    table.#scales = new Float32Array(slots);
    for (let slot = 0; slot < slots; slot++) if (has(slot)) table.#scales[slot] = inverseLength(table.at(slot));
    return table;
  }

  set(slot: number, vector: Int8Array): void {
    this.#reserve(slot + 1);
    this.#bytes.set(vector, slot * this.dimensions);
    this.#scales[slot] = inverseLength(vector);
  }

  remove(slot: number): void {
    if (slot < this.#scales.length) this.#scales[slot] = 0;
  }

  /** The vector of a slot, as a view. */
  at(slot: number): Int8Array {
    return this.#bytes.subarray(slot * this.dimensions, (slot + 1) * this.dimensions);
  }

  /** All vectors up to `slots`, one after the other, as a view; what was removed is still in it. */
  bytes(slots: number): Int8Array {
    this.#reserve(slots);
    return this.#bytes.subarray(0, slots * this.dimensions);
  }

  /** Cosine of a slot's vector with a query, which is a vector of bytes as well. */
  similarity(slot: number, query: Int8Array, queryScale: number): number {
    const scale = this.#scales[slot] ?? 0;
    return scale === 0 ? 0 : this.#dot(slot, query) * scale * queryScale;
  }

  /** The nearest of all, nearest first: every vector is compared. */
  nearest(query: Int8Array, count: number): Neighbour[] {
    return this.nearestOf(this.#scales.keys(), query, count);
  }

  /** The nearest of some slots, nearest first. */
  nearestOf(slots: Iterable<number>, query: Int8Array, count: number): Neighbour[] {
    const queryScale = inverseLength(query);
    const best = new TopList(count);
    for (const slot of slots) {
      const scale = this.#scales[slot] ?? 0;
      if (scale > 0) best.offer(slot, this.#dot(slot, query) * scale * queryScale);
    }
    return best.sorted().map(([slot, similarity]) => ({ slot, similarity }));
  }

  #dot(slot: number, query: Int8Array): number {
    const bytes = this.#bytes;
    const start = slot * this.dimensions;
    let sum = 0;
    for (let i = 0; i < query.length; i++) sum += (bytes[start + i] ?? 0) * (query[i] ?? 0);
    return sum;
  }

  #reserve(slots: number): void {
    if (slots <= this.#scales.length) return;
    const room = Math.max(slots, 1024, Math.ceil(this.#scales.length * 1.5));
    const bytes = new Int8Array(room * this.dimensions);
    bytes.set(this.#bytes);
    const scales = new Float32Array(room);
    scales.set(this.#scales);
    this.#bytes = bytes;
    this.#scales = scales;
  }
}
