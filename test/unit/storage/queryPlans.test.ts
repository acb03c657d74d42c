import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import initSqlJs, { type Database } from 'sql.js';
import { type Caller, RpcPeer, type Silent } from '../../../src/base/rpc.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { usageDimensions } from '../../../src/protocol/usage.ts';
import { SqlDatabase } from '../../../src/storage/engine/sqlDatabase.ts';
import { assetDirectory } from './engineFixture.ts';
import { StoreFolder, finished, model } from './storeFixture.ts';

/** Tables that hold a handful of rows, which nobody looks up: what lies in a message that is being written. */
const SMALL = new Set(['providers', 'file_drafts']);

/** One user's conversations of 20 messages each; some in folders, pinned, archived, with files. */
const REALISTIC_ROWS = `
  INSERT INTO users (id, username, created_at, updated_at) VALUES ('user', 'somebody', 0, 0);
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199)
    INSERT INTO folders (id, user_id, name, parent_id, sort_order, created_at)
    SELECT 'folder' || i, 'user', 'Folder', CASE WHEN i < 20 THEN NULL ELSE 'folder' || (i % 20) END, i, 0 FROM n;
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
    INSERT INTO conversations (id, user_id, folder_id, title, workspace_uri, status, is_pinned, is_archived,
      active_message_id, message_count, last_message_at, created_at, updated_at)
    SELECT 'conversation' || i, 'user', CASE WHEN i % 3 = 0 THEN 'folder' || (i % 200) END, 'Title',
      'file:///' || (i % 12), 'finished', i % 50 = 0, i % 4 = 0, 'message' || (i * 20 + 19), 20, i, i, i FROM n;
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199999)
    INSERT INTO messages (id, user_id, conversation_id, parent_id, role, status, client_message_id, created_at,
      content, revision)
    SELECT 'message' || i, 'user', 'conversation' || (i / 20), CASE WHEN i % 20 > 0 THEN 'message' || (i - 1) END,
      CASE i % 2 WHEN 0 THEN 'user' ELSE 'assistant' END, 'complete', CASE i % 2 WHEN 0 THEN 'client' || i END, i,
      'text', i FROM n;
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
    INSERT INTO files (sha256, size, mime_type, created_at) SELECT 'hash' || i, 1, 'text/plain', i FROM n;
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
    INSERT INTO attachments (id, user_id, message_id, sha256, name, mime_type, size, created_at)
    SELECT 'attachment' || i, 'user', 'message' || (i * 10), 'hash' || (i / 2), 'a.txt', 'text/plain', 1, i FROM n;
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 4999)
    INSERT INTO removed_messages (message_id, user_id, revision) SELECT 'gone' || i, 'user', 200000 + i FROM n;
`;

/** What reads a table from end to end, or sorts it, because all of it is what is asked for. */
const WHOLE = {
  'the tree of folders': /^select (\*|"id", "parent_id") from "folders" where "user_id" = \?$/,
  'what is archived, which the search leaves out':
    /^select "id" from "conversations" where "user_id" = \? and "deleted_at" is null and "is_archived" = \?$/,
  'what was deleted in one moment, to keep it for longer':
    /^update "(conversations|folders)" set "deleted_at" = \? where "user_id" = \? and "deleted_at" = \?$/,
  'all chats, to export them': /^select "id" from "conversations" where [^()]* order by "id"$/,
  'what a backup counts':
    /^select count\(\*\) as "count" from "(conversations|messages|attachments)" where "user_id" = \?$/,
  'the files of a backup': /^select "sha256", "size" from "files" order by "sha256"$/,
  'the files that are in use, to find the others': /^select distinct "sha256" from "attachments"$/,
  'the files of questions that wait, for the same': /^select "extra" from "conversations" where "extra" like \?$/,
  'chats that are cleared: all, or all but the pinned ones':
    /(select "conversations"."id" from "conversations" where "conversations"\."|^update "conversations" set "deleted_at" = \? where ")user_id" = \? and (true|\("is_pinned" = \? or)/,
  'folders that stay for their pinned chats': /^select "folder_id" from "conversations" where .* "is_pinned" = \?/,
  'requests that went out in the same millisecond, to put them in order':
    /^select \* from "egress_log" where "user_id" = \? and "event_time" >= \? .*order by "event_time" desc, "id" desc/,
  'all requests since a time, to sum them up': /from "egress_log" .* group by "address", "purpose"$/,
  'all uses of models in some days, to sum them up':
    /from "model_usage" .* group by "(provider|workspace_uri|persona|purpose)"/,
  'the oldest trace of a removed message that stays': /^select "revision" from "removed_messages" .* offset \?$/,
} satisfies Record<string, RegExp>;

/** Everything that the contract can ask for, once. */
async function useEverything(folder: StoreFolder): Promise<Caller<StoreContract>> {
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
  await store.call('providerConfigs.correctModel', { provider: 'ollama', model: 'qwen3', correction: {} });
  await store.call('providerConfigs.list', null);
  await store.call('providerConfigs.delete', { provider: 'ollama' });
  const persona = { id: 'persona', name: 'Reviewer', description: '', prompt: '', temperature: null, starters: [] };
  await store.call('personas.save', { ...persona, model });
  await store.call('personas.save', { ...persona, model });
  await store.call('personas.list', null);
  const as = { mode: 'ask', persona } as const;
  const { user, assistant } = await store.call('turns.start', folder.turn({ as, otherModels: [model] }));
  await store.call('conversations.setUp', { id: 'conversation-1', setup: { mode: 'edit', personaId: null } });
  await store.call('conversations.get', { id: 'conversation-1' });
  await store.call('messages.setDiscarded', { messageId: assistant.id, discarded: ['a.ts'] });
  await store.call('personas.delete', { id: 'persona' });
  await store.call('turns.start', folder.turn({ otherModels: [model] }));
  await store.call('user.setActiveConversation', { conversationId: 'conversation-1' });
  await store.call('turns.setContext', { messageId: assistant.id, context: [] });
  await store.call('turns.append', {
    messageId: assistant.id,
    offset: 0,
    text: 'a',
    reasoningOffset: 0,
    reasoning: '',
  });
  await store.call('turns.handOn', { messageId: assistant.id, model, from: model, because: 'It is busy.' });
  await store.call('turns.renewLease', { conversationId: 'conversation-1', owner: 'window-1', leaseUntil: 0 });
  await store.call('turns.answerAgain', { userMessageId: user.id, model, owner: 'window-1', leaseUntil: 0 });
  await store.call('turns.start', folder.turn({ clientMessageId: 'client-2', parentId: assistant.id }));

  await store.call('turns.finish', { ...finished, messageId: assistant.id });
  await store.call('turns.append', {
    messageId: assistant.id,
    offset: 0,
    text: 'a',
    reasoningOffset: 0,
    reasoning: '',
  });
  folder.nowMs += 60_000;
  const cut = await store.call('turns.answerAgain', { userMessageId: user.id, model, owner: 'w', leaseUntil: 0 });
  await store.call('turns.finish', { ...finished, messageId: cut.id, status: 'stopped' });
  await store.call('turns.resume', { messageId: cut.id, owner: 'w', leaseUntil: 0 });
  await store.call('conversations.branches', { id: 'conversation-1' });
  await store.call('conversations.showBranch', { id: 'conversation-1', messageId: assistant.id });
  await store.call('messages.get', { messageId: assistant.id });
  const conversationId = cut.conversationId;
  await store.call('queue.put', { conversationId, id: 'waits', text: 'Next?' });
  await store.call('queue.remove', { conversationId, id: 'waits' });
  await store.call('messages.setSummary', { messageId: cut.id, summary: null });
  await store.call('messages.setFeedback', { messageId: cut.id, feedback: 'good' });
  await store.call('messages.takeOut', { messageId: cut.id });
  await store.call('messages.delete', { messageId: cut.id });
  await store.call('conversations.list', { limit: 10 });
  await store.call('conversations.list', { limit: 10, before: folder.nowMs });
  await store.call('conversations.get', { id: 'conversation-1' });
  await store.call('conversations.outline', { id: 'conversation-1', newest: 1 });
  await store.call('messages.page', { conversationId: 'conversation-1', lastId: assistant.id, limit: 1 });
  await store.call('messages.page', { conversationId: 'conversation-1', lastId: assistant.id, limit: 9 });
  await store.call('messages.find', { conversationId: 'conversation-1', words: 'a' });
  await store.call('history.changes', { epoch: null, after: 0, limit: 10 });
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
  await store.call('history.passages', { matches });
  for (const isShared of [true, false]) {
    await store.call('audit.add', { action: 'key stored', subject: 'ollama', detail: {}, isShared });
  }
  const [entry] = await store.call('audit.list', { limit: 1 });
  await store.call('audit.list', { limit: 1, before: entry?.id ?? '' });
  const [origin, address] = [{ purpose: 'chat', model: 'm', files: [] } as const, 'https://acme.test'];
  const request = { ...origin, id: 'request-1', at: 1, address, bytesOut: 1, bytesIn: 1 };
  await store.call('egress.save', { requests: [request, request] });
  await store.call('egress.list', { since: 0, limit: 1 });
  const more = { purpose: 'chat', addresses: [address], before: { at: 2, id: 'request-2' } } as const;
  await store.call('egress.list', { since: 0, limit: 1, ...more });
  await store.call('egress.sums', { since: 0 });
  await store.call('egress.forget', { before: 2 });
  await store.call('user.setTelemetryOptIn', { optIn: true });
  await store.call('usage.add', { events: [{ type: 'completionShown', payload: {}, at: 1 }] });
  const answer = { text: 'a', reasoning: '', inputTokens: 1, outputTokens: 1, savedAt: folder.nowMs };
  await store.call('responseCache.keep', { key: 'key', answer, lifetimeMs: 1_000, limitBytes: 1_000 });
  await store.call('responseCache.find', { key: 'key' });
  await store.call('usage.waiting', { until: 1 });
  await store.call('usage.unclaim', await store.call('usage.claim', { until: 1 }));
  await store.call('usage.count', null);
  await store.call('usage.purge', null);
  await store.call('usage.completions', { since: 0 });
  const use = {
    id: 'use-1',
    at: 1,
    day: '2026-11-22',
    purpose: 'chat',
    ...model,
    workspaceUri: null,
    persona: null,
  } as const;
  const tokens = { inputTokens: 1, cachedTokens: 0, outputTokens: 1, isEstimate: false, isCached: false } as const;
  const cost = { costMicrousd: 1, isBilled: false, savedMicrousd: 0, firstTokenMs: 1, durationMs: 2 } as const;
  await store.call('modelUsage.record', { uses: [{ ...use, ...tokens, ...cost }] });
  const days = { from: '2026-11-01', to: '2026-11-30' };
  for (const by of usageDimensions) await store.call('modelUsage.sums', { ...days, by });
  await store.call('modelUsage.count', days);
  await store.call('modelUsage.spent', { day: use.day });
  await store.call('modelUsage.ofDay', { day: use.day });
  await store.call('library.retain', { days: 30, dryRun: true });
  const chats = `${folder.directory}/chats.json`;
  await store.call('library.export', { ids: ['conversation-1'], format: 'json', file: chats });
  await store.call('library.import', { file: chats, dryRun: false });
  const ids = ['conversation-1'];
  const file = await store.call('files.put', { bytes: new Uint8Array(3), mimeType: 'text/plain' });
  const attachments = [{ sha256: file.sha256, name: 'a.txt', mimeType: 'text/plain' }];
  await store.call('turns.start', folder.turn({ clientMessageId: 'client-3', leaseUntil: 0, attachments }));
  await store.call('files.get', { sha256: file.sha256 });
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
  await store.call('conversations.holdDeleted', { ids });
  await store.call('conversations.undelete', { ids });
  await store.call('conversations.delete', { ids });
  folder.nowMs += 10_000;
  await store.call('close', null);
  const again = folder.open();
  await again.call('user.get', null);
  return again;
}

/** What reads, or deletes, all there is. */
async function useAll(folder: StoreFolder, store: Caller<StoreContract>): Promise<void> {
  const turn = { conversationId: 'conversation-9', clientMessageId: 'client-9', leaseUntil: 0 };
  await store.call('turns.start', folder.turn(turn));
  for (const format of ['json', 'markdown'] as const)
    await store.call('library.export', { ids: null, format, file: `${folder.directory}/all.${format}` });
  const { file } = await store.call('backups.create', { file: null });
  await store.call('backups.restore', { file, dryRun: false });
  await store.call('maintenance.run', { retentionDays: 30, backsUp: true, occasion: 'asked' });
  await store.call('maintenance.status', null);
  await store.call('conversations.delete', { ids: ['conversation-9'] });
  folder.nowMs += 40 * 86_400_000;
  await store.call('library.retain', { days: 30, dryRun: false });
  for (const keepsPinned of [true, false]) {
    for (const dryRun of [true, false]) {
      await store.call('library.clear', { what: 'everything', keepsPinned, withBackups: true, dryRun });
    }
  }
}

describe('Every query of the store', () => {
  const statements = new Set<string>();
  let folder: StoreFolder;
  let tables: Uint8Array;
  /** Of what was meant to read all there is, what did. */
  const read = new Set<string>();
  const execute = SqlDatabase.prototype.execute;
  const asked = new Set<string>();
  const call = RpcPeer.prototype.call;

  before(async function () {
    this.timeout(60_000);
    SqlDatabase.prototype.execute = function (sql, parameters) {
      if (/^(with|select|insert|update|delete)\b/.test(sql)) statements.add(sql);
      return execute.call(this, sql, parameters);
    };
    RpcPeer.prototype.call = function (this: RpcPeer<Silent, StoreContract>, method, ...rest) {
      asked.add(method);
      return call.call(this, method, ...rest);
    } as typeof call;
    folder = new StoreFolder();
    const store = await useEverything(folder);
    tables = new Uint8Array(readFileSync(path.join(folder.directory, 'snapshot-1.sqlite')));
    await useAll(folder, store);
  });

  after(async () => {
    SqlDatabase.prototype.execute = execute;
    RpcPeer.prototype.call = call;
    await folder.dispose();
  });

  /** The store's tables, without rows. */
  async function openTables(): Promise<Database> {
    const { Database } = await initSqlJs({ locateFile: (name) => path.join(assetDirectory, name) });
    return new Database(tables);
  }

  function checkPlans(database: Database): void {
    assert.ok(statements.size > 60, `${statements.size} statements`);
    for (const sql of statements) {
      const plan = database.exec(`EXPLAIN QUERY PLAN ${sql}`)[0]?.values.map((row) => String(row[3])) ?? [];
      const scans = plan.filter((line) => {
        // Some indexes hold only the few that matter.
        const table = /INDEX \w+_(running|deleted)$/.test(line) ? undefined : /^SCAN (\w+)/.exec(line)?.[1];
        return table !== undefined && !SMALL.has(table) && !/path|numbered|subquery/.test(table);
      });
      // By the user alone an index finds everything that the user has.
      const all = plan.filter((line) => /\(user_id=\?( AND deleted_at=\?)?\)/.test(line));
      const large = all.filter((line) => /(conversations|messages|attachments)_(?!running|deleted)/.test(line));
      // What belongs to one conversation, or answers one question, is short.
      const isShort = /"path"|"(parent_id|conversation_id)" = [?(]/.test(sql);
      const sorts = isShort ? [] : plan.filter((line) => line.includes('TEMP B-TREE'));
      const bad = [...scans, ...large, ...sorts];
      if (bad.length === 0) continue;
      const [what] = Object.entries(WHOLE).find(([, pattern]) => pattern.test(sql)) ?? [];
      assert.ok(what !== undefined, `${sql}\n${bad.join('\n')}`);
      read.add(what);
    }
  }

  it('is among those that were looked at: everything that can be asked for was', () => {
    const withoutQuery = /^(encryption\.\w+|backups\.list|maintenance\.removeSetAside|status|checkIntegrity)$/;
    const forgotten = folder.methods.filter((method) => !asked.has(method) && !withoutQuery.test(method));
    assert.deepEqual(forgotten, []);
  });

  it('uses an index, and sorts nothing that grows', async () => {
    const database = await openTables();
    checkPlans(database);
    database.close();
  });

  it('still does when SQLite knows that there are 10,000 conversations and 200,000 messages', async () => {
    const database = await openTables();
    database.exec(REALISTIC_ROWS);
    database.exec('ANALYZE');
    checkPlans(database);
    database.close();
  });

  it('reads all there is where that is meant, and nowhere else', () => {
    assert.deepEqual([...read].sort(), Object.keys(WHOLE).sort());
  });

  it('finds what is running by the index that holds only that', async () => {
    const database = await openTables();
    const running = [...statements].filter((sql) => sql.includes(`"status" = 'running'`));
    const plans = running.map((sql) => JSON.stringify(database.exec(`EXPLAIN QUERY PLAN ${sql}`)[0]?.values));
    assert.ok(plans.length >= 2);
    for (const plan of plans) assert.match(plan, /(conversations|messages)_running/);
    database.close();
  });

  it('has an index for every foreign key', async () => {
    const database = await openTables();
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
