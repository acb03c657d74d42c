import type { HunkLine } from '../proposedChange.ts';
import { type Alignment, type AlignmentCosts, type PatternLine, align } from './alignment.ts';
import type { FileLines } from './fileLines.ts';
import { lineKey, lineWeight } from './lineKey.ts';
import type { Place, Search } from './locateHunk.ts';
import type { HunkForm } from './repairs.ts';
import { similarity } from './similarity.ts';

/** A line that occurs more often in the file than this does not tell where to look. */
const MOST_OCCURRENCES = 24;
const SHORTEST_HINT = 0.35;
/** Below this two lines are not the same line with something changed in it. */
const ALIKE = 0.6;

/** What of the hunk has to be found, in weight of its lines, and by how much the next place has to be worse. */
const LEAST_COVERAGE = 0.5;
const LEAST_MARGIN = 0.15;
/** Weight of lines that are there but for their white space. */
const LEAST_EQUAL = 1;

/**
 * Looks for a hunk whose lines are not all there: lines that stay may be misremembered, left out or made
 * up. Lines that go have to be there, the place has to be clearly better than any other.
 */
export function locateAlike(forms: readonly HunkForm[], file: FileLines): Search {
  const attempts = forms.flatMap((form) => attemptsFor(form, file));
  attempts.sort((left, right) => right.equal - left.equal || right.alignment.score - left.alignment.score);
  const [best] = attempts;
  if (best === undefined || !Number.isFinite(best.alignment.score)) return { kind: 'nowhere', nearest: null };
  const { form, alignment, total, equal } = best;
  const { lines, damage } = form;
  const others = attempts.filter((other) => other.form === form && other !== best);
  const elsewhere = Math.max(0, bestElsewhere(lines, alignment), ...others.map((other) => other.alignment.score));
  const coverage = alignment.score / total;
  const margin = (alignment.score - elsewhere) / total;
  if (coverage < LEAST_COVERAGE || equal < LEAST_EQUAL)
    return { kind: 'nowhere', nearest: nearestRow(alignment, file) };
  const certainty = Math.min(coverage, margin);
  const place: Place = { by: 'similar text', certainty, lines, damage, rows: alignment.rows };
  return margin < LEAST_MARGIN ? { kind: 'several', places: [place] } : { kind: 'found', place };
}

interface Attempt {
  readonly form: HunkForm;
  readonly alignment: Alignment;
  readonly total: number;
  /** Weight of the lines that are there but for white space. */
  readonly equal: number;
}

/** The best alignment in each range of rows that the lines of one reading of the hunk point to. */
function attemptsFor(form: HunkForm, file: FileLines): Attempt[] {
  const pattern = form.lines
    .filter(({ kind }) => kind !== 'add')
    .map(({ kind, text }): PatternLine => {
      const key = lineKey(text);
      return { key, weight: lineWeight(key), isNeeded: kind === 'remove' && key !== '', gapWidth: null };
    });
  const total = pattern.reduce((sum, { weight }) => sum + weight, 0);
  const costs: AlignmentCosts = {
    alike(left, right) {
      const share = similarity(left, right);
      file.work.spend(left.length + right.length);
      return share < ALIKE ? 0 : share * share;
    },
    mayMeet: (line, row) => pattern[line]?.isNeeded !== true || pattern[line].key === file.key(row),
    skippedLine: 0.4,
    skippedRow: 0.15,
    skippedBlankRow: 0.02,
  };
  return windows(pattern, file).map(([start, end]) => {
    const alignment = align(pattern, file, start, end, costs);
    const isEqual = (key: string, at: number): boolean => key === file.key(alignment.rows[at] ?? -1);
    const equal = pattern.reduce((sum, { key, weight }, at) => sum + (isEqual(key, at) ? weight : 0), 0);
    return { form, alignment, total, equal };
  });
}

function nearestRow(best: Alignment, file: FileLines): number | null {
  return best.rows.find((row) => row >= 0 && file.key(row).length > 3) ?? null;
}

/**
 * The best score with one of the changes somewhere else: with all its lines that go, or with both lines
 * around it, at other rows.
 */
function bestElsewhere(lines: readonly HunkLine[], best: Alignment): number {
  const changes: number[][] = [];
  let line = 0;
  let open = false;
  for (const { kind, text } of lines) {
    if (kind === 'keep') {
      if (open) changes.at(-1)?.push(line);
      open = false;
    } else {
      if (!open) changes.push(line > 0 ? [line - 1] : []);
      open = true;
      if (kind === 'remove' && lineKey(text) !== '') changes.at(-1)?.push(line);
    }
    if (kind !== 'add') line++;
  }
  const others = changes.map((anchors) =>
    Math.min(...anchors.filter((anchor) => (best.rows[anchor] ?? -1) >= 0).map((anchor) => best.elsewhere(anchor))),
  );
  return Math.max(...others.map((score) => (score === Infinity ? best.score : score)));
}

/** The ranges of rows in which lines of the pattern stand that are rare enough to tell. */
function windows(pattern: readonly PatternLine[], file: FileLines): (readonly [number, number])[] {
  const slack = Math.ceil(pattern.length / 2) + 8;
  const spans: [number, number][] = [];
  for (const [line, { key, weight }] of pattern.entries()) {
    if (weight < SHORTEST_HINT) continue;
    const rows = file.rowsOfKey(key);
    if (rows.length > MOST_OCCURRENCES) continue;
    for (const row of rows) {
      spans.push([Math.max(0, row - line - slack), Math.min(file.count, row - line + pattern.length + slack)]);
    }
  }
  spans.sort((left, right) => left[0] - right[0]);
  const merged: [number, number][] = [];
  for (const [start, end] of spans) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
