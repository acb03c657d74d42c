import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import initSqlJs from 'sql.js';
import { SqlDatabase } from '../../../src/storage/engine/sqlDatabase.ts';
import { assetDirectory } from './engineFixture.ts';
import { StoreFolder, model } from './storeFixture.ts';

/** Tables that hold a handful of rows, which nobody looks up. */
const SMALL = new Set(['providers']);

/** Everything that the contract can ask for, once. */
async function useEverything(folder: StoreFolder): Promise<void> {
  const store = folder.open();
  const provider = { name: 'ollama', displayName: 'Ollama', protocol: 'ollama', baseUrl: null, models: [] };
  await store.call('user.get', null);
  await store.call('user.setPreferredModel', { model });
  await store.call('settings.set', { key: 'key', value: 1 });
  await store.call('settings.get', { key: 'key' });
  await store.call('providers.save', provider);
  await store.call('providers.list', null);
  await store.call('providerConfigs.save', {
    provider: 'ollama',
    enabled: true,
    model: null,
    endpoint: null,
    keyRef: null,
  });
  await store.call('providerConfigs.list', null);
  await store.call('providerConfigs.delete', { provider: 'ollama' });
  const { user, assistant } = await store.call('turns.start', folder.turn());
  await store.call('turns.start', folder.turn());
  await store.call('user.setActiveConversation', { conversationId: 'conversation-1' });
  await store.call('turns.setContext', { messageId: assistant.id, context: [] });
  await store.call('turns.append', { messageId: assistant.id, text: 'a', reasoning: '' });
  await store.call('turns.renewLease', { conversationId: 'conversation-1', owner: 'window-1', leaseUntil: 0 });
  await store.call('turns.answerAgain', { userMessageId: user.id, model, owner: 'window-1', leaseUntil: 0 });
  await store.call('turns.start', folder.turn({ clientMessageId: 'client-2', parentId: assistant.id }));
  await store.call('turns.finish', {
    messageId: assistant.id,
    status: 'complete',
    error: null,
    finishReason: 'stop',
    inputTokens: 1,
    outputTokens: 1,
  });
  await store.call('conversations.list', { limit: 10 });
  await store.call('conversations.list', { limit: 10, before: folder.nowMs });
  await store.call('conversations.get', { id: 'conversation-1' });
  await store.call('history.changes', { after: 0, limit: 10 });
  for (const filter of [
    {},
    { isArchived: false },
    { isArchived: true },
    { workspaceUri: 'file:///work' },
    { workspaceUri: 'file:///work', isArchived: false },
    { folderId: null },
    { folderId: 'folder' },
    { conversationId: 'conversation-1' },
  ]) {
    await store.call('history.conversations', filter);
  }
  const matches = [{ messageId: user.id, startOffset: 0, isRelated: false, score: 1 }];
  await store.call('history.describe', { query: 'start', matches });
  const ids = ['conversation-1'];
  await store.call('folders.create', { id: 'folder-1', name: 'Folder', parentId: null });
  await store.call('folders.create', { id: 'folder-2', name: 'Folder', parentId: 'folder-1' });
  await store.call('folders.rename', { id: 'folder-1', name: 'Renamed' });
  await store.call('folders.move', { id: 'folder-2', parentId: null, before: 'folder-1' });
  await store.call('conversations.update', { ids, changes: { title: 'Title', isPinned: true, isArchived: false } });
  await store.call('conversations.update', { ids, changes: { folderId: 'folder-1' } });
  await store.call('conversations.setAutomaticTitle', { id: 'conversation-1', title: 'Title' });
  for (const filter of [
    { folderId: null },
    { folderId: 'folder-1' },
    { isPinned: true },
    { workspaceUri: 'file:///' },
  ]) {
    await store.call('conversations.list', { limit: 10, filter });
    await store.call('conversations.list', { limit: 10, filter: { ...filter, isArchived: true }, before: 1 });
  }
  await store.call('folders.list', null);
  await store.call('folders.delete', { id: 'folder-2', conversations: 'keep' });
  await store.call('folders.delete', { id: 'folder-1', conversations: 'delete' });
  await store.call('conversations.undelete', { ids });
  await store.call('conversations.delete', { ids });
  folder.nowMs += 10_000;
  await store.call('close', null);
  await folder.open().call('user.get', null);
}

describe('Every query of the store', () => {
  const statements = new Set<string>();
  let folder: StoreFolder;
  const execute = SqlDatabase.prototype.execute;

  before(async () => {
    SqlDatabase.prototype.execute = function (sql, parameters) {
      if (/^(with|select|insert|update|delete)\b/.test(sql)) statements.add(sql);
      return execute.call(this, sql, parameters);
    };
    folder = new StoreFolder();
    await useEverything(folder);
  });

  after(async () => {
    SqlDatabase.prototype.execute = execute;
    await folder.dispose();
  });

  it('uses an index, and sorts nothing that grows', async () => {
    const { Database } = await initSqlJs({ locateFile: (name) => path.join(assetDirectory, name) });
    const database = new Database(readFileSync(path.join(folder.directory, 'snapshot-1.sqlite')));
    assert.ok(statements.size > 30, `${statements.size} statements`);
    for (const sql of statements) {
      const plan = database.exec(`EXPLAIN QUERY PLAN ${sql}`)[0]?.values.map((row) => String(row[3])) ?? [];
      const scans = plan.filter((line) => {
        const table = /^SCAN (\w+)/.exec(line)?.[1];
        return table !== undefined && !SMALL.has(table) && !table.includes('path');
      });
      assert.deepEqual(scans, [], sql);
      const sorts = plan.filter((line) => line.includes('TEMP B-TREE'));
      // A conversation's path, and the answers to one question, are short.
      if (!/"path"|"parent_id" = \?/.test(sql)) assert.deepEqual(sorts, [], sql);
    }
    database.close();
  });

  it('has an index for every foreign key', async () => {
    const { Database } = await initSqlJs({ locateFile: (name) => path.join(assetDirectory, name) });
    const database = new Database(readFileSync(path.join(folder.directory, 'snapshot-1.sqlite')));
    const keys = database.exec(
      `SELECT t.name, k."from" FROM sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'`,
    )[0]!.values;
    const indexed = new Set(
      database
        .exec(
          `SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
            WHERE t.type = 'table' AND c.seqno = 0 AND i.partial = 0`,
        )[0]!
        .values.flat(),
    );
    assert.ok(keys.length >= 12);
    for (const [table, column] of keys)
      assert.ok(indexed.has(`${String(table)}.${String(column)}`), `${String(table)}.${String(column)}`);
    database.close();
  });
}).timeout(20_000);
