/**
 * What models were used for and what that came to. Not a part of the ledger: that has an entry for each attempt and none
 * for what a cache answers, and is kept for as long as the user says.
 */
export const modelUsage: readonly string[] = [
  `CREATE TABLE model_usage (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    event_time INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    workspace_uri TEXT,
    persona TEXT,
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    is_estimate INTEGER NOT NULL CHECK (is_estimate IN (0, 1)),
    cost_microusd INTEGER,
    is_billed INTEGER NOT NULL CHECK (is_billed IN (0, 1)),
    saved_microusd INTEGER NOT NULL,
    is_cached INTEGER NOT NULL CHECK (is_cached IN (0, 1)),
    first_token_ms INTEGER,
    duration_ms INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX model_usage_day ON model_usage (user_id, day, event_time)`,
];
