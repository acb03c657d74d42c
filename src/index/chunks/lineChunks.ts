import { type Chunk, Lines, type Piece, joinPieces } from './chunk.ts';

/** Chunks any text: by blank lines, and by indentation where that is not enough. */
export function chunkByLines(textLines: readonly string[], kind = 'text'): Chunk[] {
  const lines = new Lines(textLines);
  return joinPieces(cutRows({ start: 0, end: lines.count - 1, symbol: '', kind }, lines), lines);
}

/**
 * Cuts rows into pieces that fit: each reaches as far as it can and ends where the text has its
 * clearest break, which is a blank line with the least indentation after it.
 */
export function cutRows(piece: Piece, lines: Lines): Piece[] {
  const pieces: Piece[] = [];
  let start = piece.start;
  while (start <= piece.end) {
    let end = start;
    while (end < piece.end && lines.fits(start, end + 1)) end++;
    if (end < piece.end) end = bestEnd(start, end, lines);
    pieces.push({ ...piece, start, end });
    start = end + 1;
  }
  return pieces;
}

/** The last row of a piece that could reach from `start` to `end`, at least half of that. */
function bestEnd(start: number, end: number, lines: Lines): number {
  let best = end;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let row = Math.floor((start + end) / 2); row <= end; row++) {
    const indentation = lines.line(row + 1).search(/\S/);
    // A later break is only a little better: it wastes less of the room.
    const score = (lines.isBlank(row) ? 8 : 0) - (indentation === -1 ? 8 : Math.min(indentation, 16)) + row / end;
    if (score > bestScore) {
      bestScore = score;
      best = row;
    }
  }
  return best;
}
