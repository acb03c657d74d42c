import { diffLines } from '../../../src/edits/lineDiff.ts';
import { WorkBudget } from '../../../src/edits/workBudget.ts';
import type { HunkLine } from '../../../src/edits/proposedChange.ts';
import { type Random, pick } from './random.ts';

/** A hunk as a model would have it in mind, before it is written down. */
export interface DraftHunk {
  lines: HunkLine[];
  /** From 1. */
  readonly oldStart: number;
  readonly newStart: number;
}

/** The hunks between two texts, each with so many lines around it that it stands in one place only. */
export function draftHunks(before: string, after: string, context: number): DraftHunk[] {
  const older = linesOf(before);
  const newer = linesOf(after);
  const changes = diffLines(older, newer, new WorkBudget());
  const groups: (typeof changes)[] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && change.oldStart - last.oldEnd <= 2 * context) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups.map((group) => {
    const first = group[0]!;
    const last = group.at(-1)!;
    let [from, to] = [Math.max(0, first.oldStart - context), Math.min(older.length, last.oldEnd + context)];
    // A careful model gives as many lines as it takes to tell the place from others.
    const isUnique = (): boolean => before.split(older.slice(from, to).join('\n')).length === 2;
    for (let more = 0; more < 12 && !isUnique(); more++)
      [from, to] = [Math.max(0, from - 1), Math.min(older.length, to + 1)];
    const lines: HunkLine[] = [];
    let row = from;
    const keep = (until: number): void => {
      for (const text of older.slice(row, until)) lines.push({ kind: 'keep', text });
    };
    for (const { oldStart, oldEnd, newStart, newEnd } of group) {
      keep(oldStart);
      for (const text of older.slice(oldStart, oldEnd)) lines.push({ kind: 'remove', text });
      for (const text of newer.slice(newStart, newEnd)) lines.push({ kind: 'add', text });
      row = oldEnd;
    }
    keep(to);
    return { lines, oldStart: from + 1, newStart: from + 1 + (first.newStart - first.oldStart) };
  });
}

export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function oldLines({ lines }: DraftHunk): string[] {
  return lines.flatMap(({ kind, text }) => (kind === 'add' ? [] : [text]));
}

export function newLines({ lines }: DraftHunk): string[] {
  return lines.flatMap(({ kind, text }) => (kind === 'remove' ? [] : [text]));
}

const dialects = [
  ['<<<<<<< SEARCH', '=======', '>>>>>>> REPLACE'],
  ['<<<<<<< ORIGINAL', '=======', '>>>>>>> UPDATED'],
  ['------- SEARCH', '=======', '+++++++ REPLACE'],
  ['<search>', '</search>\n<replace>', '</replace>'],
  ['<old_str>', '</old_str>\n<new_str>', '</new_str>'],
  ['<<<<<<< HEAD', '=======', '>>>>>>> new'],
] as const;

export function asSearchBlocks(hunks: readonly DraftHunk[], random: Random): string {
  const [start, middle, end] = pick(random, dialects);
  return hunks
    .map((hunk) => [start, ...oldLines(hunk), middle, ...newLines(hunk), end].join('\n'))
    .join(random() < 0.5 ? '\n' : '\n\n');
}

const marks = { keep: ' ', remove: '-', add: '+' };

export function asUnifiedDiff(hunks: readonly DraftHunk[], path: string, header: (hunk: DraftHunk) => string): string {
  const bodies = hunks.map((hunk) =>
    [header(hunk), ...hunk.lines.map(({ kind, text }) => marks[kind] + text)].join('\n'),
  );
  return [`--- a/${path}`, `+++ b/${path}`, ...bodies].join('\n');
}

export function rightHeader(hunk: DraftHunk): string {
  return `@@ -${hunk.oldStart},${oldLines(hunk).length} +${hunk.newStart},${newLines(hunk).length} @@`;
}

export function asEnvelope(hunks: readonly DraftHunk[], path: string, before: string): string {
  const lines = linesOf(before);
  const bodies = hunks.map((hunk) => {
    const heading = lines.slice(0, hunk.oldStart - 1).findLast((line) => /^[A-Za-z].*[({:]\s*$/.test(line));
    return [heading === undefined ? '@@' : `@@ ${heading}`, ...hunk.lines.map(({ kind, text }) => marks[kind] + text)];
  });
  return ['*** Begin Patch', `*** Update File: ${path}`, ...bodies.flat(), '*** End Patch'].join('\n');
}

/** The row with the last of so many lines in one direction that say something, as a piece of code begins or ends with. */
function edge(lines: readonly string[], start: number, step: 1 | -1, context: number): number {
  let [row, edgeRow, telling] = [start, start, 0];
  while (telling < context && Math.abs(row - start) < 10 && row + step >= 0 && row + step < lines.length) {
    row += step;
    if (!/\w{3}/.test(lines[row]!) || /^\s*(\/?\*|\/\/|# )/.test(lines[row]!)) continue;
    telling++;
    edgeRow = row;
  }
  return edgeRow;
}

const comments: Readonly<Record<string, readonly string[]>> = {
  python: ['# ... existing code ...', '# ... rest of the code ...', '# ...', '# (rest of the function unchanged)'],
  other: [
    '// ... existing code ...',
    '// ...',
    '/* ... existing code ... */',
    '// ... rest of the code unchanged ...',
    '// … existing code …',
  ],
};

/** The changed lines with what is around them and the heads that they are under; markers for the rest. */
export function asAbbreviated(
  before: string,
  after: string,
  language: string,
  context: number,
  random: Random,
): string {
  const newer = linesOf(after);
  const widths = newer.map((line) => (line.trim() === '' ? Infinity : line.length - line.trimStart().length));
  const shown = new Set<number>();
  for (const { newStart, newEnd } of diffLines(linesOf(before), newer, new WorkBudget())) {
    // Whoever shows that lines have gone shows the lines on both sides of them.
    const least = newStart === newEnd ? 2 : 1;
    const [from, end] = [edge(newer, newStart, -1, context), edge(newer, newEnd - 1, 1, context) + 1];
    const to = Math.min(newer.length, Math.max(end, newEnd - 1 + least));
    for (let row = from; row < to; row++) shown.add(row);
    let width = Math.min(...widths.slice(from, to));
    for (let row = from - 1; row >= 0 && width > 0; row--) {
      if (widths[row]! >= width) continue;
      width = widths[row]!;
      shown.add(row);
      let end = row + 1;
      while (end < newer.length && widths[end]! > width) end++;
      if (/^\s*[)\]}]/.test(newer[end] ?? '')) shown.add(end);
    }
  }
  const marker = pick(random, comments[language] ?? comments['other']!);
  const result: string[] = [];
  for (let row = 0; row < newer.length; row++) {
    if (shown.has(row)) {
      result.push(newer[row]!);
      continue;
    }
    let end = row;
    while (end < newer.length && !shown.has(end)) end++;
    const run = newer.slice(row, end);
    const width = Math.min(...widths.slice(row, end));
    if (run.length < 3 || width === Infinity) result.push(...run);
    else {
      const indentation = /^\s*/.exec(run[widths.slice(row, end).indexOf(width)]!)![0];
      if (run[0] === '' && random() < 0.5) result.push('');
      result.push(indentation + marker);
      if (run.at(-1) === '' && random() < 0.7) result.push('');
    }
    row = end - 1;
  }
  return result.join('\n');
}
