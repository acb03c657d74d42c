import { diffLines } from './lineDiff.ts';
import { TextLines } from './textLines.ts';
import { WorkBudget } from './workBudget.ts';

const CONTEXT = 3;

/** The differences between two versions of a file as a unified diff; empty when there are none. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const older = new TextLines(before);
  const newer = new TextLines(after);
  const marked = (lines: TextLines, row: number, mark: string): string => {
    const line = lines.text.slice(lines.startOf(row), lines.startOf(row + 1));
    const hasEnd = line !== lines.line(row);
    return `${mark}${lines.line(row)}${hasEnd ? '' : '\n\\ No newline at end of file'}`;
  };
  const withEnds = (lines: TextLines): string[] =>
    lines.lines.map((_, row) => lines.text.slice(lines.startOf(row), lines.startOf(row + 1)));
  const changes = diffLines(withEnds(older), withEnds(newer), new WorkBudget());
  const groups: (typeof changes)[] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && change.oldStart - last.oldEnd <= 2 * CONTEXT) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  const parts = groups.map((group) => {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return '';
    const from = Math.max(0, first.oldStart - CONTEXT);
    const to = Math.min(older.count, last.oldEnd + CONTEXT);
    const lines: string[] = [];
    let row = from;
    for (const { oldStart, oldEnd, newStart, newEnd } of group) {
      for (; row < oldStart; row++) lines.push(marked(older, row, ' '));
      for (; row < oldEnd; row++) lines.push(marked(older, row, '-'));
      for (let at = newStart; at < newEnd; at++) lines.push(marked(newer, at, '+'));
    }
    for (; row < to; row++) lines.push(marked(older, row, ' '));
    const newFrom = first.newStart - (first.oldStart - from);
    const newCount =
      to -
      from +
      group.reduce((sum, { oldStart, oldEnd, newStart, newEnd }) => sum + newEnd - newStart - oldEnd + oldStart, 0);
    return [`@@ -${range(from, to - from)} +${range(newFrom, newCount)} @@`, ...lines].join('\n');
  });
  return parts.length === 0 ? '' : [`--- a/${path}`, `+++ b/${path}`, ...parts, ''].join('\n');
}

/** An empty range is named by the line before it. */
function range(start: number, count: number): string {
  return `${count === 0 ? start : start + 1},${count}`;
}
