import { BlockEnd } from './blockEnd.ts';
import type { CursorText } from './promptWindow.ts';

const FENCE = /^\s*(```|~~~)/;

/**
 * Takes a model's answer piece by piece and says when enough of it has come: at the end of the line
 * or block that the cursor is in, at text that already follows the cursor, at the closing fence of
 * an answer in Markdown, at the line limit. The text has `\n` line ends whatever the model sent.
 */
export class StreamFilter {
  readonly #end: BlockEnd;
  readonly #dropsFences: boolean;
  readonly #maxLines: number;
  #lines: string[] = [];
  #partial = '';
  #fenced = false;
  #isDone = false;

  constructor(text: CursorText, options: { readonly languageId: string; readonly maxLines: number }) {
    this.#end = new BlockEnd(text);
    this.#dropsFences = options.languageId !== 'markdown';
    this.#maxLines = options.maxLines;
  }

  /** What has been taken so far: whole lines that belong, and the line that is still coming. */
  get text(): string {
    return [...this.#lines, ...(this.#isDone ? [] : [this.#partial])].join('\n');
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
      this.#take(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (this.isDone) return;
    }
  }

  /** The model has said all: judges what came last. Returns the text. */
  finish(): string {
    if (!this.#isDone) {
      this.#take(this.#partial);
      this.#isDone = true;
    }
    return this.text;
  }

  #take(line: string): void {
    if (this.#dropsFences && FENCE.test(line)) {
      if (this.#fenced) this.#isDone = true;
      else if (this.#lines.every((before) => before.trim() === '')) this.#openFence();
      else this.#isDone = true;
      return;
    }
    const verdict = this.#end.judge(line);
    if (verdict !== 'stop-before') this.#lines.push(line);
    this.#isDone = verdict !== 'go-on' || this.#lines.length >= this.#maxLines;
  }

  #openFence(): void {
    this.#fenced = true;
    this.#lines = [];
  }
}
