import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Somebody who has pressed a key a moment ago is about to press the next. */
const TYPING_MS = 1500;
/** Of what is allowed otherwise, while somebody types. */
const TYPING_SHARE = 0.25;
/** What was left unused in one of these does not count in the next. */
const WINDOW_MS = 1000;
const LOOK_EVERY_MS = 25;

/** Keeps this process, with all its threads, to a share of the machine: who works long asks between two steps. */
export class CpuShare {
  readonly #cores = os.availableParallelism();
  #percent = 100;
  #typingUntilMs = Number.NEGATIVE_INFINITY;
  #isLimited = false;
  #sinceMs = 0;
  #usedBeforeMs = 0;

  /** Of all cores together, 1 to 100; at 100 there is no limit but while somebody types. */
  set percent(percent: number) {
    if (Number.isFinite(percent)) this.#percent = Math.min(100, Math.max(1, percent));
  }

  /** Somebody types just now. */
  userActive(): void {
    this.#typingUntilMs = performance.now() + TYPING_MS;
  }

  /** Resolves when the share allows more, or as soon as `isUrgent`. */
  async pace(isUrgent: () => boolean): Promise<void> {
    for (;;) {
      // Asking the system what was used is not for nothing.
      if (this.#allowedCores === Number.POSITIVE_INFINITY) {
        this.#isLimited = false;
        return;
      }
      if (!this.#isLimited) this.#begin();
      const elapsedMs = performance.now() - this.#sinceMs;
      const tooEarlyMs = (processorMs() - this.#usedBeforeMs) / this.#allowedCores - elapsedMs;
      if (tooEarlyMs <= 0) {
        if (elapsedMs > WINDOW_MS) this.#begin();
        return;
      }
      if (isUrgent()) return;
      await sleep(Math.min(tooEarlyMs, LOOK_EVERY_MS));
    }
  }

  get #allowedCores(): number {
    const isTyping = performance.now() < this.#typingUntilMs;
    if (!isTyping && this.#percent === 100) return Number.POSITIVE_INFINITY;
    return (this.#cores * this.#percent * (isTyping ? TYPING_SHARE : 1)) / 100;
  }

  #begin(): void {
    this.#isLimited = true;
    this.#sinceMs = performance.now();
    this.#usedBeforeMs = processorMs();
  }
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
