/** An answer that can be served again. */
export interface KeptAnswer {
  readonly text: string;
  readonly reasoning: string;
  /** Tokens that it has cost when it was written; null where its provider did not say. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** When it was written, milliseconds since the epoch. */
  readonly savedAt: number;
}

/** What the store answers about answers that can be served again. `key` is the SHA-256 of the request, hex. */
export interface ResponseCacheRequests {
  /** The answer, counted as served; null where there is none, or its time is up. */
  'responseCache.find'(params: { key: string }): KeptAnswer | null;
  /**
   * Keeps an answer for so long, in the place of the one that was kept for the same request. Those that were used
   * longest ago make room for it; one that is larger than `limitBytes` by itself is not kept.
   */
  'responseCache.keep'(params: { key: string; answer: KeptAnswer; lifetimeMs: number; limitBytes: number }): void;
}
