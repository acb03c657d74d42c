/** When a kept answer was last served, with its size beside it: those that were used longest ago make room. */
export const cacheUse: readonly string[] = [
  `ALTER TABLE response_cache ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0`,
  `CREATE INDEX response_cache_use ON response_cache (user_id, used_at, size)`,
];
