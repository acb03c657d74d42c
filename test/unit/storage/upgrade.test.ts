import assert from 'node:assert/strict';
import { type Kysely, sql } from 'kysely';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import { storeMigrations } from '../../../src/storage/migrations/storeMigrations.ts';
import type { StoreSchema } from '../../../src/storage/schema.ts';
import { StoreFolder } from './storeFixture.ts';

/** Rows of the first version, in the order in which they refer to each other. */
const firstRows = [
  `INSERT INTO users (id, username, preferred_model, preferences, created_at, updated_at)
    VALUES ('user', 'local', '{"provider":"ollama","model":"qwen3"}', '{"a":1}', 1, 2)`,
  `INSERT INTO providers VALUES ('ollama', 'Ollama', 'http://127.0.0.1:11434', 'ollama', '[{"id":"qwen3"}]', 1, 1, 2)`,
  `INSERT INTO provider_configs VALUES ('user', 'ollama', NULL, 'qwen3', 1, '{}', 'sextant/ollama', 1, 2)`,
  `INSERT INTO settings VALUES ('user', 'a setting', '[1,null]', 3)`,
  `INSERT INTO assistants (id, user_id, name, display_name, created_at, updated_at)
    VALUES ('assistant', 'user', 'helper', 'Helper', 1, 2)`,
  `INSERT INTO folders (id, user_id, name, created_at) VALUES ('folder', 'user', 'Folder', 4)`,
  `INSERT INTO conversations (id, user_id, assistant_id, folder_id, title, model, workspace_uri, status, is_pinned,
      message_count, last_message_at, created_at, updated_at, run_owner, run_lease_until)
    VALUES ('one', 'user', 'assistant', 'folder', 'Größe 世界', '{"provider":"ollama","model":"qwen3"}', 'file:///work',
      'finished', 1, 5, 20, 10, 20, NULL, NULL),
      ('cut', 'user', NULL, NULL, 'Cut off', NULL, NULL, 'running', 0, 2, 30, 30, 30, 'gone', 31)`,
  `INSERT INTO messages (id, user_id, conversation_id, parent_id, role, model, status, client_message_id, created_at,
      metadata, content, reasoning, context_snapshot)
    VALUES ('q1', 'user', 'one', NULL, 'user', NULL, 'complete', 'c1', 10, '{}', 'Why?', '', NULL),
      ('a1', 'user', 'one', 'q1', 'assistant', '{"provider":"p","model":"m"}', 'failed', NULL, 11,
        '{"error":{"message":"No key.","kind":"auth","actions":["set-key"]}}', 'Half', 'thought', '[]'),
      ('a2', 'user', 'one', 'q1', 'assistant', NULL, 'complete', NULL, 12, '{"finishReason":"stop"}', 'So.', '', NULL),
      ('q2', 'user', 'one', 'a2', 'user', NULL, 'complete', 'c2', 13, '{}', 'And?', '', NULL),
      ('a3', 'user', 'one', 'q2', 'assistant', NULL, 'stopped', NULL, 20, '{}', 'Well', '', NULL),
      ('q3', 'user', 'cut', NULL, 'user', NULL, 'complete', 'c3', 30, '{}', 'Long?', '', NULL),
      ('a4', 'user', 'cut', 'q3', 'assistant', NULL, 'running', NULL, 30, '{}', 'It beg', '', NULL)`,
  `UPDATE conversations SET active_message_id = 'a3' WHERE id = 'one'`,
  `UPDATE conversations SET active_message_id = 'a4' WHERE id = 'cut'`,
  `UPDATE users SET active_conversation_id = 'one'`,
];
const tables = [
  'users',
  'providers',
  'provider_configs',
  'settings',
  'assistants',
  'folders',
  'conversations',
  'messages',
];

describe('A store of the first version', () => {
  let folder: StoreFolder;
  let first: Engine<StoreSchema>;

  beforeEach(async () => {
    folder = new StoreFolder();
    first = await folder.openEngine(storeMigrations.slice(0, 1));
    for (const row of firstRows) await first.transaction((database) => sql.raw(row).execute(database));
  });

  afterEach(async () => {
    await first.close();
    await folder.dispose();
  });

  /** All rows of the first version's tables. */
  async function readAll(database: Kysely<StoreSchema>): Promise<Record<string, object[]>> {
    const all: Record<string, object[]> = {};
    for (const table of tables) {
      const { rows } = await sql<object>`SELECT * FROM ${sql.table(table)} ORDER BY rowid`.execute(database);
      all[table] = rows.map((row) => ({ ...row }));
    }
    return all;
  }

  it('keeps every row when it is upgraded', async () => {
    const before = await first.read(readAll);
    await first.close();
    const engine = await folder.openEngine();
    const after = await engine.read(readAll);
    const integrity = await engine.checkIntegrity();
    await engine.close();
    assert.equal(integrity, 'ok');
    for (const table of tables) {
      const [old, now] = [before[table] ?? [], after[table] ?? []];
      assert.ok(old.length > 0);
      assert.equal(now.length, old.length);
      for (const [at, row] of old.entries()) assert.deepEqual({ ...now[at], ...row }, now[at], table);
    }
  });

  it('is read, searched and gone on with as one that was always new', async () => {
    await first.close();
    const store = folder.open();
    const list = await store.call('conversations.list', { limit: 9 });
    assert.deepEqual(
      list.map(({ id, title, folderId, isPinned, isRunning }) => [id, title, folderId, isPinned, isRunning]),
      [
        ['cut', 'Cut off', null, false, false],
        ['one', 'Größe 世界', 'folder', true, false],
      ],
    );
    const one = await store.call('conversations.get', { id: 'one' });
    assert.deepEqual(
      one?.messages.map(({ id, siblingIds }) => [id, siblingIds]),
      [
        ['q1', ['q1']],
        ['a2', ['a1', 'a2']],
        ['q2', ['q2']],
        ['a3', ['a3']],
      ],
    );
    assert.equal((await store.call('messages.get', { messageId: 'a1' }))?.error?.kind, 'auth');
    assert.equal((await store.call('user.get', null)).activeConversationId, 'one');
    await folder.until(async () => {
      const { messages } = await store.call('history.changes', { epoch: null, after: 0, limit: 100 });
      return messages.length === 7;
    });
    assert.equal((await store.call('messages.get', { messageId: 'a4' }))?.status, 'interrupted');
    const lease = { owner: 'window-1', leaseUntil: folder.nowMs + 30_000 };
    assert.equal((await store.call('turns.resume', { messageId: 'a4', ...lease })).content, 'It beg');
    await store.call('turns.start', folder.turn({ conversationId: 'one', parentId: 'a3' }));
    assert.equal((await store.call('conversations.list', { limit: 1 }))[0]?.messageCount, 7);
  });

  it('tells a window of the first version, which had it open, to reload, and lets it write no more', async () => {
    const store = folder.open();
    await store.call('user.get', null);
    const late = first.transaction((database) =>
      database.updateTable('conversations').set({ title: 'Late' }).where('id', '=', 'one').execute(),
    );
    await assert.rejects(late, { code: 'outdated', message: /Reload this window/ });
    const again = folder.openEngine(storeMigrations.slice(0, 1));
    await assert.rejects(again, { code: 'outdated', message: /Reload this window/ });
    assert.equal((await store.call('conversations.get', { id: 'one' }))?.title, 'Größe 世界');
  });
}).timeout(20_000);
