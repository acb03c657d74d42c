/** A passage of a file: whole lines. */
export interface Chunk {
  /** Counted from 1. */
  readonly startLine: number;
  /** Inclusive. */
  readonly endLine: number;
  /** Enclosing symbol, outermost first, joined by a dot; empty where there is none. */
  readonly symbol: string;
  /** What it is: function, class, method, section, code, text, … */
  readonly kind: string;
}

/** Changes whenever the same file would be chunked differently: then an index is built anew. */
export const CHUNKER_VERSION = 1;

/**
 * No chunk is longer, unless one line is: the embedding model reads 300 words, which in code is about
 * this much.
 */
export const MAX_CHUNK_LENGTH = 1800;
export const MAX_CHUNK_LINES = 60;

/** Shorter ones say too little on their own and join a neighbour. */
const SMALL_LENGTH = 200;
/** How long chunks of different symbols may become by joining. */
const JOINED_LENGTH = 900;

/** A chunk in the making: rows count from 0. */
export interface Piece {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
  readonly symbol: string;
  readonly kind: string;
}

/** The lines of a file, and how long runs of them are. */
export class Lines {
  readonly #lines: readonly string[];
  /** Where each line starts; one more at the end. */
  readonly #starts: Uint32Array;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
    this.#starts = new Uint32Array(lines.length + 1);
    for (let row = 0; row < lines.length; row++) {
      this.#starts[row + 1] = (this.#starts[row] ?? 0) + (lines[row] ?? '').length + 1;
    }
  }

  get count(): number {
    return this.#lines.length;
  }

  line(row: number): string {
    return this.#lines[row] ?? '';
  }

  isBlank(row: number): boolean {
    return this.line(row).trim() === '';
  }

  /** Characters of the rows, ends of lines included. */
  length(start: number, end: number): number {
    return (this.#starts[end + 1] ?? 0) - (this.#starts[start] ?? 0);
  }

  fits(start: number, end: number): boolean {
    return this.length(start, end) <= MAX_CHUNK_LENGTH && end - start < MAX_CHUNK_LINES;
  }
}

/**
 * Makes chunks of pieces that follow each other: small neighbours are joined, parts of one symbol up
 * to the full length; blank lines at the ends go. The pieces' rows must rise and not overlap.
 */
export function joinPieces(pieces: readonly Piece[], lines: Lines): Chunk[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const trimmed = trim(piece, lines);
    if (trimmed === undefined) continue;
    const last = joined.at(-1);
    if (last !== undefined && belongTogether(last, trimmed, lines)) joined[joined.length - 1] = join(last, trimmed);
    else joined.push(trimmed);
  }
  return joined.map(({ start, end, symbol, kind }) => ({ startLine: start + 1, endLine: end + 1, symbol, kind }));
}

function trim(piece: Piece, lines: Lines): Piece | undefined {
  let { start, end } = piece;
  while (start <= end && lines.isBlank(start)) start++;
  while (end >= start && lines.isBlank(end)) end--;
  return start > end ? undefined : { ...piece, start, end };
}

function belongTogether(first: Piece, second: Piece, lines: Lines): boolean {
  if (!lines.fits(first.start, second.end)) return false;
  if (first.symbol === second.symbol && first.kind === second.kind) return true;
  const shorter = Math.min(lines.length(first.start, first.end), lines.length(second.start, second.end));
  return shorter <= SMALL_LENGTH && lines.length(first.start, second.end) <= JOINED_LENGTH;
}

function join(first: Piece, second: Piece): Piece {
  const symbol = commonSymbol(first.symbol, second.symbol);
  // What keeps its symbol keeps its kind: a class's head with its first small method is the class.
  const kind = symbol === first.symbol ? first.kind : symbol === second.symbol ? second.kind : 'code';
  return { start: first.start, end: second.end, symbol, kind };
}

function commonSymbol(first: string, second: string): string {
  const parts = first.split('.');
  const others = second.split('.');
  let shared = 0;
  while (shared < parts.length && parts[shared] === others[shared]) shared++;
  return parts.slice(0, shared).join('.');
}
