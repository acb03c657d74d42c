/** Reads the postings of a term, see `SegmentTerms`. */
export class PostingReader {
  readonly #bytes: Uint8Array;
  readonly end: number;
  /** Where the next posting begins. */
  at: number;
  document = -1;
  /** How often the term occurs in the document. */
  count = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Goes to the next document; false when there is none. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const value = this.#varint();
    this.document += (value >>> 1) + 1;
    this.count = (value & 1) === 0 ? 1 : this.#varint();
    return true;
  }

  #varint(): number {
    const bytes = this.#bytes;
    let value = bytes[this.at++] ?? 0;
    if (value < 128) return value;
    value &= 127;
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = bytes[this.at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    return value >>> 0;
  }
}

/** Where `count` varints end that begin at `at`. */
export function skipVarints(bytes: Uint8Array, at: number, count: number): number {
  let end = at;
  for (let left = count; left > 0; end++) if ((bytes[end] ?? 0) < 128) left--;
  return end;
}

/**
 * Writes the positions of a term in one document, less `offset`: `count` varints from `at` on, each the
 * distance to the one before. Gives `count`.
 */
export function readPositions(bytes: Uint8Array, at: number, count: number, offset: number, into: number[]): number {
  let end = at;
  let last = -offset;
  for (let index = 0; index < count; index++) {
    let byte = bytes[end++] ?? 0;
    let value = byte & 127;
    for (let shift = 7; byte > 127 && shift < 35; shift += 7) {
      byte = bytes[end++] ?? 0;
      value |= (byte & 127) << shift;
    }
    last += value;
    into[index] = last;
  }
  return count;
}
