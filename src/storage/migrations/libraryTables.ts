/** The rest of the data model, and what the library of conversations needs. */
export const libraryTables: readonly string[] = [
  // Whoever has named a chat is not overruled by a title made by a machine.
  `ALTER TABLE conversations ADD COLUMN title_source TEXT NOT NULL DEFAULT 'question'
    CHECK (title_source IN ('question', 'model', 'person'))`,
  `CREATE INDEX conversations_shelf ON conversations (user_id, deleted_at, is_archived, last_message_at)`,
  `CREATE INDEX conversations_in_folder ON conversations (user_id, deleted_at, is_archived, folder_id, last_message_at)`,
  `CREATE INDEX conversations_pinned ON conversations (user_id, deleted_at, is_archived, is_pinned, last_message_at)`,
  `CREATE INDEX conversations_workspace
    ON conversations (user_id, deleted_at, is_archived, workspace_uri, last_message_at)`,
  // Few rows each: who has died while answering, what can no longer be taken back.
  `CREATE INDEX conversations_running ON conversations (user_id) WHERE status = 'running'`,
  `CREATE INDEX conversations_deleted ON conversations (user_id) WHERE deleted_at IS NOT NULL`,
  `CREATE INDEX folders_order ON folders (user_id, parent_id, sort_order)`,

  // The feed of the history search: every final message has a revision, and so has what was removed.
  `CREATE TABLE counters (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (user_id, name)
  ) STRICT`,
  `CREATE TABLE removed_messages (
    message_id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX removed_messages_revision ON removed_messages (user_id, revision)`,
  `ALTER TABLE messages ADD COLUMN revision INTEGER`,
  `UPDATE messages SET revision = rowid WHERE status <> 'running'`,
  `CREATE INDEX messages_revision ON messages (user_id, revision)`,
  `INSERT INTO counters (user_id, name, value)
    SELECT user_id, 'revision', max(rowid) FROM messages GROUP BY user_id`,

  `CREATE TABLE files (
    sha256 TEXT PRIMARY KEY NOT NULL,
    size INTEGER NOT NULL,
    mime_type TEXT NOT NULL,
    storage_type TEXT NOT NULL DEFAULT 'local' CHECK (storage_type IN ('local', 's3')),
    location TEXT,
    created_at INTEGER NOT NULL
  ) STRICT`,
  // A message's own long text, which is no attachment that anybody sees, has the role "content".
  `CREATE TABLE attachments (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL REFERENCES files (sha256),
    role TEXT NOT NULL DEFAULT 'attachment' CHECK (role IN ('attachment', 'content')),
    name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    url TEXT,
    created_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX attachments_user ON attachments (user_id)`,
  `CREATE INDEX attachments_message ON attachments (message_id)`,
  `CREATE INDEX attachments_file ON attachments (sha256)`,

  `CREATE TABLE egress_log (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    address TEXT NOT NULL,
    model TEXT,
    bytes_out INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cost_microusd INTEGER,
    files TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(files)),
    event_time INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX egress_log_time ON egress_log (user_id, event_time)`,

  `CREATE TABLE usage_events (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    event_type TEXT NOT NULL,
    payload TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(payload)),
    event_time INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX usage_events_time ON usage_events (user_id, event_time)`,

  `CREATE TABLE response_cache (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    cache_key TEXT NOT NULL,
    response_data TEXT NOT NULL,
    size INTEGER NOT NULL,
    hits INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, cache_key)
  ) STRICT`,
  `CREATE INDEX response_cache_expiry ON response_cache (user_id, expires_at)`,

  `CREATE TABLE audit_log (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail)),
    event_time INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX audit_log_time ON audit_log (user_id, event_time)`,
  `CREATE TRIGGER audit_log_append_only BEFORE UPDATE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is append only'); END`,

  `CREATE TABLE knowledge_bases (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    embedding_model TEXT NOT NULL,
    chunk_size INTEGER NOT NULL DEFAULT 1000,
    chunk_overlap INTEGER NOT NULL DEFAULT 200,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
  ) STRICT`,
  `CREATE INDEX knowledge_bases_user ON knowledge_bases (user_id)`,
  `CREATE TABLE assistant_knowledge_bases (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    assistant_id TEXT NOT NULL REFERENCES assistants (id) ON DELETE CASCADE,
    knowledge_base_id TEXT NOT NULL REFERENCES knowledge_bases (id) ON DELETE CASCADE,
    PRIMARY KEY (assistant_id, knowledge_base_id)
  ) STRICT`,
  `CREATE INDEX assistant_knowledge_bases_user ON assistant_knowledge_bases (user_id)`,
  `CREATE INDEX assistant_knowledge_bases_base ON assistant_knowledge_bases (knowledge_base_id)`,
  `CREATE TABLE documents (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    knowledge_base_id TEXT NOT NULL REFERENCES knowledge_bases (id) ON DELETE CASCADE,
    filename TEXT NOT NULL,
    file_path TEXT,
    file_size INTEGER NOT NULL,
    file_type TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
    error_message TEXT,
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    content TEXT
  ) STRICT`,
  `CREATE INDEX documents_user ON documents (user_id)`,
  `CREATE INDEX documents_base ON documents (knowledge_base_id)`,
  `CREATE TABLE document_chunks (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    chunk_index INTEGER NOT NULL,
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at INTEGER NOT NULL,
    content TEXT NOT NULL,
    embedding BLOB
  ) STRICT`,
  `CREATE INDEX document_chunks_user ON document_chunks (user_id)`,
  `CREATE INDEX document_chunks_document ON document_chunks (document_id, chunk_index)`,

  `CREATE TABLE agent_memories (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    assistant_id TEXT NOT NULL REFERENCES assistants (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    content TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (assistant_id, label)
  ) STRICT`,
  `CREATE INDEX agent_memories_user ON agent_memories (user_id)`,
  `CREATE TABLE installed_plugins (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    is_enabled INTEGER NOT NULL DEFAULT 1 CHECK (is_enabled IN (0, 1)),
    config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(config)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    UNIQUE (user_id, plugin_id)
  ) STRICT`,
];
