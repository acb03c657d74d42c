import { Emitter } from '../base/emitter.ts';

/** A wish for the focus in the chat's input, kept until a view that is drawn can grant it. */
export class InputFocus {
  readonly #wished = new Emitter<null>();
  #isWanted = false;

  readonly onDidWish = this.#wished.event;

  wish(): void {
    this.#isWanted = true;
    this.#wished.fire(null);
  }

  /** True once for each wish. */
  take(): boolean {
    const isWanted = this.#isWanted;
    this.#isWanted = false;
    return isWanted;
  }
}
