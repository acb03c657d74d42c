import type { Disposable } from '../../base/disposable.ts';

/** Without a change: who saves file after file does not wait for the index. */
const SAVE_AFTER_MS = 5000;
/** But that changes never end is no reason. */
const SAVE_AFTER_AT_MOST_MS = 60_000;
const SAVE_AT_MOST_EVERY_MS = 30_000;
/** A large index takes long to save: so many times as long nothing is saved again. */
const PAUSE_FACTOR = 20;

/** Says when to save: a while after a change, and seldom enough that saving is no burden. */
export class SaveTimer implements Disposable {
  readonly #save: () => Promise<void>;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  /** Since when something is not saved. */
  #changedAtMs: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  /** `save` never throws. */
  constructor(save: () => Promise<void>) {
    this.#save = save;
  }

  /** Something has changed. */
  soon(): void {
    if (this.#isDisposed) return;
    const nowMs = performance.now();
    this.#changedAtMs ??= nowMs;
    const quietAtMs = Math.min(nowMs + SAVE_AFTER_MS, this.#changedAtMs + SAVE_AFTER_AT_MOST_MS);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), Math.max(quietAtMs, this.#notBeforeMs, nowMs) - nowMs);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    const startMs = performance.now();
    this.#notBeforeMs = startMs + SAVE_AT_MOST_EVERY_MS;
    this.#changedAtMs = undefined;
    await this.#save();
    const endMs = performance.now();
    this.#notBeforeMs = Math.max(this.#notBeforeMs, endMs + (endMs - startMs) * PAUSE_FACTOR);
  }
}
