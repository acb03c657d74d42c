/** Before anything is known. */
const FIRST_WAIT_MS = 120;
const SHORTEST_WAIT_MS = 15;
const LONGEST_WAIT_MS = 350;
/** A longer pause between two keys is no part of the rhythm. */
const LONGEST_INTERVAL_MS = 800;
/** The weight of what is new. */
const INTERVAL_WEIGHT = 0.15;
const LATENCY_WEIGHT = 0.2;
/** Of the usual time between two keys: after so much of it the next one is late. */
const LATE = 1.1;

/**
 * How long to wait after a key before asking: until the next one is late by the rhythm of the typing. Less where the
 * model answers before the next key comes anyway, and more where an answer takes long and so one in vain costs much.
 */
export class TypingPace {
  #lastKeyMs: number | null = null;
  #intervalMs: number | null = null;
  #latencyMs: number | null = null;

  /** A key was typed. */
  typed(nowMs: number): void {
    const intervalMs = this.#lastKeyMs === null ? Infinity : nowMs - this.#lastKeyMs;
    this.#lastKeyMs = nowMs;
    if (intervalMs <= 0 || intervalMs > LONGEST_INTERVAL_MS) return;
    this.#intervalMs = mixed(this.#intervalMs, intervalMs, INTERVAL_WEIGHT);
  }

  /** The first text of an answer came after so long. */
  answered(latencyMs: number): void {
    this.#latencyMs = mixed(this.#latencyMs, latencyMs, LATENCY_WEIGHT);
  }

  /** For the key that was typed last. */
  get waitMs(): number {
    if (this.#intervalMs === null || this.#latencyMs === null) return FIRST_WAIT_MS;
    const late = LATE * this.#intervalMs * Math.min(1, this.#latencyMs / this.#intervalMs);
    return Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, late + 0.03 * this.#latencyMs));
  }
}

function mixed(known: number | null, fresh: number, weight: number): number {
  return known === null ? fresh : known + weight * (fresh - known);
}
