import { AnswerHead } from './answerHead.ts';
import { BlockEnd } from './blockEnd.ts';
import { indentUnit, withIndentUnit } from './indentation.ts';
import type { CursorText } from './promptWindow.ts';
import { repeatedLines } from './repetition.ts';

/** A line that is longer is data, and may have no end at all. */
const LONGEST_LINE = 2_000;

/**
 * Takes a model's answer piece by piece and says when enough of it has come: at the end of the line, statement or
 * block that the cursor is in, at text that already follows the cursor, at repetition, at the closing fence of an
 * answer in Markdown, at the line limit, at a line that does not end. The text has `\n` line ends and the file's indentation, whatever the model
 * sent.
 */
export class StreamFilter {
  readonly #end: BlockEnd;
  readonly #head: AnswerHead;
  readonly #unit: string | null;
  readonly #keepsLineEnds: boolean;
  readonly #maxLines: number;
  #lines: string[] = [];
  #partial = '';
  #isDone = false;

  constructor(text: CursorText, options: { readonly languageId: string; readonly maxLines: number }) {
    this.#end = new BlockEnd(text, options.languageId);
    this.#head = new AnswerHead(text, options.languageId);
    this.#unit = indentUnit(text);
    // Two spaces at the end of a line are a line break there.
    this.#keepsLineEnds = options.languageId === 'markdown';
    this.#maxLines = options.maxLines;
  }

  /** What has been taken so far: whole lines that belong, and the line that is still coming. */
  get text(): string {
    const coming = this.#isDone || !this.#isComing ? [] : [this.#isFirst ? this.#partial : this.#ofFile(this.#partial)];
    return [...this.#lines, ...coming].join('\n');
  }

  /** True when nothing further is wanted. */
  get isDone(): boolean {
    return this.#isDone;
  }

  push(piece: string): void {
    if (this.#isDone) return;
    const lines = (this.#partial + piece).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) {
      this.#takeLine(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (this.isDone) return;
    }
    if (this.#partial.length > LONGEST_LINE) this.#isDone = true;
  }

  /** The model has said all: judges what came last. Returns the text. */
  finish(): string {
    if (!this.#isDone) {
      this.#takeLine(this.#partial);
      this.#takeAll(this.#head.finish());
      this.#isDone = true;
    }
    return this.text;
  }

  get #isFirst(): boolean {
    return this.#lines.length === 0;
  }

  /** What comes may be taken for the suggestion's own. */
  get #isComing(): boolean {
    return this.#head.isSettled || this.#isFirst;
  }

  #takeLine(line: string): void {
    const { lines, over } = this.#head.take(line);
    this.#takeAll(lines);
    if (over) this.#isDone = true;
  }

  #takeAll(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.isDone) return;
      this.#take(this.#isFirst ? line : this.#ofFile(line));
    }
  }

  #take(line: string): void {
    this.#lines.push(line);
    // Where the block ends is more certain than that something is said twice.
    const excess = this.#end.judge(line) ?? repeatedLines(this.#lines);
    if (excess !== null) this.#lines.splice(this.#lines.length - excess, excess);
    this.#isDone = excess !== null || this.#lines.length >= this.#maxLines;
  }

  #ofFile(line: string): string {
    const indented = withIndentUnit(line, this.#unit);
    return this.#keepsLineEnds ? indented : indented.trimEnd();
  }
}
