import { TextLines } from '../textLines.ts';
import type { WorkBudget } from '../workBudget.ts';
import { indentationOf, lineKey } from './lineKey.ts';

/** A file that is searched: its lines with and without their white space, and where each line occurs. */
export class FileLines {
  readonly text: TextLines;
  /** Each line without white space. */
  readonly keys: readonly string[];
  readonly work: WorkBudget;
  /** The rows that are not blank. */
  readonly #fullRows: readonly number[];
  readonly #fullKeys: readonly string[];
  #rowsByLine: ReadonlyMap<string, readonly number[]> | undefined;
  #rowsByKey: ReadonlyMap<string, readonly number[]> | undefined;
  #unit: string | null | undefined;

  constructor(text: string, work: WorkBudget) {
    this.text = new TextLines(text);
    this.work = work;
    work.spend(this.text.count);
    this.keys = this.text.lines.map(lineKey);
    this.#fullRows = [...this.keys.keys()].filter((row) => this.keys[row] !== '');
    this.#fullKeys = this.#fullRows.map((row) => this.keys[row] ?? '');
  }

  get count(): number {
    return this.text.count;
  }

  line(row: number): string {
    return this.text.line(row);
  }

  key(row: number): string {
    return this.keys[row] ?? '';
  }

  /** The rows of a line without its white space. */
  rowsOfKey(key: string): readonly number[] {
    this.#rowsByKey ??= index(this.keys);
    return this.#rowsByKey.get(key) ?? [];
  }

  /** The rows where exactly these lines stand, one after another. */
  findExact(lines: readonly string[]): number[] {
    this.#rowsByLine ??= index(this.text.lines);
    return this.#findRuns(lines, this.text.lines, this.#rowsByLine);
  }

  /** The rows, one for each key, where these lines stand in order with nothing but blank lines between them. */
  findKeys(keys: readonly string[]): (readonly number[])[] {
    const full = keys.filter((key) => key !== '');
    const starts = this.#findRuns(full, this.#fullKeys, index(this.#fullKeys));
    return starts.map((start) => {
      const rows: number[] = [];
      let at = start;
      for (const key of keys) {
        if (key !== '') rows.push(this.#fullRows[at++] ?? -1);
        else {
          // A blank line of the pattern is the next one here, if there is one before the next text.
          const row = (rows.findLast((before) => before >= 0) ?? (this.#fullRows[at] ?? 0) - 2) + 1;
          rows.push(this.keys[row] === '' && row < (this.#fullRows[at] ?? this.count) ? row : -1);
        }
      }
      return rows;
    });
  }

  /** What the file indents one step with; null when it cannot be told. */
  get indentationUnit(): string | null {
    return (this.#unit ??= indentationUnit(this.text.lines));
  }

  #findRuns(
    wanted: readonly string[],
    lines: readonly string[],
    rows: ReadonlyMap<string, readonly number[]>,
  ): number[] {
    // From the line that occurs least there is least to try.
    let rarest = -1;
    let places: readonly number[] = [];
    for (const [at, line] of wanted.entries()) {
      const found = rows.get(line);
      if (found === undefined) return [];
      if (rarest < 0 || found.length < places.length) [rarest, places] = [at, found];
    }
    const starts: number[] = [];
    for (const place of places) {
      const start = place - rarest;
      let at = 0;
      while (at < wanted.length && lines[start + at] === wanted[at]) at++;
      this.work.spend(at + 1);
      if (at === wanted.length) starts.push(start);
    }
    return starts;
  }
}

function index(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const rows = new Map<string, number[]>();
  for (const [row, line] of lines.entries()) {
    const known = rows.get(line);
    if (known === undefined) rows.set(line, [row]);
    else known.push(row);
  }
  return rows;
}

/**
 * A tab, or the number of spaces by which lines are most often indented further than the line before. `start` is the
 * indentation of the line before the first.
 */
export function indentationUnit(lines: readonly string[], start = ''): string | null {
  const steps = new Map<string, number>();
  let before = start;
  for (const line of lines) {
    // The stars of a comment stand one space further right than any step.
    if (line.trim() === '' || /^\s*\*/.test(line)) continue;
    const indentation = indentationOf(line);
    if (indentation.length > before.length && indentation.startsWith(before)) {
      const step = indentation.slice(before.length);
      if (/^(\t| {2,8})$/.test(step)) steps.set(step, (steps.get(step) ?? 0) + 1);
    }
    before = indentation;
  }
  return [...steps].sort((left, right) => right[1] - left[1])[0]?.[0] ?? null;
}
