import { hashOf } from './textBytes.ts';

/** Longer ones are data: they do not come again. */
const LONGEST = 64;

/**
 * Numbers that were worked out for words of ASCII letters, found by where the words stand in a text: cutting each word
 * out of it would make more strings than all else together, and a list for each takes five times as much as its numbers.
 */
export class WordCache {
  readonly #most: number;
  #count = 0;
  /** Open addressing: a word's number plus one; its length is a power of two, half of it at most is taken. */
  #places = new Uint32Array(256);
  /** Where each word begins, and the next one. */
  #starts = new Uint32Array(129);
  #letters = new Uint8Array(1024);
  /** Where the numbers of each word stand, and those of the next one. */
  #runs = new Uint32Array(129);
  #numbers = new Uint32Array(1024);

  /** When there are more than `most` words it begins anew. */
  constructor(most: number) {
    this.#most = most;
  }

  /** What {@link find} gives places in, until it is called again. */
  get numbers(): Uint32Array {
    return this.#numbers;
  }

  /**
   * Where the numbers of the word between two places of a text stand in {@link numbers}: first how many there are, then
   * they. `hash` is the word's, see `hashWith`. `make` is asked for them when they are not there.
   */
  find(bytes: Uint8Array, start: number, end: number, hash: number, make: (word: string) => readonly number[]): number {
    if (end - start > LONGEST) return this.#write(make(asString(bytes, start, end)));
    const places = this.#places;
    const mask = places.length - 1;
    let place = placeOf(hash, places.length);
    for (let number = places[place] ?? 0; number !== 0; number = places[place] ?? 0) {
      if (this.#is(number - 1, bytes, start, end)) return this.#runs[number - 1] ?? 0;
      place = (place + 1) & mask;
    }
    const made = make(asString(bytes, start, end));
    if (this.#count >= this.#most) {
      this.#count = 0;
      this.#places.fill(0);
      return this.#write(made);
    }
    const run = this.#write(made);
    this.#keep(place, bytes.subarray(start, end), run + 1 + made.length);
    return run;
  }

  /** Behind those that are kept: the next are written over them, unless these are kept. */
  #write(made: readonly number[]): number {
    const run = this.#runs[this.#count] ?? 0;
    const end = run + 1 + made.length;
    if (end > this.#numbers.length) {
      const larger = new Uint32Array(Math.max(end, this.#numbers.length * 2));
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[run] = made.length;
    this.#numbers.set(made, run + 1);
    return run;
  }

  #is(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const letters = this.#letters;
    let from = this.#starts[number] ?? 0;
    if ((this.#starts[number + 1] ?? 0) - from !== end - start) return false;
    for (let at = start; at < end; at++) if (letters[from++] !== bytes[at]) return false;
    return true;
  }

  #keep(place: number, word: Uint8Array, runEnd: number): void {
    const start = this.#starts[this.#count] ?? 0;
    const end = start + word.length;
    if (end > this.#letters.length) {
      const larger = new Uint8Array(this.#letters.length * 2);
      larger.set(this.#letters);
      this.#letters = larger;
    }
    this.#letters.set(word, start);
    this.#places[place] = ++this.#count;
    this.#starts[this.#count] = end;
    this.#runs[this.#count] = runEnd;
    if (this.#count * 2 === this.#places.length) this.#grow();
  }

  #grow(): void {
    const places = new Uint32Array(this.#places.length * 2);
    const starts = new Uint32Array(places.length / 2 + 1);
    const runs = new Uint32Array(starts.length);
    starts.set(this.#starts);
    runs.set(this.#runs);
    for (let number = 0; number < this.#count; number++) {
      const hash = hashOf(this.#letters, starts[number] ?? 0, starts[number + 1] ?? 0);
      let place = placeOf(hash, places.length);
      while (places[place] !== 0) place = (place + 1) & (places.length - 1);
      places[place] = number + 1;
    }
    this.#places = places;
    this.#starts = starts;
    this.#runs = runs;
  }
}

/** The upper bits are mixed into the lower ones, which are all that is looked at. */
function placeOf(hash: number, places: number): number {
  return (hash ^ (hash >>> 15)) & (places - 1);
}

function asString(bytes: Uint8Array, start: number, end: number): string {
  let word = '';
  for (let at = start; at < end; at++) word += String.fromCharCode(bytes[at] ?? 0);
  return word;
}
