import type { Node } from 'web-tree-sitter';
import type { LineRange } from '../../../src/index/chunks/chunk.ts';
import { commentText, declarationOf } from '../../../src/index/chunks/declarations.ts';
import { definitionOf, functionKinds, isLeading, typeKinds } from '../../../src/index/chunks/definitions.ts';
import type { Grammars } from '../../../src/index/chunks/grammars.node.ts';
import { type GrammarName, languageOf } from '../../../src/index/chunks/languages.ts';

/** A function or a type of a file. */
export interface DefinedPart {
  /** The last of its names. */
  readonly name: string;
  readonly kind: 'function' | 'type';
  /** What documents it, without the marks of a comment; empty where nothing does. */
  readonly comment: string;
  /** Its lines without that comment, as far to the left as they go. */
  readonly code: string;
}

/** Deeper nesting holds nothing that anybody means. */
const MAX_DEPTH = 40;

/** What a file defines, each function of a type by itself; nothing for a language without a grammar. */
export async function definedParts(path: string, text: string, grammars: Grammars): Promise<DefinedPart[]> {
  const { chunking } = languageOf(path);
  if (chunking.by !== 'syntax') return [];
  const tree = await grammars.parse(text, chunking.grammar);
  if (tree === undefined) return [];
  try {
    const parts: DefinedPart[] = [];
    collect(tree.rootNode, 0, { lines: text.split('\n'), grammar: chunking.grammar, parts });
    return parts;
  } finally {
    tree.delete();
  }
}

interface Collecting {
  readonly lines: readonly string[];
  readonly grammar: GrammarName;
  readonly parts: DefinedPart[];
}

function collect(node: Node, depth: number, collecting: Collecting): void {
  if (depth > MAX_DEPTH) return;
  const { lines, grammar, parts } = collecting;
  /** Where comments and attributes began that end in the line before this one. */
  let leading: { readonly start: number; readonly next: number } | undefined;
  for (const child of node.namedChildren) {
    const { row } = child.startPosition;
    const next = lastRow(child) + 1;
    const start = leading?.next === row ? leading.start : row;
    if (isLeading(child)) {
      leading = { start, next };
      continue;
    }
    leading = undefined;
    const definition = definitionOf(child, grammar);
    const kind = definition && kindOf(definition.kind);
    if (definition !== undefined && kind !== undefined) {
      const { comment } = declarationOf(definition, { startLine: start + 1, endLine: row });
      const name = definition.name.slice(definition.name.lastIndexOf('.') + 1);
      const code = codeOf(lines, { startLine: row + 1, endLine: next }, comment);
      parts.push({ name, kind, comment: comment === undefined ? '' : commentText(lines, comment), code });
    }
    collect(definition?.node ?? child, depth + 1, collecting);
  }
}

function kindOf(kind: string): DefinedPart['kind'] | undefined {
  if (functionKinds.has(kind)) return 'function';
  return typeKinds.has(kind) ? 'type' : undefined;
}

function codeOf(lines: readonly string[], { startLine, endLine }: LineRange, comment: LineRange | undefined): string {
  const own = lines
    .slice(startLine - 1, endLine)
    .filter((_, at) => comment === undefined || startLine + at < comment.startLine || startLine + at > comment.endLine);
  const indents = own.filter((line) => line.trim() !== '').map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...indents);
  return own.map((line) => line.slice(indent)).join('\n');
}

/** A node that ends with the end of a line ends, for the parser, at the start of the next. */
function lastRow(node: Node): number {
  const { row, column } = node.endPosition;
  return column === 0 && row > node.startPosition.row ? row - 1 : row;
}
