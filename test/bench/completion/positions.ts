import type { Node } from 'web-tree-sitter';
import type { Grammars } from '../../../src/index/chunks/grammars.node.ts';
import { type Random, pick, randomFrom } from '../apply/random.ts';
import type { SourceFile } from './sources.ts';

/** What was cut out of a file, so that it is to be suggested there. */
export type PositionKind =
  /** The rest of a statement of one line. */
  | 'rest of the line'
  /** What is between brackets, with the rest of the line behind it. */
  | 'between brackets'
  /** The rest of a statement of several lines, with its block. */
  | 'rest of the statement'
  /** What is inside a block whose closing line stands there. */
  | 'inside of a block'
  /** What is inside a block, and its closing line. */
  | 'block to its end'
  /** Statements on lines of their own, up to the next blank line or the end of their block. */
  | 'statements';

/** A place in a file. The syntax of the true file alone says how far the true text reaches. */
export interface Position {
  readonly file: SourceFile;
  readonly kind: PositionKind;
  readonly prefix: string;
  /** The true text. */
  readonly middle: string;
  readonly suffix: string;
}

const BLOCKS =
  /^(?:statement_block|class_body|interface_body|enum_body|object_type|switch_body|block|field_declaration_list|declaration_list|match_block|enum_variant_list|constructor_body|switch_block|compound_statement|enumerator_list|statement_list)$/;

const MOST_LINES = 16;
const MOST_CHARACTERS = 900;

/** At most `eachKind` positions of each kind in a file, always the same ones. */
export async function positionsIn(file: SourceFile, grammars: Grammars, eachKind: number): Promise<Position[]> {
  const tree = await grammars.parse(file.text, file.grammar);
  if (tree === undefined) return [];
  try {
    const found = new Map<PositionKind, Cut[]>();
    collect(tree.rootNode, new FileText(file), randomFrom(file.name), (kind, cut) => {
      const cuts = found.get(kind) ?? [];
      cuts.push(cut);
      found.set(kind, cuts);
    });
    const random = randomFrom(`${file.name} positions`);
    return [...found].flatMap(([kind, cuts]) => {
      const chosen = new Set<Cut>();
      for (let tries = 0; tries < eachKind * 4 && chosen.size < eachKind; tries++) chosen.add(pick(random, cuts));
      return [...chosen].map(({ start, end }) => ({
        file,
        kind,
        prefix: file.text.slice(0, start),
        middle: file.text.slice(start, end),
        suffix: file.text.slice(end),
      }));
    });
  } finally {
    tree.delete();
  }
}

interface Cut {
  readonly start: number;
  readonly end: number;
}

/** A file by its lines. */
class FileText {
  readonly text: string;
  readonly lines: readonly string[];
  readonly isPython: boolean;
  readonly #starts: readonly number[];

  constructor({ text, languageId }: SourceFile) {
    this.text = text;
    this.lines = text.split('\n');
    this.isPython = languageId === 'python';
    let at = 0;
    this.#starts = this.lines.map((line) => (at += line.length + 1) - line.length - 1);
  }

  line(row: number): string {
    return this.lines[row] ?? '';
  }

  start(row: number): number {
    return this.#starts[row] ?? this.text.length;
  }

  /** Behind the last character of the line that is not white space. */
  end(row: number): number {
    return this.start(row) + this.line(row).trimEnd().length;
  }

  textStart(row: number): number {
    return this.start(row) + this.line(row).length - this.line(row).trimStart().length;
  }
}

function collect(node: Node, file: FileText, random: Random, add: (kind: PositionKind, cut: Cut) => void): void {
  const isContainer = node.parent === null || BLOCKS.test(node.type);
  if (isContainer && !node.hasError) {
    if (node.parent !== null && node.type !== 'statement_list') block(node, file, add);
    statements(node, file, random, add);
  }
  if (/^(?:arguments|argument_list)$/.test(node.type)) brackets(node, file, add);
  for (const child of node.namedChildren) collect(child, file, random, add);
}

function block(node: Node, file: FileText, add: (kind: PositionKind, cut: Cut) => void): void {
  // In Python the block begins with its first statement, on the line below the one that opens it.
  const openingRow = file.isPython ? node.startPosition.row - 1 : node.startPosition.row;
  const lastRow = lastRowOf(node);
  const opener = file.line(openingRow).trimEnd();
  const isUsual = lastRow - openingRow > 2 && opener.endsWith(file.isPython ? ':' : '{');
  if (!isUsual || openingRow < 0) return;
  const start = file.end(openingRow);
  if (file.isPython) {
    addWhen(add, 'inside of a block', file, start, file.end(lastRow));
    return;
  }
  if (!/^\s*[}]/.test(file.line(lastRow)) || node.endIndex !== node.startIndex + node.text.length) return;
  let inner = lastRow - 1;
  while (inner > openingRow && file.line(inner).trim() === '') inner--;
  addWhen(add, 'inside of a block', file, start, file.end(inner));
  // What stands on the closing line behind the bracket belongs to another statement.
  if (/^\s*\}[;,)]*\s*$/.test(file.line(lastRow))) addWhen(add, 'block to its end', file, start, file.end(lastRow));
}

function statements(node: Node, file: FileText, random: Random, add: (kind: PositionKind, cut: Cut) => void): void {
  const children = node.namedChildren.filter((child) => isAlone(child, file));
  for (const [at, child] of children.entries()) {
    if (/comment|string|ERROR|preproc|import|attribute|package|use_decl|group|case|statement_list/.test(child.type))
      continue;
    if (/^[rbuf]*["']{3}/.test(child.text)) continue;
    const row = child.startPosition.row;
    const lastRow = lastRowOf(child);
    const cursors = cursorsIn(file, row);
    if (cursors.length > 0) {
      const cursor = pick(random, cursors);
      if (lastRow === row) addWhen(add, 'rest of the line', file, cursor, file.end(row));
      else addWhen(add, 'rest of the statement', file, cursor, file.end(lastRow));
    }
    // A paragraph of statements: it begins behind a blank line or an opening one, and ends before the like.
    const before = children[at - 1];
    const beginsHere = file.line(row - 1).trim() === '' || before === undefined || lastRowOf(before) < row - 1;
    if (!beginsHere || node.parent === null) continue;
    let end = at;
    while (isNext(children[end], children[end + 1])) end++;
    const last = children[end];
    const below = last === undefined ? '' : file.line(lastRowOf(last) + 1).trim();
    if (last === undefined || !(below === '' || /^[)\]}]/.test(below))) continue;
    addWhen(add, 'statements', file, file.textStart(row), file.end(lastRowOf(last)));
  }
}

/** True when nothing else stands on the node's first and last line. */
function isAlone(node: Node, file: FileText): boolean {
  const end = file.text.slice(node.startIndex, node.endIndex).trimEnd().length + node.startIndex;
  const behind = file.text.slice(end, file.end(lastRowOf(node)));
  return file.textStart(node.startPosition.row) === node.startIndex && /^[;,]?$/.test(behind);
}

function isNext(one: Node | undefined, other: Node | undefined): boolean {
  return one !== undefined && other?.startPosition.row === lastRowOf(one) + 1;
}

/** Where somebody may stop typing: behind a word and a space or a bracket, with something worth suggesting to come. */
function cursorsIn(file: FileText, row: number): number[] {
  const line = file.line(row).trimEnd();
  const textStart = file.textStart(row) - file.start(row);
  const cursors: number[] = [];
  for (let at = textStart + 2; at < line.length - 3; at++) {
    if (/[\s(.=]/.test(line.charAt(at - 1)) && /\S/.test(line.charAt(at))) cursors.push(file.start(row) + at);
  }
  return cursors;
}

function brackets(node: Node, file: FileText, add: (kind: PositionKind, cut: Cut) => void): void {
  const row = node.startPosition.row;
  const isUsual = row === node.endPosition.row && node.endIndex - node.startIndex > 5;
  if (isUsual && node.text.endsWith(')'))
    addWhen(add, 'between brackets', file, node.startIndex + 1, node.endIndex - 1);
}

function addWhen(
  add: (kind: PositionKind, cut: Cut) => void,
  kind: PositionKind,
  { text }: FileText,
  start: number,
  end: number,
): void {
  const middle = text.slice(start, end);
  const lines = middle.split('\n');
  if (lines.length > MOST_LINES || middle.length > MOST_CHARACTERS || !/[\p{L}\p{N}]{2}/u.test(middle)) return;
  // Two blank lines in a row are an end by any reading.
  if (/\n[ \t]*\n[ \t]*\n/.test(middle) || lines.every((line) => /^\s*(?:\/\/|#|\*|\/\*|$)/.test(line))) return;
  add(kind, { start, end });
}

/** A node that ends with the end of a line ends, for the parser, at the start of the next. */
function lastRowOf(node: Node): number {
  const { row, column } = node.endPosition;
  return column === 0 && row > node.startPosition.row ? row - 1 : row;
}
