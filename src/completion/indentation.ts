import type { CursorText } from './promptWindow.ts';

/** Columns of a tab where no file says otherwise. */
const TAB_COLUMNS = 4;
/** On either side of the cursor: a script in a string far away says nothing about the code here. */
const MOST_LINES = 80;
/** How much oftener one manner must be than the other to be the file's. */
const CLEARLY = 4;

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
  const lines = [...prefix.split('\n').slice(-MOST_LINES), ...suffix.split('\n', MOST_LINES)];
  let tabs = 0;
  const steps = new Map<number, number>();
  let previous = 0;
  for (const line of lines) {
    const [white = ''] = /^[ \t]*(?=\S)/.exec(line) ?? [];
    if (white === '' && line.trim() === '') continue;
    if (white.includes('\t')) tabs++;
    else if (white.length > previous && !/^\s*\*/.test(line)) {
      steps.set(white.length - previous, (steps.get(white.length - previous) ?? 0) + 1);
    }
    previous = white.length;
  }
  const [step] =
    [...steps].filter(([width]) => width > 1 && width <= 8).sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [];
  const spaced = [...steps.values()].reduce((sum, count) => sum + count, 0);
  if (tabs > CLEARLY * spaced) return '\t';
  return step === undefined || spaced <= CLEARLY * tabs ? null : ' '.repeat(step);
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
