import type { CursorText } from './promptWindow.ts';

/** Columns of a tab where no file says otherwise. */
const TAB_COLUMNS = 4;
/** On either side of the cursor: a script in a string far away says nothing about the code here. */
const NEAR_LINES = 8;
/** Looked at where there are too few indented ones near the cursor. */
const MOST_LINES = 80;
/** How much oftener one manner must be than the other to be the file's. */
const CLEARLY = 4;
/** Fewer of them near the cursor than this tell nothing. */
const TELLING = 3;

/** Columns of white space before the text; a tab reaches to the next multiple of four. */
export function indentOf(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === '\t') columns += TAB_COLUMNS - (columns % TAB_COLUMNS);
    else if (character === ' ') columns++;
    else break;
  }
  return columns;
}

/** One step of indentation as the text around the cursor has it: a tab or some spaces; null where that is not clear. */
export function indentUnit({ prefix, suffix }: CursorText): string | null {
  const above = prefix.split('\n').slice(-MOST_LINES);
  const below = suffix.split('\n', MOST_LINES);
  const far = manner([...above, ...below]);
  const near = manner([...above.slice(-NEAR_LINES), ...below.slice(0, NEAR_LINES)]);
  const { tabs, spaced } = near.tabs + near.spaced < TELLING ? far : near;
  if (tabs > CLEARLY * spaced) return '\t';
  const step = near.step.count < TELLING ? far.step : near.step;
  return spaced <= CLEARLY * tabs || step.count === 0 ? null : ' '.repeat(step.width);
}

interface Manner {
  /** Lines that are indented with tabs, and with spaces. */
  readonly tabs: number;
  readonly spaced: number;
  /** By how many spaces a line is mostly deeper than the one above, and how often. */
  readonly step: { readonly width: number; readonly count: number };
}

function manner(lines: readonly string[]): Manner {
  let tabs = 0;
  let spaced = 0;
  let previous = 0;
  const steps = new Map<number, number>();
  for (const line of lines) {
    const [white = ''] = /^[ \t]*(?=\S)/.exec(line) ?? [];
    if (white === '' && line.trim() === '') continue;
    if (white.includes('\t')) tabs++;
    else if (white !== '' && !/^\s*\*/.test(line)) {
      spaced++;
      const step = white.length - previous;
      if (step > 1 && step <= 8) steps.set(step, (steps.get(step) ?? 0) + 1);
    }
    previous = white.length;
  }
  const [[width, count] = [0, 0]] = [...steps].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return { tabs, spaced, step: { width, count } };
}

/** A line whose indentation is written as the file has it; what aligns beyond a step stays. */
export function withIndentUnit(line: string, unit: string | null): string {
  const [white = ''] = /^[ \t]*/.exec(line) ?? [];
  if (unit === null || white === '') return line;
  const rest = line.slice(white.length);
  if (unit !== '\t') return white.replaceAll('\t', unit) + rest;
  // Behind a tab they align.
  if (white.startsWith('\t')) return line;
  return white.replaceAll(' '.repeat(TAB_COLUMNS), unit) + rest;
}
