import type { Hunk, ProposedChange } from '../proposedChange.ts';
import { OutOfWork, WorkBudget } from '../workBudget.ts';
import { type DiffRange, readDiffs, startsDiff } from './diffBlock.ts';
import { closingFence, fenceOf } from './fences.ts';
import { pathInInfo, pathInLine } from '../../base/filePath.ts';
import { readSearchBlock } from './searchReplace.ts';

/**
 * What an answer of a model, or a patch file, wants to change: search/replace blocks, diffs and code
 * blocks, of one file or several, in the order of the answer. Prose is left out; a text with nothing of
 * this in it is one code block. Takes anything, never throws, and its time grows with the length alone.
 */
export function parseAnswer(answer: string, work = new WorkBudget()): ProposedChange[] {
  const lines = answer.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  const reading: Reading = { lines, work, changes: [], hint: null, lastPath: null, fence: null };
  try {
    let row = 0;
    while (row < lines.length) row = readFrom(reading, row);
  } catch (error) {
    if (!(error instanceof OutOfWork)) throw error;
    const problem = 'The answer is too large to be read.';
    return [{ kind: 'hunks', hunks: [], path: null, answerLine: 1, problem }];
  }
  if (reading.changes.length > 0) return reading.changes;
  return [{ kind: 'code', language: '', lines, path: null, answerLine: 1, problem: null }];
}

interface Reading {
  readonly lines: readonly string[];
  readonly work: WorkBudget;
  readonly changes: ProposedChange[];
  /** The path that a line shortly before names, and where. */
  hint: { readonly path: string; readonly row: number } | null;
  /** That of the search/replace block before: the next one may leave it out. */
  lastPath: string | null;
  /** The code block that is open around search/replace blocks. */
  fence: string | null;
}

/** How many lines above a block may name its file. */
const HINT_LINES = 3;

/** Reads what starts at the row and returns the row after it. */
function readFrom(reading: Reading, row: number): number {
  const { lines, work } = reading;
  const line = lines[row] ?? '';
  work.spend(1);
  const block = readSearchBlock(lines, row, lines.length, work);
  if (block !== undefined) {
    addSearchBlock(reading, row, block.hunk, block.path, block.problem);
    return block.next;
  }
  const fence = fenceOf(line);
  if (fence !== undefined) {
    if (reading.fence !== null && fence.info === '' && fence.mark.startsWith(reading.fence)) {
      reading.fence = null;
      return row + 1;
    }
    return readFenced(reading, row, fence.mark, fence.info);
  }
  if (startsDiff(lines, row)) {
    return readDiffRange(reading, { start: row, end: lines.length, isFenced: false, isCutOff: false });
  }
  const tagged = /^\s*<(?:file_?path|path|file|filename)>\s*([^<>]{1,300}?)\s*<\//i.exec(line.slice(0, 400))?.[1];
  const path = tagged ?? pathInLine(line);
  if (path !== undefined) reading.hint = { path, row };
  return row + 1;
}

function addSearchBlock(
  reading: Reading,
  row: number,
  hunk: Hunk | null,
  ownPath: string | null,
  problem: string | null,
): void {
  const { changes } = reading;
  const path = ownPath ?? takeHint(reading, row) ?? reading.lastPath;
  reading.lastPath = path;
  const last = changes.at(-1);
  const hunks = hunk === null ? [] : [hunk];
  if (last?.kind === 'hunks' && last.path === path && last.hunks[0]?.form !== 'diff') {
    changes[changes.length - 1] = { ...last, hunks: [...last.hunks, ...hunks], problem: last.problem ?? problem };
  } else changes.push({ kind: 'hunks', hunks, path, answerLine: row + 1, problem });
}

function takeHint(reading: Reading, row: number): string | null {
  const { hint } = reading;
  reading.hint = null;
  return hint !== null && row - hint.row <= HINT_LINES ? hint.path : null;
}

function readFenced(reading: Reading, row: number, mark: string, info: string): number {
  const { lines, work } = reading;
  const close = closingFence(lines, row, work);
  const end = close ?? lines.length;
  const inInfo = pathInInfo(info);
  if (inInfo !== undefined) reading.hint = { path: inInfo, row };
  for (let at = row + 1; at < end; at++) {
    const until = startsTag(lines[at] ?? '') ? lines.length : at + 1;
    if (readSearchBlock(lines, at, until, work) !== undefined) {
      // Search/replace blocks say themselves where they end; the code in them may hold fences.
      reading.fence = mark;
      return row + 1;
    }
  }
  const first = lines.slice(row + 1, Math.min(end, row + 12)).findIndex((_, at) => startsDiff(lines, row + 1 + at));
  const isNamedDiff = /^(diff|patch|udiff)\b/i.test(info);
  if (isNamedDiff || first >= 0) {
    const start = first >= 0 ? row + 1 + first : row + 1;
    if (reading.hint === null && first > 0) {
      const path = pathInLine(lines[start - 1] ?? '');
      if (path !== undefined) reading.hint = { path, row: start - 1 };
    }
    readDiffRange(reading, { start, end, isFenced: true, isCutOff: close === undefined });
    return end + 1;
  }
  const path = takeHint(reading, row);
  const problem = close === undefined ? 'The code block is not closed: the answer seems to be cut off.' : null;
  const language = (/^[\w+#-]+/.exec(info)?.[0] ?? '').toLowerCase();
  const code = lines.slice(row + 1, end);
  reading.changes.push({ kind: 'code', language, lines: code, path, answerLine: row + 1, problem });
  return end + 1;
}

function startsTag(line: string): boolean {
  return /^\s*<(search|old_str|old_string|old_text|find)>/i.test(line.slice(0, 60));
}

function readDiffRange(reading: Reading, range: DiffRange): number {
  const hint = takeHint(reading, range.start);
  const { changes, next } = readDiffs(reading.lines, range, reading.work);
  for (const change of changes) reading.changes.push(change.path === null ? { ...change, path: hint } : change);
  return next;
}
