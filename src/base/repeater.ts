import type { Disposable } from './disposable.ts';

/** Does something whenever it is asked to: at once, but only so long after it was done last, and never twice at a time. */
export class Repeater implements Disposable {
  readonly #pauseMs: number;
  readonly #work: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isBusy = false;
  #isWanted = false;
  #isDisposed = false;

  /** What `work` throws is for itself to tell. */
  constructor(pauseMs: number, work: () => Promise<void>) {
    this.#pauseMs = pauseMs;
    this.#work = work;
  }

  /** Asks for it; several times before its turn are one. */
  soon(): void {
    this.#isWanted = true;
    if (!this.#isBusy && !this.#isDisposed) void this.#run();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    this.#isWanted = false;
    await this.#work().catch(() => undefined);
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => {
      this.#isBusy = false;
      if (this.#isWanted) void this.#run();
    }, this.#pauseMs);
  }
}
