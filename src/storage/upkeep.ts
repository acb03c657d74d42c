/** A timer fires late rather than early, and clocks differ a little. */
const SLACK_MS = 250;
const RETRY_MS = 60_000;

/**
 * Does what falls due by time, once at the beginning and then whenever it is due. What fails is tried
 * again a minute later: nobody waits for it.
 */
export class Upkeep {
  readonly #work: () => Promise<number | null>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueAtMs = 0;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** `work` gives the milliseconds until it is due again; null when nothing waits. */
  constructor(work: () => Promise<number | null>) {
    this.#work = work;
  }

  /** Looks again after so long, or earlier where that was arranged before. */
  lookIn(delayMs: number): void {
    const dueAtMs = performance.now() + delayMs;
    if (this.#isClosed || (this.#timer !== undefined && this.#dueAtMs <= dueAtMs)) return;
    clearTimeout(this.#timer);
    this.#dueAtMs = dueAtMs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#look();
    }, delayMs);
  }

  /** Resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    try {
      const dueInMs = await this.#work();
      if (dueInMs !== null) this.lookIn(Math.max(0, dueInMs) + SLACK_MS);
    } catch {
      // A full disk, for example, which may have room again by then.
      this.lookIn(RETRY_MS);
    }
  }
}
