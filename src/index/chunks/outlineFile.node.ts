import type { Node } from 'web-tree-sitter';
import type { SyntaxDefinition, SyntaxOutline, SyntaxReader } from '../../edits/syntaxReader.ts';
import { definitionOf, isLeading } from './definitions.ts';
import type { Grammars } from './grammars.node.ts';
import { type GrammarName, languageOf } from './languages.ts';

/** Deeper nesting holds no definition that anybody means. */
const MAX_DEPTH = 40;

/** Reads files with the grammars for whoever locates a change in them. */
export function syntaxReader(grammars: Grammars): SyntaxReader {
  return {
    async read(path, text): Promise<SyntaxOutline | null> {
      const { chunking } = languageOf(path);
      if (chunking.by !== 'syntax') return null;
      const tree = await grammars.parse(text, chunking.grammar);
      if (tree === undefined) return null;
      try {
        const definitions: SyntaxDefinition[] = [];
        collect(tree.rootNode, '', chunking.grammar, 0, definitions);
        return { errors: countErrors(tree.rootNode), definitions };
      } finally {
        tree.delete();
      }
    },
  };
}

function collect(node: Node, scope: string, grammar: GrammarName, depth: number, found: SyntaxDefinition[]): void {
  if (depth > MAX_DEPTH) return;
  let leading: Node | undefined;
  for (const child of node.namedChildren) {
    if (isLeading(child)) {
      const isApart = leading !== undefined && child.startPosition.row > lastRow(leading) + 1;
      if (leading === undefined || isApart) leading = child;
      continue;
    }
    const definition = definitionOf(child, grammar);
    let inner = scope;
    if (definition !== undefined) {
      inner = scope === '' ? definition.name : `${scope}.${definition.name}`;
      const startRow = child.startPosition.row;
      const before = child.previousNamedSibling;
      const isNext = leading !== undefined && before !== null && lastRow(before) >= startRow - 1 && isLeading(before);
      found.push({
        symbol: inner,
        kind: definition.kind,
        leadingRow: isNext ? (leading?.startPosition.row ?? startRow) : startRow,
        startRow,
        endRow: lastRow(child),
      });
    }
    leading = undefined;
    collect(definition?.node ?? child, inner, grammar, depth + 1, found);
  }
}

/** A node that ends with the end of a line ends, for the parser, at the start of the next. */
function lastRow(node: Node): number {
  const { row, column } = node.endPosition;
  return column === 0 && row > node.startPosition.row ? row - 1 : row;
}

function countErrors(root: Node): number {
  let count = 0;
  const open = root.hasError ? [root] : [];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.isError || node.isMissing) count++;
    for (const child of node.children) if (child.hasError || child.isMissing) open.push(child);
  }
  return count;
}
