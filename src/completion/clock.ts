/** Time as the engine sees it, so that a test or a replay can run it at its own pace. */
export interface Clock {
  /** Milliseconds, from any origin, never going back. */
  nowMs(): number;
  /** Runs `callback` once after `delayMs`; what it returns calls that off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The machine's own time. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
