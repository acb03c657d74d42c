const SMALLEST_CAPACITY = 4;

/**
 * Many growing lists of 32-bit numbers in one block of memory: a typed array for each of 300,000
 * terms would cost more than what it holds. A list that is full moves to a place twice as large; the
 * place it leaves is used again.
 */
export class PostingLists {
  #pool: Uint32Array = new Uint32Array(1024);
  #poolUsed = 0;
  #starts = new Uint32Array(256);
  #lengths = new Uint32Array(256);
  #capacities = new Uint32Array(256);
  #count = 0;
  /** Free places by the power of two of their capacity. */
  readonly #free: number[][] = [];

  /** Number of lists; their names are 0 to count - 1. */
  get count(): number {
    return this.#count;
  }

  /** Adds an empty list and returns its name. */
  create(): number {
    if (this.#count === this.#starts.length) {
      this.#starts = grown(this.#starts, this.#count * 2);
      this.#lengths = grown(this.#lengths, this.#count * 2);
      this.#capacities = grown(this.#capacities, this.#count * 2);
    }
    return this.#count++;
  }

  push(list: number, value: number): void {
    const length = this.#lengths[list] ?? 0;
    if (length === this.#capacities[list]) this.#enlarge(list, length);
    this.#pool[(this.#starts[list] ?? 0) + length] = value;
    this.#lengths[list] = length + 1;
  }

  /** The list's numbers, as a view that the next change invalidates. */
  view(list: number): Uint32Array {
    const start = this.#starts[list] ?? 0;
    return this.#pool.subarray(start, start + (this.#lengths[list] ?? 0));
  }

  /** Keeps what `keep` says; memory that nothing needs any more is given back. */
  filter(keep: (value: number) => boolean): void {
    const lengths = new Uint32Array(this.#count);
    for (let list = 0; list < this.#count; list++) {
      const values = this.view(list);
      let kept = 0;
      for (const value of values) if (keep(value)) values[kept++] = value;
      lengths[list] = kept;
    }
    this.#lengths.set(lengths);
    const { lengths: packedLengths, values } = this.pack();
    this.#adopt(packedLengths, values);
  }

  /** Everything without gaps: the length of each list, and their numbers one list after the other. */
  pack(): { lengths: Uint32Array; values: Uint32Array } {
    const lengths = this.#lengths.slice(0, this.#count);
    const values = new Uint32Array(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    for (let list = 0; list < this.#count; list++) {
      values.set(this.view(list), at);
      at += lengths[list] ?? 0;
    }
    return { lengths, values };
  }

  /** The lists that `pack` gave; it owns the arrays from now on. */
  static unpack(lengths: Uint32Array, values: Uint32Array): PostingLists {
    const lists = new PostingLists();
    lists.#adopt(lengths, values);
    return lists;
  }

  #adopt(lengths: Uint32Array, values: Uint32Array): void {
    this.#count = lengths.length;
    this.#pool = values;
    this.#poolUsed = values.length;
    this.#lengths = grown(lengths, Math.max(lengths.length, 1));
    this.#capacities = this.#lengths.slice();
    this.#starts = new Uint32Array(this.#lengths.length);
    let at = 0;
    for (let list = 0; list < this.#count; list++) {
      this.#starts[list] = at;
      at += lengths[list] ?? 0;
    }
    this.#free.length = 0;
  }

  #enlarge(list: number, length: number): void {
    const power = Math.ceil(Math.log2(Math.max(SMALLEST_CAPACITY, length * 2)));
    const capacity = 2 ** power;
    const reused = this.#free[power]?.pop();
    const start = reused ?? this.#poolUsed;
    if (reused === undefined) {
      this.#poolUsed += capacity;
      if (this.#poolUsed > this.#pool.length) {
        this.#pool = grown(this.#pool, Math.max(this.#poolUsed, Math.ceil(this.#pool.length * 1.5)));
      }
    }
    const old = this.#starts[list] ?? 0;
    this.#pool.copyWithin(start, old, old + length);
    const oldCapacity = this.#capacities[list] ?? 0;
    // After `unpack` a place may have any capacity; only whole powers of two are kept for later.
    if (oldCapacity >= SMALLEST_CAPACITY && Number.isInteger(Math.log2(oldCapacity))) {
      (this.#free[Math.log2(oldCapacity)] ??= []).push(old);
    }
    this.#starts[list] = start;
    this.#capacities[list] = capacity;
  }
}

function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(array.subarray(0, length));
  return larger;
}
