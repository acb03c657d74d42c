import type { TextEdit } from './textEdit.ts';

/** Rows `startRow` to before `endRow` become these lines; an insertion has equal rows. */
export interface RowsEdit {
  readonly startRow: number;
  readonly endRow: number;
  /** Without ends of lines. */
  readonly newLines: readonly string[];
  /** What an edit that reaches the end of the file makes of its final line end; as the file has it by default. */
  readonly finalLineEnd?: 'added' | 'removed';
}

/** A text by its lines, each with the line end that it has. `a\nb\n` has two lines, the empty text none. */
export class TextLines {
  readonly text: string;
  readonly lines: readonly string[];
  readonly #ends: readonly string[];
  readonly #starts: readonly number[];
  /** The line end that most lines have; `\n` where there is none. */
  readonly usualEnd: string;

  constructor(text: string) {
    this.text = text;
    const lines: string[] = [];
    const ends: string[] = [];
    const starts: number[] = [];
    const counts = new Map<string, number>();
    let start = 0;
    for (const { 0: end, index } of text.matchAll(/\r\n|\n|\r/g)) {
      lines.push(text.slice(start, index));
      ends.push(end);
      starts.push(start);
      counts.set(end, (counts.get(end) ?? 0) + 1);
      start = index + end.length;
    }
    if (start < text.length) {
      lines.push(text.slice(start));
      ends.push('');
      starts.push(start);
    }
    starts.push(text.length);
    this.lines = lines;
    this.#ends = ends;
    this.#starts = starts;
    this.usualEnd = [...counts].sort((left, right) => right[1] - left[1])[0]?.[0] ?? '\n';
  }

  get count(): number {
    return this.lines.length;
  }

  line(row: number): string {
    return this.lines[row] ?? '';
  }

  /** Where a row starts; the length of the text for the row after the last. */
  startOf(row: number): number {
    return this.#starts[Math.min(row, this.count)] ?? this.text.length;
  }

  /** The edit as offsets. New lines end as the lines that they replace, else as the line before them. */
  toTextEdit({ startRow, endRow, newLines, finalLineEnd }: RowsEdit): TextEdit {
    const isAtEnd = endRow >= this.count;
    const lines = newLines.map((line, at) => line + this.#endFor(startRow, endRow, at));
    const last = lines.length - 1;
    const hadEnd = this.count === 0 || this.#ends[this.count - 1] !== '';
    const keepsEnd = finalLineEnd === undefined ? hadEnd : finalLineEnd === 'added';
    if (isAtEnd && !keepsEnd && last >= 0) lines[last] = newLines[last] ?? '';
    let start = this.startOf(startRow);
    let newText = lines.join('');
    if (isAtEnd && startRow > 0) {
      const before = this.#ends[startRow - 1] ?? '';
      if (before === '' && last >= 0) newText = this.usualEnd + newText;
      // Without its last lines the file ends as it did before.
      if (!keepsEnd && last < 0) start -= before.length;
    }
    return { start, end: this.startOf(endRow), newText };
  }

  #endFor(startRow: number, endRow: number, at: number): string {
    const replaced = startRow + at < endRow ? this.#ends[startRow + at] : undefined;
    const before = this.#ends[startRow - 1];
    return [replaced, before].find((end) => end !== undefined && end !== '') ?? this.usualEnd;
  }
}
