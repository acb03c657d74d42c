import type { Disposable } from '../../base/disposable.ts';

const SAVE_AFTER_MS = 5000;
const SAVE_AT_MOST_EVERY_MS = 30_000;

/** Says when to save: a while after a change, and seldom enough that saving is no burden. */
export class SaveTimer implements Disposable {
  readonly #save: () => void;
  #savedAtMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  constructor(save: () => void) {
    this.#save = save;
  }

  /** Something has changed. */
  soon(): void {
    if (this.#timer !== undefined || this.#isDisposed) return;
    const waitMs = Math.max(SAVE_AFTER_MS, this.#savedAtMs + SAVE_AT_MOST_EVERY_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#savedAtMs = performance.now();
      this.#save();
    }, waitMs);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }
}
