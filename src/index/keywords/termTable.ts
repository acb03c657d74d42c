/** Terms as plain data. */
export interface PackedTerms {
  /** UTF-8 of all terms, one after the other. */
  readonly bytes: Uint8Array;
  /** Where each of them ends. */
  readonly ends: Uint32Array;
}

const encoder = new TextEncoder();
const MOST_BYTES_A_UNIT = 3;
const CHAINED_BYTES = 3;
const CHAINS = 2 ** 14;

/**
 * Numbers terms from 0 on. They lie as bytes one after the other, found through a table of numbers: as strings in
 * a Map they would take five times as much, and each that was cut out of a file's text would keep that alive.
 */
export class TermTable {
  #bytes: Uint8Array = new Uint8Array(4096);
  #ends: Uint32Array = new Uint32Array(512);
  #count = 0;
  /** Open addressing: a term's number plus one; its length is a power of two, at most two thirds are taken. */
  #places = new Uint32Array(1024);
  /** The term at hand. */
  #term: Uint8Array = new Uint8Array(256);
  /** Of the terms that begin alike, the number of the newest plus one, and for each that of the next older one; 0 where there is none. */
  #newest = new Uint32Array(CHAINS);
  #older = new Uint32Array(0);
  #chained = 0;

  get count(): number {
    return this.#count;
  }

  /** The number of a term that is there. */
  get(term: string): number | undefined {
    const length = this.#encode(term);
    const number = this.#places[this.#placeOf(length)] ?? 0;
    return number === 0 ? undefined : number - 1;
  }

  /** The number of a term, which it has from now on. */
  add(term: string): number {
    const length = this.#encode(term);
    const place = this.#placeOf(length);
    const known = this.#places[place] ?? 0;
    if (known !== 0) return known - 1;
    const start = this.#startOf(this.#count);
    if (start + length > this.#bytes.length) this.#bytes = larger(this.#bytes, start + length);
    if (this.#count === this.#ends.length) this.#ends = larger(this.#ends, this.#count + 1);
    this.#bytes.set(this.#term.subarray(0, length), start);
    this.#ends[this.#count] = start + length;
    this.#places[place] = ++this.#count;
    if (this.#count * 3 > this.#places.length * 2) this.#enterAll(this.#places.length * 2);
    return this.#count - 1;
  }

  /** Numbers of the terms that begin so, three bytes at least; shortest first, equally long ones in order of their letters. */
  beginning(beginning: string): number[] {
    const length = this.#encode(beginning);
    this.#chain();
    const found: number[] = [];
    let next = this.#newest[chainOf(this.#term, 0)] ?? 0;
    for (; next !== 0; next = this.#older[next - 1] ?? 0) {
      const start = this.#startOf(next - 1);
      if ((this.#ends[next - 1] ?? 0) - start >= length && this.#isAt(start, length)) found.push(next - 1);
    }
    return found.sort((a, b) => this.#compare(a, b));
  }

  /** Chains the terms that came since by their first bytes: who types asks for a beginning with every key. */
  #chain(): void {
    if (this.#older.length < this.#count) this.#older = larger(this.#older, this.#count);
    for (; this.#chained < this.#count; this.#chained++) {
      const start = this.#startOf(this.#chained);
      if ((this.#ends[this.#chained] ?? 0) - start < CHAINED_BYTES) continue;
      const chain = chainOf(this.#bytes, start);
      this.#older[this.#chained] = this.#newest[chain] ?? 0;
      this.#newest[chain] = this.#chained + 1;
    }
  }

  /** Its arrays are views that the next change invalidates. */
  pack(): PackedTerms {
    return { bytes: this.#bytes.subarray(0, this.#startOf(this.#count)), ends: this.#ends.subarray(0, this.#count) };
  }

  /** What `pack` gave; it owns the arrays from now on. */
  static unpack({ bytes, ends }: PackedTerms): TermTable {
    const table = new TermTable();
    table.#bytes = bytes;
    table.#ends = ends;
    table.#count = ends.length;
    let places = table.#places.length;
    while (table.#count * 3 > places * 2) places *= 2;
    table.#enterAll(places);
    return table;
  }

  /** Writes a term into `#term` and returns its length in bytes. */
  #encode(term: string): number {
    if (term.length * MOST_BYTES_A_UNIT > this.#term.length) {
      this.#term = new Uint8Array(term.length * MOST_BYTES_A_UNIT);
    }
    for (let at = 0; at < term.length; at++) {
      const code = term.charCodeAt(at);
      if (code > 127) return encoder.encodeInto(term, this.#term).written;
      this.#term[at] = code;
    }
    return term.length;
  }

  /** Where the term at hand stands in the table, or would. */
  #placeOf(length: number): number {
    const mask = this.#places.length - 1;
    for (let place = hashOf(this.#term, 0, length) & mask; ; place = (place + 1) & mask) {
      const number = this.#places[place] ?? 0;
      if (number === 0) return place;
      const start = this.#startOf(number - 1);
      if ((this.#ends[number - 1] ?? 0) - start === length && this.#isAt(start, length)) return place;
    }
  }

  #startOf(number: number): number {
    return number === 0 ? 0 : (this.#ends[number - 1] ?? 0);
  }

  /** Whether the term at hand stands there. */
  #isAt(start: number, length: number): boolean {
    for (let at = 0; at < length; at++) if (this.#bytes[start + at] !== this.#term[at]) return false;
    return true;
  }

  #compare(a: number, b: number): number {
    const [startA, startB] = [this.#startOf(a), this.#startOf(b)];
    const length = (this.#ends[a] ?? 0) - startA;
    const difference = length - ((this.#ends[b] ?? 0) - startB);
    if (difference !== 0) return difference;
    for (let at = 0; at < length; at++) {
      const order = (this.#bytes[startA + at] ?? 0) - (this.#bytes[startB + at] ?? 0);
      if (order !== 0) return order;
    }
    return 0;
  }

  #enterAll(places: number): void {
    const table = new Uint32Array(places);
    let start = 0;
    for (let number = 0; number < this.#count; number++) {
      const end = this.#ends[number] ?? 0;
      let place = hashOf(this.#bytes, start, end) & (places - 1);
      while (table[place] !== 0) place = (place + 1) & (places - 1);
      table[place] = number + 1;
      start = end;
    }
    this.#places = table;
  }
}

/** FNV-1a, its upper bits mixed into the lower ones, which are all that is looked at. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The chain of what begins so: letters differ in their lower bits. */
function chainOf(bytes: Uint8Array, start: number): number {
  const [first, second, third] = [bytes[start] ?? 0, bytes[start + 1] ?? 0, bytes[start + 2] ?? 0];
  return (first & 31) | ((second & 31) << 5) | ((third & 15) << 10);
}

function larger<T extends Uint8Array | Uint32Array>(array: T, least: number): T {
  const length = Math.max(least, Math.ceil(array.length * 1.5));
  const grown = (array instanceof Uint8Array ? new Uint8Array(length) : new Uint32Array(length)) as T;
  grown.set(array);
  return grown;
}
