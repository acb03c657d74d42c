/** Lines as an array has them, for who wants some of many. */
export interface Lines {
  /** Lines `start` to `end`, counted from 0, the last one exclusive. */
  slice(start: number, end: number): readonly string[];
}

/** What lines are cut out of: a string, or what says the same of it. */
export interface SlicedText {
  readonly length: number;
  indexOf(lineEnd: '\n', from: number): number;
  slice(start: number, end: number): string;
}

/** The lines of a text, without a string for each of those that nobody asks for. */
export class TextLines implements Lines {
  readonly #text: SlicedText;
  /** Where those lines begin that were passed so far. */
  readonly #starts = [0];

  constructor(text: SlicedText) {
    this.#text = text;
  }

  slice(start: number, end: number): string[] {
    const from = this.#startOf(start);
    const to = end > start ? this.#startOf(end) : from;
    // What ends with a line's end has no further line.
    return from === to ? [] : this.#text.slice(from, to - 1).split('\n');
  }

  /** Of a line that is not there, where one after the last would begin. */
  #startOf(line: number): number {
    const starts = this.#starts;
    while (starts.length <= line) {
      const last = starts.at(-1) ?? 0;
      if (last > this.#text.length) return last;
      const end = this.#text.indexOf('\n', last);
      starts.push(end === -1 ? this.#text.length + 1 : end + 1);
    }
    return starts[line] ?? 0;
  }
}
