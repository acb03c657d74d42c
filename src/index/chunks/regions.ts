import { type Chunk, Lines, type Piece, joinPieces } from './chunk.ts';
import { cutRows } from './lineChunks.ts';

/** A part of a text that has a structure of its own, and the parts that it consists of. Rows count from 0. */
export interface Region {
  readonly start: number;
  /** Inclusive; at first where nothing is known of its end. */
  end: number;
  /** Added to the symbol of what it is in; empty for what has no name. Dots in it are part of the path. */
  name: string;
  readonly kind: string;
  readonly children: Region[];
}

/** Deeper nesting is cut by lines. */
export const MAX_REGION_DEPTH = 30;
const MAX_NAME_LENGTH = 80;

/** Makes chunks of the top regions of a text: what fits stays whole, what does not is cut at its parts. */
export function chunkRegions(regions: readonly Region[], textLines: readonly string[], kind: string): Chunk[] {
  const lines = new Lines(textLines);
  const pieces: Piece[] = [];
  cutRegions(regions, { start: 0, end: lines.count - 1, symbol: '', kind }, lines, pieces);
  return joinPieces(pieces, lines);
}

function cutRegions(regions: readonly Region[], whole: Piece, lines: Lines, pieces: Piece[]): void {
  let next = whole.start;
  const fillUntil = (row: number): void => {
    if (row > next) pieces.push(...cutRows({ ...whole, start: next, end: row - 1 }, lines));
    next = Math.max(next, row);
  };
  for (const region of regions) {
    const start = Math.max(region.start, next);
    const end = Math.min(region.end, whole.end);
    if (end < start) continue;
    fillUntil(start);
    const name = region.name.replace(/\s+/g, ' ').trim().slice(0, MAX_NAME_LENGTH);
    const symbol = [whole.symbol, name].filter((part) => part !== '').join('.');
    const piece = name === '' ? { ...whole, start, end } : { start, end, symbol, kind: region.kind };
    if (lines.fits(start, end)) pieces.push(piece);
    else cutRegions(region.children, piece, lines, pieces);
    next = end + 1;
  }
  fillUntil(whole.end + 1);
}

/** The row in which each position of a text stands, asked in rising order. */
export class RowCounter {
  readonly #text: string;
  #row = 0;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  row(position: number): number {
    for (;;) {
      const end = this.#text.indexOf('\n', this.#at);
      if (end === -1 || end >= position) return this.#row;
      this.#at = end + 1;
      this.#row++;
    }
  }
}
