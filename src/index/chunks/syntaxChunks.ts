import type { Node } from 'web-tree-sitter';
import { type Chunk, Lines, type Piece, joinPieces } from './chunk.ts';
import { declarationOf } from './declarations.ts';
import { type Definition, definitionOf, functionKinds, isLeading, typeKinds } from './definitions.ts';
import type { GrammarName } from './languages.ts';
import { cutRows } from './lineChunks.ts';

/** Deeper nesting is cut by lines: nobody writes it, and the stack has an end. */
const MAX_DEPTH = 60;

/** Chunks a parsed file: what fits stays whole, what does not is cut at what it consists of. */
export function chunkSyntax(root: Node, textLines: readonly string[], grammar: GrammarName): Chunk[] {
  const lines = new Lines(textLines);
  const pieces: Piece[] = [];
  const whole = { start: 0, end: lines.count - 1, symbol: '', kind: 'code' };
  cutNode(root, whole, 0, { lines, grammar, pieces });
  return joinPieces(pieces, lines);
}

interface Cutting {
  readonly lines: Lines;
  readonly grammar: GrammarName;
  readonly pieces: Piece[];
}

/** Cuts the rows of `whole`, which are those of `node` and the comments before it. */
function cutNode(node: Node, whole: Piece, depth: number, cutting: Cutting): void {
  const { lines, pieces } = cutting;
  let next = whole.start;
  /** Where comments began that belong to what follows. */
  let leadingStart: number | undefined;
  const fillUntil = (row: number): void => {
    if (row > next) pieces.push(...cutRows({ ...whole, start: next, end: row - 1 }, lines));
    next = Math.max(next, row);
  };
  for (const child of depth < MAX_DEPTH ? node.namedChildren : []) {
    const end = Math.min(lastRow(child), whole.end);
    const start = Math.max(child.startPosition.row, next);
    if (end < start) continue;
    if (isLeading(child)) {
      if (leadingStart === undefined || isApart(start, lines)) leadingStart = start;
      continue;
    }
    const from = leadingStart !== undefined && !isApart(start, lines) ? leadingStart : start;
    leadingStart = undefined;
    fillUntil(from);
    cutChild(child, { ...whole, start: from, end }, depth, cutting);
    next = end + 1;
  }
  fillUntil(whole.end + 1);
}

function cutChild(child: Node, rows: Piece, depth: number, cutting: Cutting): void {
  const definition = definitionOf(child, cutting.grammar) ?? onlyDefinition(child, cutting);
  const isLocal = definition?.kind === 'variable' && functionKinds.has(rows.kind);
  const piece = definition === undefined || isLocal ? rows : within(rows, definition, child.startPosition.row);
  // The body of a class that does not fit is its members, even if it would fit without the head.
  const isBody = definition === undefined && typeKinds.has(rows.kind) && /(body|list|block)$/.test(child.type);
  if (cutting.lines.fits(piece.start, piece.end) && !isBody) cutting.pieces.push(piece);
  else cutNode(definition?.node ?? child, piece, depth + 1, cutting);
}

/** What a condition of C's preprocessor, or `extern "C"`, is about, if it is about one thing. */
function onlyDefinition(node: Node, { grammar, lines }: Cutting): Definition | undefined {
  if (!/^(preproc_if|preproc_ifdef|linkage_specification)$/.test(node.type)) return undefined;
  if (!lines.fits(node.startPosition.row, node.endPosition.row)) return undefined;
  const found = node.namedChildren.flatMap((child) => definitionOf(child, grammar) ?? []);
  return found.length === 1 ? found[0] : undefined;
}

function within(rows: Piece, definition: Definition, startRow: number): Piece {
  const { name, kind } = definition;
  return {
    ...rows,
    symbol: rows.symbol === '' ? name : `${rows.symbol}.${name}`,
    kind: kind === 'function' && typeKinds.has(rows.kind) ? 'method' : kind,
    declaration: declarationOf(definition, { startLine: rows.start + 1, endLine: startRow }),
  };
}

/** True when a blank line stands before the row. */
function isApart(row: number, lines: Lines): boolean {
  return row > 0 && lines.isBlank(row - 1);
}

/** A node that ends with the end of a line ends, for the parser, at the start of the next. */
function lastRow(node: Node): number {
  const { row, column } = node.endPosition;
  return column === 0 && row > node.startPosition.row ? row - 1 : row;
}
