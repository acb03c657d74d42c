import { EMPTY_HASH, hashOf, hashWith } from '../../base/words/textBytes.ts';

/** A piece of an unknown word that is shorter says nothing: every word would be near to some other. */
const FEWEST_BYTES = 3;
const MOST_BYTES = 14;

/** The subwords of a model by their bytes: as strings in a Map they would take ten times as much, and each look-up one more. */
export class Vocabulary {
  readonly #bytes: Uint8Array;
  /** Where each subword begins, and the end of the last. */
  readonly #starts: Uint32Array;
  /** Open addressing: a subword's number plus one; its length is a power of two, a quarter of it at most is taken. */
  readonly #places: Uint32Array;

  constructor(subwords: readonly string[]) {
    this.#bytes = new TextEncoder().encode(subwords.join(''));
    this.#starts = new Uint32Array(subwords.length + 1);
    this.#places = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(1, subwords.length) * 4)));
    const encoder = new TextEncoder();
    for (const [number, subword] of subwords.entries()) {
      const start = this.#starts[number] ?? 0;
      const end = start + encoder.encode(subword).length;
      this.#starts[number + 1] = end;
      this.#places[this.#placeOf(hashOf(this.#bytes, start, end), this.#bytes, start, end)] = number + 1;
    }
  }

  lengthOf(number: number): number {
    return (this.#starts[number + 1] ?? 0) - (this.#starts[number] ?? 0);
  }

  /** The number of the subword that some bytes are; -1 where they are none. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return (this.#places[this.#placeOf(hashOf(bytes, start, end), bytes, start, end)] ?? 0) - 1;
  }

  /** The number of the longest subword of three bytes or more that stands at a place; -1 where there is none. */
  longest(bytes: Uint8Array, start: number, end: number): number {
    let found = -1;
    let hash = hashWith(EMPTY_HASH, bytes[start] ?? 0);
    const last = Math.min(end, start + MOST_BYTES);
    for (let at = start + 1; at < last; at++) {
      hash = hashWith(hash, bytes[at] ?? 0);
      if (at + 1 - start < FEWEST_BYTES) continue;
      const number = (this.#places[this.#placeOf(hash, bytes, start, at + 1)] ?? 0) - 1;
      if (number !== -1) found = number;
    }
    return found;
  }

  /** Where the bytes stand in the table, or would. */
  #placeOf(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const places = this.#places;
    for (let place = hash ^ (hash >>> 15); ; place++) {
      place &= places.length - 1;
      const number = (places[place] ?? 0) - 1;
      if (number === -1 || this.#is(number, bytes, start, end)) return place;
    }
  }

  #is(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    let own = this.#starts[number] ?? 0;
    if ((this.#starts[number + 1] ?? 0) - own !== end - start) return false;
    for (let at = start; at < end; at++) if (this.#bytes[own++] !== bytes[at]) return false;
    return true;
  }
}
