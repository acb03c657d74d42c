import { indentationOf, indentationWidth, lineKey, lineWeight } from '../locate/lineKey.ts';
import type { FileLines } from '../locate/fileLines.ts';
import type { RowsEdit } from '../textLines.ts';

/** The edits that a code block comes to, or why it is not certain what it comes to. */
export type CodeEdits =
  | { readonly kind: 'edits'; readonly edits: readonly RowsEdit[]; readonly certainty: number }
  | { readonly kind: 'refused'; readonly reason: 'not found' | 'ambiguous' | 'incomplete'; readonly message: string };

/** Why comments and attributes above code have no certain place. */
export const besideOthers = 'It is not certain whether its comments or attributes come beside others.';

/** So many lines may go without anything in their place before it looks as if they were forgotten. */
const MOST_FORGOTTEN = 7;
/** A line of less weight may stand anywhere. */
const TELLING = 0.25;

/** A sentence about lines that the block leaves out without saying so; null where nothing looks like it. */
export function forgottenLines(edits: readonly RowsEdit[], file: FileLines): string | null {
  for (const { startRow, endRow, newLines } of runsOf(edits, file)) {
    const gone = file.keys.slice(startRow, endRow).filter((key) => key !== '').length;
    // Another definition comes beside what is there, and takes the place of none of it.
    const head = newLines.findIndex((line) => definition.test(line.slice(0, 200)));
    const isNew = !file.text.lines.slice(startRow, endRow).some((line) => definition.test(line.slice(0, 200)));
    const come = newLines.slice(0, isNew && head >= 0 ? head : undefined).filter((line) => lineKey(line) !== '').length;
    const isEnd = file.keys.slice(endRow).every((key) => key === '');
    if (gone - come > (isEnd ? 3 : MOST_FORGOTTEN) && gone > 2 * come) {
      return `The code leaves out lines ${startRow + 1} to ${endRow} of the file without saying so.`;
    }
  }
  return null;
}

/** The edits, those with nothing but blank lines and brackets between them as one. */
function runsOf(edits: readonly RowsEdit[], file: FileLines): RowsEdit[] {
  const runs: RowsEdit[] = [];
  for (const edit of edits) {
    const last = runs.at(-1);
    const between = last === undefined ? [] : file.text.lines.slice(last.endRow, edit.startRow);
    if (last === undefined || between.some((line) => lineWeight(lineKey(line)) >= TELLING)) runs.push(edit);
    else {
      const newLines = [...last.newLines, ...between, ...edit.newLines];
      runs[runs.length - 1] = { startRow: last.startRow, endRow: edit.endRow, newLines };
    }
  }
  return runs;
}

/** True when a line of code is the same but for white space at its end. */
export function isSameLine(left: string, right: string): boolean {
  return left === right || left.trimEnd() === right.trimEnd();
}

/** How far a line is indented. */
export function widthOf(line: string): number {
  return indentationWidth(indentationOf(line));
}

/** Matches a line that defines something by a keyword; its group is the name. */
export const definition =
  /^[\s\w]*\b(?:function|func|fn|def|class|struct|interface|trait|enum|type|namespace|module|mod)\b\s*\*?(?:\([^)]*\)\s*)?([\w$]+)/;

/**
 * A sentence about a definition that would go where another comes: it is more likely that the other is new and
 * belongs beside it. Null where none would.
 */
export function lostDefinition(edits: readonly RowsEdit[], file: FileLines): string | null {
  for (const { startRow, endRow, newLines } of edits) {
    const names = new Set(newLines.map((line) => definition.exec(line.slice(0, 200))?.[1]));
    for (let row = startRow; row < endRow; row++) {
      const name = definition.exec(file.line(row).slice(0, 200))?.[1];
      if (name !== undefined && !names.has(name)) {
        return `It is not certain whether “${name}” at line ${row + 1} is to go or stays beside what is new.`;
      }
    }
  }
  return null;
}
