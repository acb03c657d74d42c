import { sql } from 'kysely';
import type { Migration } from './engine/engine.ts';

/*
 * A published migration never changes; what is new is appended. Rules of the tables: STRICT, so that
 * a wrong type is refused; every foreign key has an index; none is checked at COMMIT, when the log
 * has the transaction already; long text stands last, so that short columns are read without it.
 */

const first = [
  `CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    username TEXT NOT NULL UNIQUE,
    display_name TEXT,
    email TEXT,
    password_hash TEXT,
    role TEXT,
    status TEXT,
    active_conversation_id TEXT REFERENCES conversations (id) ON DELETE SET NULL,
    preferred_model TEXT CHECK (json_valid(preferred_model)),
    preferences TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(preferences)),
    telemetry_opt_in INTEGER NOT NULL DEFAULT 0 CHECK (telemetry_opt_in IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_active_at INTEGER
  ) STRICT`,
  `CREATE INDEX users_active_conversation ON users (active_conversation_id)`,

  `CREATE TABLE providers (
    provider_name TEXT PRIMARY KEY NOT NULL,
    display_name TEXT NOT NULL,
    base_url TEXT,
    protocol TEXT NOT NULL,
    model_list TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(model_list)),
    local_model INTEGER NOT NULL DEFAULT 0 CHECK (local_model IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT`,

  `CREATE TABLE provider_configs (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider_name TEXT NOT NULL REFERENCES providers (provider_name) ON DELETE CASCADE,
    endpoint TEXT,
    model TEXT,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(config)),
    key_ref TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, provider_name)
  ) STRICT`,
  `CREATE INDEX provider_configs_provider ON provider_configs (provider_name)`,

  `CREATE TABLE settings (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value)),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
  ) STRICT`,

  `CREATE TABLE assistants (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    description TEXT,
    avatar TEXT,
    model TEXT CHECK (json_valid(model)),
    system_prompt TEXT,
    temperature REAL,
    max_tokens INTEGER,
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'coming_soon', 'discontinued')),
    suggested_messages TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(suggested_messages)),
    tools TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tools)),
    is_public INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)),
    single_conversation INTEGER NOT NULL DEFAULT 0 CHECK (single_conversation IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
  ) STRICT`,
  `CREATE INDEX assistants_user ON assistants (user_id)`,

  `CREATE TABLE folders (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    parent_id TEXT REFERENCES folders (id) ON DELETE CASCADE,
    sort_order INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
  ) STRICT`,
  `CREATE INDEX folders_user ON folders (user_id)`,
  `CREATE INDEX folders_parent ON folders (parent_id)`,

  `CREATE TABLE conversations (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    assistant_id TEXT REFERENCES assistants (id) ON DELETE SET NULL,
    folder_id TEXT REFERENCES folders (id) ON DELETE SET NULL,
    agent TEXT NOT NULL DEFAULT 'native',
    mode TEXT NOT NULL DEFAULT 'ask',
    title TEXT NOT NULL,
    model TEXT CHECK (json_valid(model)),
    workspace_uri TEXT,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'finished')),
    is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
    is_archived INTEGER NOT NULL DEFAULT 0 CHECK (is_archived IN (0, 1)),
    active_message_id TEXT REFERENCES messages (id) ON DELETE SET NULL DEFERRABLE INITIALLY IMMEDIATE,
    run_owner TEXT,
    run_lease_until INTEGER,
    message_count INTEGER NOT NULL DEFAULT 0,
    last_message_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra)),
    system_prompt TEXT
  ) STRICT`,
  `CREATE INDEX conversations_recent ON conversations (user_id, deleted_at, last_message_at)`,
  `CREATE INDEX conversations_assistant ON conversations (assistant_id)`,
  `CREATE INDEX conversations_folder ON conversations (folder_id)`,
  `CREATE INDEX conversations_active_message ON conversations (active_message_id)`,

  `CREATE TABLE messages (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent_id TEXT REFERENCES messages (id),
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'system', 'tool')),
    type TEXT NOT NULL DEFAULT 'text',
    model TEXT CHECK (json_valid(model)),
    input_tokens INTEGER,
    output_tokens INTEGER,
    cost_microusd INTEGER,
    status TEXT NOT NULL CHECK (status IN ('complete', 'running', 'stopped', 'failed', 'interrupted')),
    client_message_id TEXT,
    created_at INTEGER NOT NULL,
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    content TEXT NOT NULL DEFAULT '',
    reasoning TEXT NOT NULL DEFAULT '',
    parts TEXT CHECK (json_valid(parts)),
    context_snapshot TEXT CHECK (json_valid(context_snapshot)),
    UNIQUE (conversation_id, client_message_id)
  ) STRICT`,
  `CREATE INDEX messages_user ON messages (user_id, created_at)`,
  `CREATE INDEX messages_parent ON messages (parent_id)`,
  `CREATE INDEX messages_running ON messages (conversation_id) WHERE status = 'running'`,
];

/** From an empty file to the schema of `schema.ts`. */
export const storeMigrations: readonly Migration[] = [
  {
    name: 'users, providers, settings, conversations and messages',
    async up(database) {
      for (const statement of first) await sql.raw(statement).execute(database);
    },
  },
];
