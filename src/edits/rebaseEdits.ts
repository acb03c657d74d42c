import { diffLines } from './lineDiff.ts';
import type { TextEdit } from './textEdit.ts';
import { TextLines } from './textLines.ts';
import type { WorkBudget } from './workBudget.ts';

/**
 * Moves edits that were made for `base` to the text that it has become meanwhile (three-way merge). Null when
 * one of them touches or borders on lines that were changed meanwhile: then somebody has to look.
 */
export function rebaseEdits(
  base: string,
  edits: readonly TextEdit[],
  current: string,
  work: WorkBudget,
): TextEdit[] | null {
  if (base === current) return [...edits];
  const older = new TextLines(base);
  const newer = new TextLines(current);
  const withEnds = (lines: TextLines): string[] =>
    lines.lines.map((_, row) => lines.text.slice(lines.startOf(row), lines.startOf(row + 1)));
  const changes = diffLines(withEnds(older), withEnds(newer), work);
  const moved: TextEdit[] = [];
  for (const { start, end, newText } of edits) {
    const isApart = changes.every(
      ({ oldStart, oldEnd }) => end < older.startOf(oldStart) || start > older.startOf(oldEnd),
    );
    if (!isApart) return null;
    const before = changes.findLast(({ oldEnd }) => older.startOf(oldEnd) <= start);
    const shift = before === undefined ? 0 : newer.startOf(before.newEnd) - older.startOf(before.oldEnd);
    moved.push({ start: start + shift, end: end + shift, newText });
  }
  return moved;
}
