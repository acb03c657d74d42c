import type { Disposable } from '../../base/disposable.ts';

const SAVE_AFTER_MS = 5000;
const SAVE_AT_MOST_EVERY_MS = 30_000;
/** A large index takes long to save: so many times as long nothing is saved again. */
const PAUSE_FACTOR = 20;

/** Says when to save: a while after a change, and seldom enough that saving is no burden. */
export class SaveTimer implements Disposable {
  readonly #save: () => Promise<void>;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  /** `save` never throws. */
  constructor(save: () => Promise<void>) {
    this.#save = save;
  }

  /** Something has changed. */
  soon(): void {
    if (this.#timer !== undefined || this.#isDisposed) return;
    const waitMs = Math.max(SAVE_AFTER_MS, this.#notBeforeMs - performance.now());
    this.#timer = setTimeout(() => void this.#run(), waitMs);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    const startMs = performance.now();
    this.#notBeforeMs = startMs + SAVE_AT_MOST_EVERY_MS;
    this.#timer = undefined;
    await this.#save();
    const endMs = performance.now();
    this.#notBeforeMs = Math.max(this.#notBeforeMs, endMs + (endMs - startMs) * PAUSE_FACTOR);
  }
}
