import * as vscode from 'vscode';
import { type ContextSource, gatherContext } from '../chat/context.ts';
import type { EditedPart } from '../edits/instruct/editAnswer.ts';
import type { EditQuestion, RelatedPassage } from '../edits/instruct/editPrompt.ts';
import { linesOf } from './editSession.ts';

/** Rows of a document, the last exclusive. */
export interface Rows {
  readonly startRow: number;
  readonly endRow: number;
}

const MOST_LINES_ABOVE = 120;
const MOST_LINES_BELOW = 60;
const MOST_CHARACTERS = 12_000;
const IMPORT_ROWS = 80;
const MOST_IMPORTS = 30;
const MOST_PROBLEMS = 12;
/** A symbol or paragraph of more lines is not what a cursor in it means. */
const MOST_ENCLOSING_LINES = 150;
/** The outline of a larger file would keep the extension host busy, which gets it as objects, one for each symbol. */
const MOST_OUTLINED_LINES = 20_000;
const PASSAGE_TOKENS = 2_000;
const INDEX_WAIT_MS = 500;
const SYMBOLS_WAIT_MS = 1_500;

const importLine = /^\s*(?:import|from|#\s*include|using|use|require|package|const .*= ?require)\b/;

/** The rows that an instruction without further words means: the selection, else what the cursor stands in. */
export async function rowsToEdit(editor: vscode.TextEditor): Promise<Rows> {
  const { document, selection } = editor;
  if (!selection.isEmpty) {
    const { start, end } = selection;
    // A selection of whole lines ends at the start of the next.
    const isAtStart = end.character === 0 && end.line > start.line;
    return { startRow: start.line, endRow: isAtStart ? end.line : end.line + 1 };
  }
  const row = selection.active.line;
  if (document.lineAt(row).isEmptyOrWhitespace) return { startRow: row, endRow: row + 1 };
  return (await enclosingSymbol(document, selection.active)) ?? paragraph(document, row);
}

/** What stands around rows of a document, as far as a model gets to see it. */
export function partOf(document: vscode.TextDocument, { startRow, endRow }: Rows): EditedPart {
  const above = linesOf(document, Math.max(0, startRow - MOST_LINES_ABOVE), startRow);
  const below = linesOf(document, endRow, endRow + MOST_LINES_BELOW);
  return {
    path: vscode.workspace.asRelativePath(document.uri),
    lines: linesOf(document, startRow, endRow),
    above: withinCharacters(above.reverse()).reverse(),
    below: withinCharacters(below),
  };
}

/** What goes along with an instruction: the file around, its imports, problems, and passages of the workspace. */
export async function gatherEditContext(
  document: vscode.TextDocument,
  rows: Rows,
  instruction: string,
  source: ContextSource | null,
  signal: AbortSignal,
): Promise<Omit<EditQuestion, 'history' | 'instruction'>> {
  const part = partOf(document, rows);
  const firstShown = rows.startRow - part.above.length;
  const imports = linesOf(document, 0, Math.min(IMPORT_ROWS, firstShown)).filter((line) => importLine.test(line));
  return {
    ...part,
    language: document.languageId,
    imports: imports.slice(0, MOST_IMPORTS),
    problems: problemsIn(document, rows),
    related: source === null ? [] : await relatedPassages(source, part, instruction, signal),
  };
}

async function relatedPassages(
  source: ContextSource,
  part: EditedPart,
  instruction: string,
  signal: AbortSignal,
): Promise<RelatedPassage[]> {
  const question = `${instruction}\n${part.lines.join('\n').slice(0, 2_000)}`;
  try {
    const options = { budgetTokens: PASSAGE_TOKENS, waitMs: INDEX_WAIT_MS };
    const { passages } = await gatherContext(source, [question], options, signal);
    return passages.filter(({ path }) => !part.path.endsWith(path));
  } catch (error) {
    // An edit can do without; a search that fails says so in the chat.
    if (signal.aborted) throw error;
    return [];
  }
}

function problemsIn(document: vscode.TextDocument, { startRow, endRow }: Rows): string[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ range }) => range.end.line >= startRow && range.start.line < endRow)
    .slice(0, MOST_PROBLEMS)
    .map(({ range, message }) => `- “${document.lineAt(range.start.line).text.trim().slice(0, 120)}”: ${message}`);
}

function withinCharacters(lines: readonly string[]): string[] {
  let left = MOST_CHARACTERS;
  const end = lines.findIndex((line) => (left -= line.length + 1) < 0);
  return end < 0 ? [...lines] : lines.slice(0, end);
}

async function enclosingSymbol(document: vscode.TextDocument, position: vscode.Position): Promise<Rows | undefined> {
  if (document.lineCount > MOST_OUTLINED_LINES) return undefined;
  const asked = Promise.resolve(
    vscode.commands.executeCommand<readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    ),
  ).catch(() => undefined);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, SYMBOLS_WAIT_MS, undefined));
  const ranges = [...rangesOf((await Promise.race([asked, late])) ?? [])];
  const rows = ranges
    .filter((range) => range.contains(position) && bodies(range) <= MOST_ENCLOSING_LINES)
    .map(({ start, end }) => ({ startRow: start.line, endRow: end.line + 1 }));
  // The smallest of several lines: a variable alone is seldom all that is meant.
  return rows
    .filter(({ startRow, endRow }) => endRow > startRow + 1)
    .sort((left, right) => left.endRow - left.startRow - (right.endRow - right.startRow))[0];
}

function bodies({ start, end }: vscode.Range): number {
  return end.line - start.line + 1;
}

function* rangesOf(symbols: readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[]): Generator<vscode.Range> {
  for (const symbol of symbols) {
    yield 'location' in symbol ? symbol.location.range : symbol.range;
    if ('children' in symbol) yield* rangesOf(symbol.children);
  }
}

function paragraph(document: vscode.TextDocument, row: number): Rows {
  const isBlank = (at: number): boolean => document.lineAt(at).isEmptyOrWhitespace;
  let [startRow, endRow] = [row, row + 1];
  while (startRow > 0 && !isBlank(startRow - 1) && endRow - startRow < MOST_ENCLOSING_LINES) startRow--;
  while (endRow < document.lineCount && !isBlank(endRow) && endRow - startRow < MOST_ENCLOSING_LINES) endRow++;
  return { startRow, endRow };
}
