import { GrowingBytes } from '../growingBytes.ts';

/** Bytes of the two smallest places; two later ones are always twice as large. */
const SMALLEST = [8, 12] as const;

/** Of a piece of packed postings, unless a single list is longer. */
const PIECE_BYTES = 1_000_000;

/** Posting lists as plain data; of each list one number in the first three. */
export interface PackedPostings<Bytes = Uint8Array> {
  /** Postings. */
  readonly counts: Uint32Array;
  /** Bytes. */
  readonly lengths: Uint32Array;
  /** The last document. */
  readonly lasts: Uint32Array;
  /** One list after the other. */
  readonly bytes: Bytes;
}

/** Bytes as the pieces that they are made in, one after the other. */
export interface PackedBytes {
  readonly length: number;
  readonly pieces: Iterable<Uint8Array>;
}

/**
 * Many growing lists of documents (24 bits), each with a byte that is not 0, in one block of memory: a typed array
 * for each of 300,000 terms would cost more than what it holds. A posting is that byte and the difference from the
 * document before, as a zigzag number of seven bits a byte: half of what it is as 32 bits. A list that is full
 * moves to the next larger place; the place it leaves is used again.
 */
export class PostingLists {
  #room = new GrowingBytes();
  #pool = this.#room.bytes;
  #poolUsed = 0;
  #counts = new Uint32Array(256);
  #lasts = new Uint32Array(256);
  #starts = new Uint32Array(256);
  #lengths = new Uint32Array(256);
  #capacities = new Uint32Array(256);
  #count = 0;
  /** Free places by capacity. */
  readonly #free = new Map<number, number[]>();

  /** Number of lists; their names are 0 to count - 1. */
  get count(): number {
    return this.#count;
  }

  /** Adds an empty list and returns its name. */
  create(): number {
    if (this.#count === this.#starts.length) {
      const length = Math.ceil(this.#count * 1.5);
      this.#counts = grown(this.#counts, length);
      this.#lasts = grown(this.#lasts, length);
      this.#starts = grown(this.#starts, length);
      this.#lengths = grown(this.#lengths, length);
      this.#capacities = grown(this.#capacities, length);
    }
    return this.#count++;
  }

  /** Postings of a list. */
  lengthOf(list: number): number {
    return this.#counts[list] ?? 0;
  }

  push(list: number, document: number, byte: number): void {
    const length = this.#lengths[list] ?? 0;
    const difference = document - (this.#lasts[list] ?? 0);
    const needed = length + bytesOf(difference);
    if (needed > (this.#capacities[list] ?? 0)) this.#enlarge(list, length, needed);
    const end = this.#write((this.#starts[list] ?? 0) + length, difference, byte);
    this.#lengths[list] = end - (this.#starts[list] ?? 0);
    this.#lasts[list] = document;
    this.#counts[list] = (this.#counts[list] ?? 0) + 1;
  }

  /** Writes the documents of a list and their bytes, in the order in which they were added. There must be room for all. */
  read(list: number, documents: Uint32Array, bytes: Uint8Array): void {
    const pool = this.#pool;
    let at = this.#starts[list] ?? 0;
    const end = at + (this.#lengths[list] ?? 0);
    let document = 0;
    for (let size = 0; at < end; size++) {
      bytes[size] = pool[at++] ?? 0;
      let piece = pool[at++] ?? 0;
      let difference = piece & 127;
      for (let shift = 7; piece > 127; shift += 7) {
        piece = pool[at++] ?? 0;
        difference |= (piece & 127) << shift;
      }
      document += (difference >>> 1) ^ -(difference & 1);
      documents[size] = document;
    }
  }

  /** Keeps what `keep` says; memory that nothing needs any more is given back. */
  filter(keep: (document: number) => boolean): void {
    const most = this.#counts.reduce((longest, count) => Math.max(longest, count), 0);
    const documents = new Uint32Array(most);
    const bytes = new Uint8Array(most);
    for (let list = 0; list < this.#count; list++) {
      const count = this.lengthOf(list);
      this.read(list, documents, bytes);
      const start = this.#starts[list] ?? 0;
      let end = start;
      let last = 0;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const document = documents[i] ?? 0;
        if (!keep(document)) continue;
        // It never needs more room than what it is made of.
        end = this.#write(end, document - last, bytes[i] ?? 0);
        last = document;
        kept++;
      }
      this.#counts[list] = kept;
      this.#lengths[list] = end - start;
      this.#lasts[list] = last;
    }
    this.#adopt(this.pack());
  }

  /** Everything without gaps. */
  pack(): PackedPostings {
    const { bytes: inPieces, ...numbers } = this.packInPieces();
    const bytes = new Uint8Array(inPieces.length);
    let at = 0;
    for (const piece of inPieces.pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return { ...numbers, bytes };
  }

  /** The same, whose bytes are made piece by piece; the lists must not change meanwhile. */
  packInPieces(): PackedPostings<PackedBytes> {
    const lengths = this.#lengths.slice(0, this.#count);
    return {
      counts: this.#counts.slice(0, this.#count),
      lengths,
      lasts: this.#lasts.slice(0, this.#count),
      bytes: { length: lengths.reduce((sum, length) => sum + length, 0), pieces: this.#pieces(lengths) },
    };
  }

  *#pieces(lengths: Uint32Array): Generator<Uint8Array> {
    for (let list = 0; list < lengths.length;) {
      const first = list;
      let size = 0;
      do size += lengths[list++] ?? 0;
      while (list < lengths.length && size + (lengths[list] ?? 0) <= PIECE_BYTES);
      const piece = new Uint8Array(size);
      let at = 0;
      for (let each = first; each < list; each++) {
        const start = this.#starts[each] ?? 0;
        const length = lengths[each] ?? 0;
        piece.set(this.#pool.subarray(start, start + length), at);
        at += length;
      }
      yield piece;
    }
  }

  /** The lists that `pack` gave; it owns the arrays from now on. */
  static unpack(packed: PackedPostings): PostingLists {
    const lists = new PostingLists();
    lists.#adopt(packed);
    return lists;
  }

  #adopt({ counts, lengths, lasts, bytes }: PackedPostings): void {
    this.#count = counts.length;
    this.#room = new GrowingBytes(bytes);
    this.#pool = bytes;
    this.#poolUsed = bytes.length;
    const room = Math.max(counts.length, 2);
    this.#counts = grown(counts, room);
    this.#lengths = grown(lengths, room);
    this.#lasts = grown(lasts, room);
    this.#capacities = this.#lengths.slice();
    this.#starts = new Uint32Array(room);
    let at = 0;
    for (let list = 0; list < this.#count; list++) {
      this.#starts[list] = at;
      at += lengths[list] ?? 0;
    }
    this.#free.clear();
  }

  /** Writes a posting and returns where it ends. */
  #write(start: number, difference: number, byte: number): number {
    const pool = this.#pool;
    let at = start;
    pool[at++] = byte;
    let rest = (difference << 1) ^ (difference >> 31);
    for (; rest > 127; rest >>>= 7) pool[at++] = (rest & 127) | 128;
    pool[at++] = rest;
    return at;
  }

  #enlarge(list: number, length: number, needed: number): void {
    const capacity = capacityFor(needed);
    const reused = this.#free.get(capacity)?.pop();
    const start = reused ?? this.#poolUsed;
    if (reused === undefined) {
      this.#poolUsed += capacity;
      this.#room.reserve(this.#poolUsed);
      this.#pool = this.#room.bytes;
    }
    const old = this.#starts[list] ?? 0;
    this.#pool.copyWithin(start, old, old + length);
    const before = this.#capacities[list] ?? 0;
    // After `unpack` a place may have any capacity; only those that are asked for are kept for later.
    if (before > 0 && capacityFor(before) === before) {
      const places = this.#free.get(before);
      if (places === undefined) this.#free.set(before, [old]);
      else places.push(old);
    }
    this.#starts[list] = start;
    this.#capacities[list] = capacity;
  }
}

/** The smallest capacity that is enough: with each list in twice what it needs, a third of the index was empty. */
function capacityFor(needed: number): number {
  let [smaller, larger]: [number, number] = [...SMALLEST];
  while (smaller < needed) [smaller, larger] = [larger, smaller * 2];
  return smaller;
}

/** Bytes of a posting: one for the counts, then seven bits in each of the zigzag number. */
function bytesOf(difference: number): number {
  const bits = 32 - Math.clz32((difference << 1) ^ (difference >> 31));
  return 1 + Math.max(1, Math.ceil(bits / 7));
}

function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(array.subarray(0, length));
  return larger;
}
