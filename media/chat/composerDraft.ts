import { type ReadonlySignal, batch, signal } from '@preact/signals-core';
import { figure, t } from '../../src/base/texts.ts';
import { questionLimit } from '../../src/protocol/chatView.ts';
import type { SavedView } from './savedView.ts';

/** Characters. */
const LONG_PASTE = 4_000;
/** The first letter decides. */
const rightToLeft = /^\P{L}*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/**
 * The text in the input. The element holds it: nothing is drawn again for a key, only when the text
 * becomes sendable or no longer is.
 */
export class ComposerDraft {
  readonly #saved: SavedView;
  readonly #isEmpty = signal(true);
  readonly #problem = signal<string | null>(null);
  #input: HTMLTextAreaElement | null = null;

  constructor(saved: SavedView) {
    this.#saved = saved;
    this.#judge(saved.draft);
  }

  /** True while there is nothing to send. */
  get isEmpty(): ReadonlySignal<boolean> {
    return this.#isEmpty;
  }

  /** A sentence when the text cannot be sent as it is. */
  get problem(): ReadonlySignal<string | null> {
    return this.#problem;
  }

  get text(): string {
    return this.#input?.value ?? this.#saved.draft;
  }

  set text(text: string) {
    if (this.#input !== null) this.#input.value = text;
    this.#saved.change({ draft: text, selection: [text.length, text.length] });
    this.#judge(text);
  }

  /** Where the caret stands, or what is selected ends. */
  get caret(): number {
    return this.#input?.selectionEnd ?? this.#saved.selection[1];
  }

  /** Puts a text in place of another and the caret behind it. */
  replace(from: number, to: number, text: string): void {
    if (this.#input === null) return;
    this.#input.focus();
    this.#input.setRangeText(text, from, to, 'end');
    this.changed();
  }

  attach(input: HTMLTextAreaElement | null): void {
    this.#input = input;
    if (input === null) return;
    input.value = this.#saved.draft;
    this.#judge(input.value);
    input.setSelectionRange(...this.#saved.selection);
  }

  /** To be called when the user has edited the text. */
  changed(): void {
    const { text } = this;
    this.#saved.change({ draft: text });
    this.selected();
    this.#judge(text);
  }

  /** To be called when the user has moved the caret. */
  selected(): void {
    if (this.#input === null) return;
    this.#saved.change({ selection: [this.#input.selectionStart, this.#input.selectionEnd] });
  }

  /**
   * Takes a long paste over from the browser, whose own way takes seconds for a thousand lines; such a
   * one cannot be undone with the keyboard. True when it did.
   */
  takePaste({ inputType, data }: InputEvent): boolean {
    if (this.#input === null || inputType !== 'insertFromPaste' || data === null || data.length < LONG_PASTE)
      return false;
    const { selectionStart, selectionEnd } = this.#input;
    this.#input.setRangeText(data, selectionStart, selectionEnd, 'end');
    if (this.#input.selectionEnd === this.#input.value.length) this.#input.scrollTop = this.#input.scrollHeight;
    this.changed();
    return true;
  }

  /** Adds text after what is there, in a paragraph of its own. */
  add(text: string): void {
    const before = this.text.trimEnd();
    this.text = before === '' ? text : `${before}\n\n${text}`;
  }

  focus(): void {
    this.#input?.focus();
  }

  #judge(text: string): void {
    // The browser's own `dir="auto"` takes seconds for a long text.
    if (this.#input !== null) this.#input.dir = rightToLeft.test(text.slice(0, 500)) ? 'rtl' : 'ltr';
    batch(() => {
      this.#isEmpty.value = !/\S/.test(text);
      this.#problem.value = text.length <= questionLimit ? null : tooLong(text.length);
    });
  }
}

function tooLong(length: number): string {
  return t(
    'This question has {0} characters; at most {1} can be sent. Shorten it, or ask about a file.',
    figure(length),
    figure(questionLimit),
  );
}
