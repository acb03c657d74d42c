/** Longer ones are data: they do not come again. */
const LONGEST = 64;

/**
 * What was worked out for words of ASCII letters, found by where they stand in a text: cutting each word out of it
 * would make more strings than all else together.
 */
export class WordCache<T> {
  readonly #most: number;
  /** Open addressing: a word's number plus one; its length is a power of two, half of it at most is taken. */
  #places = new Uint32Array(256);
  /** Where each word begins, and the next one. */
  #starts = new Uint32Array(129);
  #letters = new Uint8Array(1024);
  #values: T[] = [];

  /** When there are more than `most` words it begins anew. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The value of the word between two places of a text; made when it is not there. */
  get(text: string, start: number, end: number, make: (word: string) => T): T {
    if (end - start > LONGEST) return make(text.slice(start, end));
    let hash = START;
    for (let at = start; at < end; at++) hash = mixed(hash, text.charCodeAt(at));
    const mask = this.#places.length - 1;
    let place = placeOf(hash, this.#places.length);
    for (let number = this.#places[place] ?? 0; number !== 0; number = this.#places[place] ?? 0) {
      const value = this.#values[number - 1];
      if (value !== undefined && this.#is(number - 1, text, start, end)) return value;
      place = (place + 1) & mask;
    }
    const value = make(text.slice(start, end));
    if (this.#values.length >= this.#most) this.#clear();
    else this.#keep(place, text, start, end, value);
    return value;
  }

  #is(number: number, text: string, start: number, end: number): boolean {
    const letters = this.#letters;
    let from = this.#starts[number] ?? 0;
    if ((this.#starts[number + 1] ?? 0) - from !== end - start) return false;
    for (let at = start; at < end; at++) if (letters[from++] !== text.charCodeAt(at)) return false;
    return true;
  }

  #keep(place: number, text: string, start: number, end: number, value: T): void {
    let to = this.#starts[this.#values.length] ?? 0;
    if (to + end - start > this.#letters.length) {
      const larger = new Uint8Array(this.#letters.length * 2);
      larger.set(this.#letters);
      this.#letters = larger;
    }
    for (let at = start; at < end; at++) this.#letters[to++] = text.charCodeAt(at);
    this.#values.push(value);
    this.#starts[this.#values.length] = to;
    this.#places[place] = this.#values.length;
    if (this.#values.length * 2 === this.#places.length) this.#grow();
  }

  #grow(): void {
    const places = new Uint32Array(this.#places.length * 2);
    const starts = new Uint32Array(places.length / 2 + 1);
    starts.set(this.#starts);
    for (let number = 0; number < this.#values.length; number++) {
      let hash = START;
      for (let at = starts[number] ?? 0; at < (starts[number + 1] ?? 0); at++)
        hash = mixed(hash, this.#letters[at] ?? 0);
      let place = placeOf(hash, places.length);
      while (places[place] !== 0) place = (place + 1) & (places.length - 1);
      places[place] = number + 1;
    }
    this.#places = places;
    this.#starts = starts;
  }

  #clear(): void {
    this.#places.fill(0);
    this.#values = [];
  }
}

// FNV-1a, its upper bits mixed into the lower ones, which are all that is looked at.
const START = 0x811c9dc5;

function mixed(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

function placeOf(hash: number, places: number): number {
  return (hash ^ (hash >>> 15)) & (places - 1);
}
