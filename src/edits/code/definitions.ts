import { diffLines } from '../lineDiff.ts';
import type { FileLines } from '../locate/fileLines.ts';
import { lineKey } from '../locate/lineKey.ts';
import { similarity } from '../locate/similarity.ts';
import type { SyntaxDefinition, SyntaxOutline } from '../syntaxReader.ts';
import type { RowsEdit } from '../textLines.ts';
import type { CodeBlock } from './codeBlock.ts';
import { type CodeEdits, besideOthers, forgottenLines } from './codeEdits.ts';

/** Comments that have less in common are two. */
const ALIKE = 0.5;

/**
 * Takes the block as one or several whole definitions that take the place of those of the same names. Null
 * when it holds anything else, or a name that the file has not or has twice.
 */
export function definitionEdits(
  block: CodeBlock,
  blockOutline: SyntaxOutline,
  fileOutline: SyntaxOutline,
  file: FileLines,
): CodeEdits | null {
  const outer = outermost(blockOutline.definitions);
  if (blockOutline.errors > 0 || outer.length === 0 || !coversAll(outer, block)) return null;
  const edits: RowsEdit[] = [];
  const taken = new Set<SyntaxDefinition>();
  for (const definition of outer) {
    const name = lastName(definition.symbol);
    const [old, another] = fileOutline.definitions.filter((other) => lastName(other.symbol) === name);
    if (old === undefined || another !== undefined || taken.has(old)) return null;
    taken.add(old);
    const bringsLeading = definition.leadingRow < definition.startRow;
    const leadingGoes = file.text.lines.slice(old.leadingRow, old.startRow);
    const leadingComes = block.lines.slice(definition.leadingRow, definition.startRow);
    if (bringsLeading && !isLeadingAnew(leadingGoes, leadingComes)) {
      return { kind: 'refused', reason: 'ambiguous', message: besideOthers };
    }
    const startRow = bringsLeading ? old.leadingRow : old.startRow;
    const newLines = block.lines.slice(definition.leadingRow, definition.endRow + 1);
    const oldLines = file.text.lines.slice(startRow, old.endRow + 1).map((line) => line.trimEnd());
    const trimmed = newLines.map((line) => line.trimEnd());
    for (const { oldStart, oldEnd, newStart, newEnd } of diffLines(oldLines, trimmed, file.work)) {
      const rows = { startRow: startRow + oldStart, endRow: startRow + oldEnd };
      edits.push({ ...rows, newLines: newLines.slice(newStart, newEnd) });
    }
  }
  edits.sort((left, right) => left.startRow - right.startRow);
  const forgotten = forgottenLines(edits, file);
  if (forgotten !== null) return { kind: 'refused', reason: 'incomplete', message: forgotten };
  return { kind: 'edits', edits, certainty: 1 };
}

/** True when each comment or attribute that goes has one in its place: the same, one like it, or another doc comment. */
function isLeadingAnew(goes: readonly string[], comes: readonly string[]): boolean {
  const isDoc = (line: string): boolean => /^\s*\/?\*/.test(line);
  return goes.every((line) => {
    const key = lineKey(line);
    if (isDoc(line) && comes.some(isDoc)) return true;
    return comes.some((other) => lineKey(other) === key || similarity(lineKey(other), key) >= ALIKE);
  });
}

function lastName(symbol: string): string {
  return symbol.slice(symbol.lastIndexOf('.') + 1);
}

function outermost(definitions: readonly SyntaxDefinition[]): SyntaxDefinition[] {
  const outer: SyntaxDefinition[] = [];
  for (const definition of definitions) {
    if (definition.startRow > (outer.at(-1)?.endRow ?? -1)) outer.push(definition);
  }
  return outer;
}

function coversAll(outer: readonly SyntaxDefinition[], { keys }: CodeBlock): boolean {
  return keys.every(
    (key, row) => key === '' || outer.some(({ leadingRow, endRow }) => row >= leadingRow && row <= endRow),
  );
}
