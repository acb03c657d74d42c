import { t } from '../../base/texts.ts';
import type { Hunk, HunkLine, ProposedChange, ProposedContent } from '../proposedChange.ts';
import type { WorkBudget } from '../workBudget.ts';
import { pathInHeader } from '../../base/filePath.ts';

/** The rows of an answer that a diff may take up. */
export interface DiffRange {
  readonly start: number;
  readonly end: number;
  /** True inside a code block: what stands there belongs to the diff whatever it looks like. */
  readonly isFenced: boolean;
  /** True when the answer ends before the block does. */
  readonly isCutOff: boolean;
}

interface FileDiff {
  path: string | null;
  operation: 'change' | 'add' | 'delete';
  moveTo: string | null;
  readonly hunks: Hunk[];
  readonly row: number;
  problem: string | null;
}

const longestHeader = 500;
const hunkHeader = /^@@+(?:\s*-(\d{1,9})(?:,(\d{1,9}))?\s+\+(\d{1,9})(?:,(\d{1,9}))?\s*@@+)?(.*)$/;
const extendedHeader =
  /^(index |old mode |new mode |similarity index |dissimilarity index |copy from |copy to |Binary files |GIT binary patch)/;

/** True when a diff, of git or in the form `*** Update File:`, starts at the row. */
export function startsDiff(lines: readonly string[], row: number): boolean {
  const line = lines[row] ?? '';
  if (line.length > longestHeader) return false;
  if (/^(diff --git |\*\*\* (Begin Patch|(Update|Add|Delete) File: ))/.test(line)) return true;
  if (isFileHeader(lines, row)) return true;
  return /^@@(\s|$)/.test(line) && /^[ +\\-]|^$/.test(lines[row + 1] ?? 'x');
}

/** Reads the diffs of one or several files. `next` is the row after them. */
export function readDiffs(
  lines: readonly string[],
  range: DiffRange,
  work: WorkBudget,
): { readonly changes: readonly ProposedChange[]; readonly next: number } {
  const files: FileDiff[] = [];
  let row = range.start;
  const open = (path: string | null, operation: FileDiff['operation'] = 'change'): FileDiff => {
    const file: FileDiff = { path, operation, moveTo: null, hunks: [], row, problem: null };
    files.push(file);
    return file;
  };
  /** The file whose header is being read; headers without hunks between them are of one file. */
  const current = (): FileDiff => files.at(-1) ?? open(null);
  let headings: string[] = [];
  while (row < range.end) {
    const line = lines[row] ?? '';
    work.spend(1);
    const short = line.length > longestHeader ? '' : line;
    const envelope = /^\*\*\* (?:(Update|Add|Delete) File|(Move to)): (.+)$/.exec(short);
    const git = /^diff --git "?a\/(.+?)"? "?b\/(.+?)"?$/.exec(short);
    if (envelope !== null) {
      const path = pathInHeader(envelope[3] ?? '');
      if (envelope[2] !== undefined) current().moveTo = path;
      else open(path, ({ Add: 'add', Delete: 'delete' } as const)[envelope[1] ?? ''] ?? 'change');
      headings = [];
    } else if (/^\*\*\* (Begin|End) Patch|^\*\*\* End of File/.test(short)) {
      headings = [];
      if (short.startsWith('*** End Patch')) {
        row++;
        if (!range.isFenced) break;
        continue;
      }
    } else if (git !== null) {
      open(git[2] ?? null);
    } else if (isFileHeader(lines, row)) {
      const old = pathInHeader(short.slice(4));
      const newer = pathInHeader((lines[row + 1] ?? '').slice(4));
      const last = files.at(-1);
      if (last === undefined || last.hunks.length > 0 || last.path === null) open(null);
      const file = current();
      file.path = newer ?? old;
      if (old === null) file.operation = 'add';
      if (newer === null) file.operation = 'delete';
      row++;
    } else if (/^(new file mode|deleted file mode|rename from|rename to) /.test(short) && files.length > 0) {
      if (short.startsWith('new')) current().operation = 'add';
      if (short.startsWith('deleted')) current().operation = 'delete';
      if (short.startsWith('rename from')) current().path = short.slice(12).trim();
      if (short.startsWith('rename to')) current().moveTo = short.slice(10).trim();
    } else if (extendedHeader.test(short)) {
      if (/^(Binary files|GIT binary)/.test(short)) current().problem = t('It changes a binary file.');
    } else {
      const header = short.startsWith('@@') ? hunkHeader.exec(short) : null;
      const heading = header === null ? '' : headingOf(header);
      const startRow = header === null ? row : row + 1;
      const isBody =
        /^[ +\\-]/.test(lines[startRow] ?? '') || (range.isFenced && (header !== null || line.trim() !== ''));
      if (heading !== '') headings.push(heading);
      if (header !== null && (lines[startRow] ?? '').startsWith('@@')) {
        row = startRow;
        continue;
      }
      if (!isBody) {
        if (header === null && !range.isFenced) break;
        row = startRow + (header === null ? 1 : 0);
        continue;
      }
      const body = readHunk(lines, startRow, range, header, work);
      current().hunks.push({ ...body.hunk, headings, answerLine: row + 1 });
      if (body.isCutOff) current().problem = cutoff();
      headings = [];
      row = body.next;
      continue;
    }
    row++;
  }
  const last = files.at(-1);
  if (last !== undefined && range.isCutOff) last.problem = cutoff();
  return { changes: files.filter(saysSomething).map(toChange), next: Math.max(row, range.start + 1) };
}

const cutoff = (): string => t('The diff ends in the middle: the answer seems to be cut off.');

function isFileHeader(lines: readonly string[], row: number): boolean {
  return /^--- \S/.test((lines[row] ?? '').slice(0, 10)) && /^\+\+\+ \S/.test((lines[row + 1] ?? '').slice(0, 10));
}

/** What stands after the numbers, or instead of them: a line that is above the hunk. */
function headingOf(header: RegExpExecArray): string {
  const text = (header[5] ?? '').replace(/@@+\s*$/, '').trim();
  return /^[\s.…@,+\d-]*$/.test(text) ? '' : text;
}

function readHunk(
  lines: readonly string[],
  start: number,
  range: DiffRange,
  header: RegExpExecArray | null,
  work: WorkBudget,
): { readonly hunk: Omit<Hunk, 'headings' | 'answerLine'>; readonly next: number; readonly isCutOff: boolean } {
  const isNumbered = header?.[1] !== undefined;
  const oldCount = isNumbered ? Number(header[2] ?? 1) : Number.NaN;
  const newCount = isNumbered ? Number(header[4] ?? 1) : Number.NaN;
  const body: HunkLine[] = [];
  const ends = { old: true, new: true };
  let [old, newer, row] = [0, 0, start];
  for (; row < range.end; row++) {
    const line = lines[row] ?? '';
    work.spend(1);
    const isDone = old >= oldCount && newer >= newCount;
    if (/^@@(\s|$)/.test(line) || /^(diff --git |\*\*\* (Begin|End|Update|Add|Delete|Move))/.test(line)) break;
    if (isFileHeader(lines, row) && !(old < oldCount && newer < newCount)) break;
    const mark = line[0] ?? '';
    if (mark === '\\') {
      const last = body.at(-1);
      if (last?.kind !== 'add') ends.old = false;
      if (last?.kind !== 'remove') ends.new = false;
      continue;
    }
    if (!/^[ +-]$/.test(mark)) {
      if (!range.isFenced && (isDone || !mayGoOn(lines, row, old < oldCount))) break;
      body.push({ kind: 'keep', text: line });
    } else if (!range.isFenced && isDone && mark !== '+' && mark !== '-') break;
    else body.push({ kind: kinds[mark] ?? 'keep', text: line.slice(1) });
    if (mark !== '+') old++;
    if (mark !== '-') newer++;
  }
  // Empty lines before what comes next are the answer’s and not the file’s, unless they were counted.
  for (let tail = row; tail > start && lines[tail - 1] === '' && old !== oldCount; tail--) {
    body.pop();
    old--;
    newer--;
  }
  const isCounted = isNumbered && old === oldCount && newer === newCount;
  const finalLineEnd = ends.old === ends.new ? null : ends.new ? 'added' : 'removed';
  const isCutOff = !range.isFenced && row >= lines.length && old < oldCount && newer < newCount;
  const line = isNumbered ? Number(header[1]) : null;
  return { hunk: { form: 'diff', lines: body, line, isCounted, finalLineEnd }, next: row, isCutOff };
}

const kinds: Readonly<Record<string, HunkLine['kind']>> = { ' ': 'keep', '+': 'add', '-': 'remove' };

/** Outside a code block: whether a line without a mark can be an empty line of the diff. */
function mayGoOn(lines: readonly string[], row: number, isExpected: boolean): boolean {
  return lines[row] === '' && (isExpected || /^[ +-]/.test(lines[row + 1] ?? '')) && row + 1 < lines.length;
}

function saysSomething(file: FileDiff): boolean {
  return file.hunks.length > 0 || file.operation !== 'change' || file.moveTo !== null || file.problem !== null;
}

function toChange({ path, operation, moveTo, hunks, row, problem }: FileDiff): ProposedChange {
  const common = { path, answerLine: row + 1, problem };
  const content = ((): ProposedContent => {
    if (operation === 'delete') return { kind: 'deletion' };
    if (moveTo !== null && moveTo !== path) return { kind: 'move', to: moveTo, hunks };
    if (operation === 'add') {
      return { kind: 'new file', lines: hunks.flatMap(({ lines }) => lines.map(({ text }) => text)) };
    }
    return { kind: 'hunks', hunks };
  })();
  return { ...common, ...content };
}
