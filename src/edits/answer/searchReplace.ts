import { t } from '../../base/texts.ts';
import type { Hunk, HunkLine } from '../proposedChange.ts';
import { diffLines } from '../lineDiff.ts';
import type { WorkBudget } from '../workBudget.ts';

/** A block of an answer that one of the readers has understood. */
export interface SearchBlock {
  readonly hunk: Hunk | null;
  /** The path inside the block, where it has one. */
  readonly path: string | null;
  readonly problem: string | null;
  /** The row after it. */
  readonly next: number;
}

const start = /^\s*(?:<{5,9}|-{5,9})\s*(?:SEARCH|ORIGINAL|HEAD|OLD|BEFORE|FIND)\b[^\n]{0,80}$/i;
const middle = /^\s*={5,9}\s*$/;
const end = /^\s*(?:>{5,9}|\+{5,9})(?:\s*(?:REPLACE|UPDATED|NEW|AFTER|REPLACED|HEAD|MODIFIED)\b[^\n]{0,80}|\s*)$/i;
const longestMark = 120;

const tags: readonly (readonly [old: string, newer: string])[] = [
  ['search', 'replace'],
  ['old_str', 'new_str'],
  ['old_string', 'new_string'],
  ['old_text', 'new_text'],
  ['old', 'new'],
  ['find', 'replace'],
  ['original', 'updated'],
  ['original', 'modified'],
  ['before', 'after'],
];

/** Reads the search/replace block that starts at `row`, with conflict markers or tags; undefined when none does. */
export function readSearchBlock(
  lines: readonly string[],
  row: number,
  until: number,
  work: WorkBudget,
): SearchBlock | undefined {
  const line = lines[row] ?? '';
  if (line.length > longestMark && !line.trimStart().startsWith('<')) return undefined;
  if (line.length <= longestMark && start.test(line)) return readMarked(lines, row, until, work);
  return line.trimStart().startsWith('<') ? readTagged(lines, row, until, work) : undefined;
}

function readMarked(lines: readonly string[], row: number, until: number, work: WorkBudget): SearchBlock {
  let next = row + 1;
  const middles: number[] = [];
  let closed = false;
  for (; next < until; next++) {
    const line = lines[next] ?? '';
    work.spend(1);
    if (line.length > longestMark) continue;
    if (middle.test(line)) middles.push(next);
    else if (middles.length > 0 && end.test(line)) closed = true;
    if (closed || start.test(line)) break;
  }
  if (!closed || middles.length === 0) {
    return { hunk: null, path: null, problem: truncated(), next: Math.min(next, until) };
  }
  // A text may hold such a line itself; the separator is the one of the usual length, if that is one.
  const usual = middles.filter((at) => (lines[at] ?? '').trim().length === 7);
  const candidates = usual.length > 0 ? usual : middles;
  const [separator] = candidates;
  if (separator === undefined || candidates.length > 1) {
    const problem = t('The block has more than one line of equals signs, so it is not clear what is to be replaced.');
    return { hunk: null, path: null, problem, next: next + 1 };
  }
  let first = row + 1;
  // Some assistants say the line first, then draw a line of dashes.
  let stated = /[:@ ](\d{1,7})\s*$/.exec(lines[row] ?? '')?.[1];
  const rule = lines.slice(first, Math.min(first + 4, separator)).findIndex((text) => /^-{5,9}$/.test(text.trim()));
  if (rule >= 0 && lines.slice(first, first + rule).every((text) => /^:\w+:\s*\d+\s*$/.test(text.trim()))) {
    stated = /(\d+)/.exec(lines[first] ?? '')?.[1] ?? stated;
    first += rule + 1;
  }
  const before = lines.slice(first, separator);
  const after = lines.slice(separator + 1, next);
  const line = stated === undefined ? null : Number(stated);
  return {
    hunk: searchHunk(before, after, { line, answerLine: row + 1 }, work),
    path: null,
    problem: null,
    next: next + 1,
  };
}

const truncated = (): string => t('The block ends in the middle: the answer seems to be cut off.');

function readTagged(lines: readonly string[], row: number, until: number, work: WorkBudget): SearchBlock | undefined {
  const opened = /^\s*<(\w{3,12})(?:\s[^>]{0,200})?>/.exec((lines[row] ?? '').slice(0, 300));
  const name = opened?.[1]?.toLowerCase() ?? '';
  const pairs = tags.filter(([old]) => old === name);
  if (opened === null || pairs.length === 0) return undefined;
  const old = readElement(lines, row, until, name, work);
  if (old === undefined) return undefined;
  let next = old.next;
  while (next < until && (lines[next] ?? '').trim() === '') next++;
  const answered = pairs.find(([, newer]) => (lines[next] ?? '').trimStart().toLowerCase().startsWith(`<${newer}`));
  // Without its counterpart it is a tag of something else, such as HTML.
  if (answered === undefined) return undefined;
  const newer = readElement(lines, next, until, answered[1], work);
  if (newer === undefined) return { hunk: null, path: null, problem: truncated(), next: until };
  const path = /\b(?:path|file)\s*=\s*["']([^"']+)["']/.exec(opened[0])?.[1] ?? null;
  const hunk = searchHunk(old.content, newer.content, { line: null, answerLine: row + 1 }, work);
  return { hunk, path, problem: null, next: newer.next };
}

/** The lines between `<name>` and `</name>`; undefined when it does not end. */
function readElement(
  lines: readonly string[],
  row: number,
  until: number,
  name: string,
  work: WorkBudget,
): { readonly content: readonly string[]; readonly next: number } | undefined {
  const open = (lines[row] ?? '').indexOf('>') + 1;
  const close = `</${name}>`;
  const content: string[] = [];
  for (let at = row; at < until; at++) {
    const line = (lines[at] ?? '').slice(at === row ? open : 0);
    work.spend(1);
    // Begun again before it ended: it never does.
    if (at > row && line.trimStart().toLowerCase().startsWith(`<${name}>`)) return undefined;
    const end = line.toLowerCase().lastIndexOf(close);
    content.push(end < 0 ? line : line.slice(0, end));
    if (end < 0) continue;
    // The lines of the tags themselves are no content unless something stands on them.
    if (content.length > 1 && (content[0] ?? '').trim() === '') content.shift();
    if (content.length > 1 && (content.at(-1) ?? '').trim() === '') content.pop();
    return { content, next: at + 1 };
  }
  return undefined;
}

/** A hunk of what is there and what it becomes: what both have stays. */
function searchHunk(
  before: readonly string[],
  after: readonly string[],
  place: { readonly line: number | null; readonly answerLine: number },
  work: WorkBudget,
): Hunk {
  const hunkLines: HunkLine[] = [];
  let row = 0;
  for (const { oldStart, oldEnd, newStart, newEnd } of diffLines(before, after, work)) {
    for (const text of before.slice(row, oldStart)) hunkLines.push({ kind: 'keep', text });
    for (const text of before.slice(oldStart, oldEnd)) hunkLines.push({ kind: 'remove', text });
    for (const text of after.slice(newStart, newEnd)) hunkLines.push({ kind: 'add', text });
    row = oldEnd;
  }
  for (const text of before.slice(row)) hunkLines.push({ kind: 'keep', text });
  return { form: 'search', lines: hunkLines, isCounted: false, headings: [], finalLineEnd: null, ...place };
}
