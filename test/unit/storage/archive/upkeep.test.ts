import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { AuditEntry } from '../../../../src/protocol/archive.ts';
import { FileStore } from '../../../../src/storage/files/fileStore.ts';
import { LibraryFolder, type StoreCaller } from './libraryFixture.ts';

const DAY_MS = 86_400_000;

describe('What is deleted', function () {
  this.timeout(30_000);
  let folder: LibraryFolder;
  let store: StoreCaller;

  beforeEach(async () => {
    folder = new LibraryFolder();
    store = folder.open();
    await folder.fill(store);
  });

  afterEach(() => folder.dispose());

  const titles = async (): Promise<string[]> => {
    const kept = await store.call('conversations.list', { limit: 100 });
    const archived = await store.call('conversations.list', { limit: 100, filter: { isArchived: true } });
    return [...kept, ...archived].map(({ id }) => id).sort();
  };
  const clear = { what: 'history', keepsPinned: false, withBackups: false, dryRun: false } as const;

  it('is counted beforehand exactly', async () => {
    for (const keepsPinned of [true, false]) {
      const dry = await store.call('library.clear', { ...clear, keepsPinned, dryRun: true });
      assert.deepEqual(await store.call('library.clear', { ...clear, keepsPinned, dryRun: true }), dry);
      assert.deepEqual(await store.call('library.clear', { ...clear, keepsPinned }), dry);
    }
    assert.deepEqual(await titles(), []);
  });

  it('is all but what is pinned, its folders and its files, where the user says so', async () => {
    await store.call('folders.create', { id: 'folder-empty', name: 'Empty', parentId: null });
    const counts = await store.call('library.clear', { ...clear, keepsPinned: true });
    assert.deepEqual([counts.conversations, counts.messages, counts.folders, counts.files], [2, 5, 1, 1]);
    assert.deepEqual(await titles(), ['chat-pinned']);
    const folders = await store.call('folders.list', null);
    assert.deepEqual(
      folders.map(({ id }) => id),
      ['folder-work', 'folder-deep'],
    );
    assert.equal((await folder.files.list()).length, 1);
  });

  for (const [name, remove] of [
    ['clearing', () => store.call('library.clear', clear)],
    ['retention', () => store.call('library.retain', { days: 30, dryRun: false })],
  ] as const) {
    it(`by ${name} is not what another window sends again meanwhile`, async () => {
      const text = 'a long pasted log line\n'.repeat(5000);
      const other = folder.open();
      const send = async (id: string): Promise<void> => {
        const turn = folder.turn({ conversationId: id, clientMessageId: id, text, title: id });
        const { assistant } = await other.call('turns.start', turn);
        await folder.finish(other, assistant.id, 'ok');
      };
      await send('old');
      folder.nowMs += 40 * DAY_MS;
      const removed = FileStore.prototype.remove;
      let sending: Promise<void> | undefined;
      FileStore.prototype.remove = async function (...args) {
        await (sending ??= send('new'));
        return removed.apply(this, args);
      };
      try {
        await remove();
      } finally {
        FileStore.prototype.remove = removed;
      }
      await sending;
      const chat = await other.call('conversations.get', { id: 'new' });
      assert.equal(chat?.messages[0]?.content, text);
    });
  }

  it('is on the disk no more, in no generation of the store', async () => {
    await folder.ask(store, 'chat-secret', 'The word is xyzzyplugh');
    const holds = (): string[] =>
      readdirSync(folder.directory, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .filter((name) => readFileSync(path.join(folder.directory, name)).includes('xyzzyplugh'));
    assert.ok(holds().length > 0);
    await store.call('library.clear', clear);
    assert.deepEqual(holds(), []);
  });

  it('is forgotten by the history search, message by message', async () => {
    const { latest } = await store.call('history.changes', { epoch: null, after: 0, limit: 100 });
    await store.call('library.clear', clear);
    const { removed, messages } = await store.call('history.changes', { epoch: null, after: latest, limit: 100 });
    assert.deepEqual([removed.length, messages.length], [9, 0]);
  });

  it('is written down', async () => {
    await store.call('library.clear', { ...clear, what: 'everything' });
    const [entry] = await store.call('audit.list', { limit: 10 });
    assert.deepEqual(
      [entry?.action, entry?.subject, entry?.detail['conversations'], entry?.detail['messages']],
      ['data purged', 'everything', 3, 9],
    );
  });

  it('is only what was named', async () => {
    await folder.rows(`INSERT INTO usage_events (id, user_id, event_type, event_time)
      SELECT 'event', id, 'chatTurn', 1 FROM users`);
    await folder.rows(`INSERT INTO response_cache (user_id, cache_key, response_data, size, created_at, expires_at)
      SELECT id, 'key', 'text', 4, 1, 2 FROM users`);
    const cache = await store.call('library.clear', { ...clear, what: 'cache' });
    assert.deepEqual([cache.cachedAnswers, cache.usageEvents, cache.conversations], [1, 0, 0]);
    const usage = await store.call('library.clear', { ...clear, what: 'usage' });
    assert.deepEqual([usage.cachedAnswers, usage.usageEvents, usage.conversations], [0, 1, 0]);
    assert.equal((await titles()).length, 3);
  });

  it('goes with the backups, or stays in them, as the user says', async () => {
    await store.call('backups.create', { file: null });
    assert.equal((await store.call('library.clear', { ...clear, dryRun: true })).backups, 0);
    assert.equal((await store.call('library.clear', { ...clear, withBackups: true })).backups, 1);
    assert.deepEqual((await store.call('backups.list', null)).backups, []);
  });

  it('is nothing while a chat is being answered', async () => {
    await store.call('turns.start', folder.turn({ conversationId: 'busy', leaseUntil: folder.nowMs + 60_000 }));
    await assert.rejects(store.call('library.clear', clear), { code: 'conflict' });
    assert.equal((await titles()).length, 4);
  });

  it('by retention is old, unpinned, and nothing else', async () => {
    folder.nowMs += 40 * DAY_MS;
    await folder.ask(store, 'chat-new', 'Just now?');
    assert.equal((await store.call('library.retain', { days: 0, dryRun: false })).conversations, 0);
    assert.equal((await store.call('library.retain', { days: 41, dryRun: false })).conversations, 0);
    const dry = await store.call('library.retain', { days: 30, dryRun: true });
    const counts = await store.call('library.retain', { days: 30, dryRun: false });
    assert.deepEqual([counts, counts.conversations], [dry, 2]);
    assert.deepEqual(await titles(), ['chat-new', 'chat-pinned']);
    assert.equal((await store.call('folders.list', null)).length, 2);
    const [entry] = await store.call('audit.list', { limit: 1 });
    assert.equal(entry?.subject, 'chats older than 30 days');
  });

  it('is gone all at once, while others have their turn', async () => {
    await folder.rows(`INSERT INTO conversations (id, user_id, title, message_count, last_message_at, created_at, updated_at)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
      SELECT 'many' || i, users.id, 'Many', 5, i, i, i FROM n, users WHERE username = 'local'`);
    await folder.rows(`INSERT INTO messages (id, user_id, conversation_id, role, status, content, created_at)
      WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
      SELECT 'many' || i, users.id, 'many' || (i / 5 + 1), 'user', 'complete', 'text', i FROM n, users
      WHERE username = 'local'`);
    const count = async (): Promise<number> => (await store.call('conversations.list', { limit: 1_000 })).length;
    assert.equal(await count(), 402);
    const seen: number[] = [];
    let isDone = false;
    const clearing = store.call('library.clear', clear).finally(() => (isDone = true));
    while (!isDone) {
      seen.push(await count());
      await setImmediate();
    }
    const counts = await clearing;
    assert.deepEqual([counts.conversations, counts.messages], [403, 2_009]);
    assert.deepEqual([...new Set(seen)].sort(), [0, 402], 'all of it is there, or none');
    assert.ok(seen.filter((listed) => listed === 0).length > 5, 'others are answered while it is removed');
    assert.deepEqual(await folder.rows('SELECT count(*) FROM messages'), [[0]]);
  });

  it('by another user is theirs alone', async () => {
    await folder.asAnotherUser(async (theirs) => {
      await folder.ask(theirs, 'chat-theirs', 'Is it mine?');
      await theirs.call('library.clear', { ...clear, what: 'everything' });
      assert.deepEqual(await theirs.call('audit.list', { limit: 10 }).then((entries) => entries.length), 1);
    });
    assert.equal((await folder.open().call('conversations.list', { limit: 10 })).length, 2);
  });
});

describe('The audit log', function () {
  this.timeout(30_000);
  let folder: LibraryFolder;
  let store: StoreCaller;

  beforeEach(() => {
    folder = new LibraryFolder();
    store = folder.open();
  });

  afterEach(() => folder.dispose());

  it('is listed newest first, page by page, also what happened in the same millisecond', async () => {
    for (let at = 0; at < 10; at++) {
      if (at % 3 === 0) folder.nowMs += 1;
      await store.call('audit.add', { action: 'key stored', subject: `provider ${at}`, detail: { at } });
    }
    const all = await store.call('audit.list', { limit: 100 });
    assert.equal(new Set(all.map(({ subject }) => subject)).size, 10);
    assert.deepEqual(
      all.map(({ at }) => at),
      all.map(({ at }) => at).sort((a, b) => b - a),
    );
    const paged: AuditEntry[] = [];
    for (;;) {
      const before: string | undefined = paged.at(-1)?.id;
      const page = await store.call('audit.list', before === undefined ? { limit: 3 } : { limit: 3, before });
      paged.push(...page);
      if (page.length < 3) break;
    }
    assert.deepEqual(paged, all);
  });

  it('cannot be changed', async () => {
    await store.call('audit.add', { action: 'endpoint changed', subject: 'ollama', detail: {} });
    await assert.rejects(folder.rows(`UPDATE audit_log SET subject = 'nobody'`), /append only/);
  });

  it('is not part of what is cleared', async () => {
    await store.call('audit.add', { action: 'key deleted', subject: 'openai', detail: {} });
    const all = { what: 'everything', keepsPinned: false, withBackups: true, dryRun: false } as const;
    await store.call('library.clear', all);
    const entries = await store.call('audit.list', { limit: 10 });
    assert.deepEqual(entries.map(({ action }) => action).sort(), ['data purged', 'key deleted']);
  });
});
