import { Emitter } from '../base/emitter.ts';

/** A wish for the focus in the chat's input, and for text in it, kept until a view that is drawn can grant it. */
export class InputFocus {
  readonly #wished = new Emitter<null>();
  #wish: { readonly text: string | null } | null = null;

  readonly onDidWish = this.#wished.event;

  wish(text: string | null = null): void {
    this.#wish = { text };
    this.#wished.fire(null);
  }

  /** Each wish once; null where there is none. */
  take(): { readonly text: string | null } | null {
    const wish = this.#wish;
    this.#wish = null;
    return wish;
  }
}
