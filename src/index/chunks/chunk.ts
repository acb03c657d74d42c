/** Lines of a file, counted from 1. */
export interface LineRange {
  readonly startLine: number;
  /** Inclusive. */
  readonly endLine: number;
}

/** What the definition that a passage is of says of itself. Its lines may stand before the passage. */
export interface Declaration {
  /** From its name to where its body begins. */
  readonly signature: LineRange;
  /** The comment before it, or the text at the beginning of its body that documents it. */
  readonly comment?: LineRange;
}

/** A declaration as two numbers, 0 for what is not there: how it is stored. */
export interface PackedDeclaration {
  readonly signature: number;
  readonly comment: number;
}

/** Files have fewer lines than a million, being no longer than a megabyte. */
const LINE_COUNT_BITS = 12;
const MOST_LINES = 2 ** LINE_COUNT_BITS - 1;

/** See {@link PackedDeclaration}. Ranges are cut where they do not fit into 32 bits. */
export function packDeclaration(declaration: Declaration | undefined): PackedDeclaration {
  return { signature: packRange(declaration?.signature), comment: packRange(declaration?.comment) };
}

/** What {@link packDeclaration} packed. */
export function unpackDeclaration({ signature, comment }: PackedDeclaration): Declaration | undefined {
  const lines = unpackRange(signature);
  if (lines === undefined) return undefined;
  const said = unpackRange(comment);
  return said === undefined ? { signature: lines } : { signature: lines, comment: said };
}

function packRange(range: LineRange | undefined): number {
  if (range === undefined || range.startLine >= 2 ** (32 - LINE_COUNT_BITS)) return 0;
  return range.startLine * 2 ** LINE_COUNT_BITS + Math.min(range.endLine - range.startLine, MOST_LINES);
}

function unpackRange(packed: number): LineRange | undefined {
  const startLine = packed >>> LINE_COUNT_BITS;
  return startLine === 0 ? undefined : { startLine, endLine: startLine + (packed & MOST_LINES) };
}

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
  /** Of the symbol; nothing where there is none, or where it declares nothing, as a heading. */
  readonly declaration?: Declaration;
}

/** Changes whenever the same file would be chunked, or its chunks named, differently: then an index is built anew. */
export const CHUNKER_VERSION = 4;

/**
 * No chunk is longer, unless one line is, but for brackets that close it: the embedding model reads 300
 * words, which in code is about this much.
 */
export const MAX_CHUNK_LENGTH = 1800;
export const MAX_CHUNK_LINES = 60;

/** Shorter ones say too little on their own, and join a neighbour that loses nothing by it. */
const TINY_LENGTH = 120;
const MAX_CLOSING_LINES = 5;
/** How long chunks of different symbols may become by joining. */
const JOINED_LENGTH = 600;

/** A chunk in the making: rows count from 0. */
export interface Piece {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
  readonly symbol: string;
  readonly kind: string;
  readonly declaration?: Declaration | undefined;
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
 * Makes chunks of pieces that follow each other: parts of one symbol are joined up to the full length,
 * then what is tiny joins a neighbour; blank lines at the ends go. The pieces' rows must rise and not
 * overlap.
 */
export function joinPieces(pieces: readonly Piece[], lines: Lines): Chunk[] {
  const trimmed = pieces.flatMap((piece) => trim(piece, lines) ?? []);
  const parts = joinNeighbours(takeClosings(trimmed, lines), (last, next) => joinParts(last, next, lines));
  const joined = joinNeighbours(parts, (last, next) => joinLoose(last, next, lines) ?? joinTiny(last, next, lines));
  return joined.map(({ start, end, symbol, kind, declaration }) => {
    const chunk = { startLine: start + 1, endLine: end + 1, symbol, kind };
    return declaration === undefined || symbol === '' ? chunk : { ...chunk, declaration };
  });
}

function joinNeighbours(pieces: readonly Piece[], join: (last: Piece, next: Piece) => Piece | undefined): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const both = last === undefined ? undefined : join(last, piece);
    if (both === undefined) joined.push(piece);
    else joined[joined.length - 1] = both;
  }
  return joined;
}

/** Brackets that close what stands before belong to it, whatever they close. */
function takeClosings(pieces: readonly Piece[], lines: Lines): Piece[] {
  const taken: Piece[] = [];
  for (const piece of pieces) {
    const last = taken.at(-1);
    if (last !== undefined && isClosing(piece, lines)) taken[taken.length - 1] = { ...last, end: piece.end };
    else taken.push(piece);
  }
  return taken;
}

function trim(piece: Piece, lines: Lines): Piece | undefined {
  let { start, end } = piece;
  while (start <= end && lines.isBlank(start)) start++;
  while (end >= start && lines.isBlank(end)) end--;
  return start > end ? undefined : { ...piece, start, end };
}

function joinParts(last: Piece, next: Piece, lines: Lines): Piece | undefined {
  const areOne = last.symbol === next.symbol && last.kind === next.kind;
  return areOne && lines.fits(last.start, next.end) ? { ...last, end: next.end } : undefined;
}

/**
 * A few lines that define nothing, such as imports, go with the definition after them; a single one, such
 * as an export, with the definition before it.
 */
function joinLoose(last: Piece, next: Piece, lines: Lines): Piece | undefined {
  if (!lines.fits(last.start, next.end)) return undefined;
  const isLoose = (piece: Piece, mostLines: number): boolean =>
    piece.kind === 'code' && piece.end - piece.start < mostLines && isTiny(piece, lines);
  if (isLoose(last, 3) && isWithin(next.symbol, last.symbol)) return { ...next, start: last.start };
  return isLoose(next, 1) && isWithin(last.symbol, next.symbol) ? { ...last, end: next.end } : undefined;
}

/** What is tiny joins its neighbour, if that costs none of them its symbol, or both are tiny and undocumented. */
function joinTiny(last: Piece, next: Piece, lines: Lines): Piece | undefined {
  const lastIsTiny = isTiny(last, lines);
  const nextIsTiny = isTiny(next, lines);
  if ((!lastIsTiny && !nextIsTiny) || lines.length(last.start, next.end) > JOINED_LENGTH) return undefined;
  const symbol = commonSymbol(last.symbol, next.symbol);
  const mayLose = (piece: Piece, isTiny: boolean): boolean =>
    piece.symbol === symbol || (isTiny && piece.declaration?.comment === undefined);
  if (!mayLose(last, lastIsTiny) || !mayLose(next, nextIsTiny)) return undefined;
  const kind = kindOfJoined(last, next, symbol);
  const declaration = symbol === last.symbol ? last.declaration : symbol === next.symbol ? next.declaration : undefined;
  return { start: last.start, end: next.end, symbol, kind, declaration };
}

function isWithin(symbol: string, scope: string): boolean {
  return scope === '' || symbol === scope || symbol.startsWith(`${scope}.`);
}

function isTiny(piece: Piece, lines: Lines): boolean {
  return lines.length(piece.start, piece.end) <= TINY_LENGTH;
}

/** `}`, `});`, `end`, and such with a comment that says what ends. */
const closing = /^\s*([)}\]>;,]+|end\b)[\s)}\]>;,]*((\/\/|\/\*|#).*)?$/;

/** A few lines of nothing but the brackets that close what stands before. */
function isClosing(piece: Piece, lines: Lines): boolean {
  if (piece.end - piece.start >= MAX_CLOSING_LINES) return false;
  for (let row = piece.start; row <= piece.end; row++) {
    if (!lines.isBlank(row) && !closing.test(lines.line(row))) return false;
  }
  return true;
}

/** What keeps its symbol keeps its kind: a class's head with a tiny member of it is the class. */
function kindOfJoined(last: Piece, next: Piece, symbol: string): string {
  if (last.kind === next.kind && (last.symbol === next.symbol || !codeKinds.has(last.kind))) return last.kind;
  if (!codeKinds.has(last.kind) && !codeKinds.has(next.kind)) return symbol === last.symbol ? last.kind : next.kind;
  if (symbol === '') return 'code';
  return symbol === last.symbol ? last.kind : symbol === next.symbol ? next.kind : 'code';
}

/** Several of these are not one more of them. */
const codeKinds = new Set(
  (
    'code function method class interface struct trait impl enum record union module namespace type variable property ' +
    'macro rule'
  ).split(' '),
);

function commonSymbol(first: string, second: string): string {
  const parts = first.split('.');
  const others = second.split('.');
  let shared = 0;
  while (shared < parts.length && parts[shared] === others[shared]) shared++;
  return parts.slice(0, shared).join('.');
}
