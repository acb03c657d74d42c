import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { AuditEntry, Backup, MaintenanceReport } from '../../../../src/protocol/archive.ts';
import { dispensableBackups } from '../../../../src/storage/archive/rotation.ts';
import { SqlDatabase } from '../../../../src/storage/engine/sqlDatabase.ts';
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

describe('Maintenance', function () {
  this.timeout(30_000);
  let folder: LibraryFolder;
  let store: StoreCaller;
  const idle = { occasion: 'idle', retentionDays: 0, backsUp: true } as const;

  beforeEach(async () => {
    folder = new LibraryFolder();
    store = folder.open();
    await folder.fill(store);
  });

  afterEach(() => folder.dispose());

  const outcome = ({ steps }: MaintenanceReport, name: string): string | undefined =>
    steps.find((step) => step.name === name)?.outcome;

  it('by itself does what is due, says why, and then nothing until it is due again', async () => {
    const first = await store.call('maintenance.run', idle);
    assert.deepEqual(
      first.steps.map(({ name, outcome: how }) => [name, how]),
      [
        ['integrity', 'done'],
        ['backup', 'done'],
        ['retention', 'not due'],
        ['expired answers', 'not due'],
        ['unused files', 'done'],
        ['free space', 'not due'],
      ],
    );
    for (const { reason } of first.steps) assert.match(reason, /^[A-Z0-9/].*\.$/);
    const second = await store.call('maintenance.run', idle);
    assert.ok(second.steps.every((step) => step.outcome === 'not due'));
    folder.nowMs += 25 * 3_600_000;
    assert.equal(outcome(await store.call('maintenance.run', idle), 'backup'), 'done');
    assert.equal((await store.call('backups.list', null)).backups.length, 2);
  });

  it('leaves nothing of a chat that was deleted for good, in no generation of the store', async () => {
    await folder.ask(store, 'chat-secret', 'The word is xyzzyplugh');
    await store.call('maintenance.run', idle);
    await store.call('conversations.delete', { ids: ['chat-secret'] });
    folder.nowMs += 11_000;
    // Who opens the store looks what is due.
    const other = folder.open();
    await other.call('user.get', null);
    const isThere = async (): Promise<boolean> =>
      (await folder.rows(`SELECT id FROM conversations WHERE id = 'chat-secret'`)).length > 0;
    while (await isThere()) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(outcome(await store.call('maintenance.run', idle), 'free space'), 'done');
    const holds = readdirSync(folder.directory, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .filter(({ name }) => readFileSync(path.join(folder.directory, name)).includes('xyzzyplugh'));
    assert.deepEqual(holds, []);
    assert.equal(outcome(await store.call('maintenance.run', idle), 'free space'), 'not due');
  });

  it('counts the damaged files that repairs have kept, and removes them when asked', async () => {
    await store.call('user.get', null);
    const { directory } = await store.call('status', null);
    writeFileSync(path.join(directory, 'damaged-20261122T031500Z-log-2'), 'damaged');
    assert.deepEqual((await store.call('maintenance.status', null)).setAside, { sets: 1, bytes: 7 });
    assert.deepEqual(await store.call('maintenance.removeSetAside', null), { sets: 1, bytes: 7 });
    assert.deepEqual((await store.call('maintenance.status', null)).setAside, { sets: 0, bytes: 0 });
  });

  it('when asked does everything now, and gives space back', async () => {
    const report = await store.call('maintenance.run', { ...idle, occasion: 'asked' });
    for (const name of ['unused files', 'integrity', 'free space', 'backup'])
      assert.equal(outcome(report, name), 'done');
    const status = await store.call('maintenance.status', null);
    assert.deepEqual([status.last, status.backups, status.unusedFiles], [report, 1, 0]);
    assert.equal(status.lastBackup?.kind, 'daily');
  });

  it('leaves backups and old chats alone where the user has said so', async () => {
    folder.nowMs += 100 * DAY_MS;
    const report = await store.call('maintenance.run', { ...idle, backsUp: false });
    assert.deepEqual([outcome(report, 'retention'), outcome(report, 'backup')], ['not due', 'not due']);
    folder.nowMs += DAY_MS;
    const retained = await store.call('maintenance.run', { ...idle, backsUp: false, retentionDays: 30 });
    assert.equal(outcome(retained, 'retention'), 'done');
    assert.equal((await store.call('conversations.list', { limit: 10 })).length, 1);
  });

  const retain = async (): Promise<MaintenanceReport['steps'][number] | undefined> => {
    const options = { occasion: 'idle', retentionDays: 30, backsUp: false } as const;
    return (await store.call('maintenance.run', options)).steps.find(({ name }) => name === 'retention');
  };
  const listed = async (): Promise<number> => (await store.call('conversations.list', { limit: 10 })).length;

  it('takes no chat for old by a clock that is wrongly set ahead', async () => {
    await retain();
    folder.nowMs += 400 * DAY_MS;
    for (let hour = 0; hour < 20; hour++, folder.nowMs += 3_600_000) {
      const step = await retain();
      assert.deepEqual([step?.outcome, await listed()], ['not due', 2]);
      assert.match(step?.reason ?? '', /The clock has jumped/);
    }
    folder.nowMs -= 400 * DAY_MS;
    await retain();
    folder.nowMs += DAY_MS;
    await retain();
    assert.equal(await listed(), 2);
  });

  it('still deletes what is old for who is here now and then', async () => {
    for (let pause = 0; pause < 3; pause++, folder.nowMs += 14 * DAY_MS) await retain();
    await retain();
    assert.equal(await listed(), 1);
  });

  it('still deletes what is old for who is here once in a long time, a visit later', async () => {
    for (let visit = 0; visit < 2; visit++, folder.nowMs += 100 * DAY_MS) await retain();
    assert.equal(await listed(), 2);
    await retain();
    assert.equal(await listed(), 1);
  });

  it('checks the database before it deletes anything, and deletes nothing from a damaged one', async () => {
    for (let pause = 0; pause < 3; pause++, folder.nowMs += 14 * DAY_MS) await retain();
    const execute = SqlDatabase.prototype.execute;
    SqlDatabase.prototype.execute = function (sql, parameters) {
      if (sql !== 'PRAGMA integrity_check') return execute.call(this, sql, parameters);
      return { rows: [{ integrity_check: 'row 7 missing from index' }], changes: 0 };
    };
    try {
      const report = await store.call('maintenance.run', { occasion: 'idle', retentionDays: 30, backsUp: false });
      assert.deepEqual(
        report.steps.map(({ name, outcome: how }) => [name, how]).filter(([, how]) => how !== 'not due'),
        [
          ['integrity', 'failed'],
          ['retention', 'put off'],
          ['unused files', 'put off'],
        ],
      );
    } finally {
      SqlDatabase.prototype.execute = execute;
    }
    assert.equal(await listed(), 2);
    const [step] = (await store.call('maintenance.run', { ...idle, backsUp: false, retentionDays: 30 })).steps;
    assert.deepEqual([step?.name, step?.outcome, await listed()], ['integrity', 'done', 1]);
  });

  it('tells of a backup that is too many and cannot be removed, and does all else', async () => {
    await store.call('maintenance.run', { ...idle, occasion: 'asked' });
    const [oldest] = (await store.call('backups.list', null)).backups;
    folder.nowMs += 60_000;
    const remove = fs.rm;
    fs.rm = async (file, options) => {
      if (file === oldest?.file) throw Object.assign(new Error('It is in use.'), { code: 'EBUSY' });
      await remove(file, options);
    };
    try {
      const report = await store.call('maintenance.run', { ...idle, occasion: 'asked' });
      const step = report.steps.find(({ name }) => name === 'backup');
      assert.equal(step?.outcome, 'failed');
      assert.match(step?.reason ?? '', /was written, but not every old backup could be removed: .*in use/);
      assert.equal(outcome(report, 'unused files'), 'done');
    } finally {
      fs.rm = remove;
    }
  });

  it('stands back while a chat is being answered', async () => {
    await store.call('turns.start', folder.turn({ conversationId: 'busy', leaseUntil: folder.nowMs + 60_000 }));
    const report = await store.call('maintenance.run', idle);
    assert.deepEqual(new Set(report.steps.map((step) => step.outcome)), new Set(['not due', 'put off']));
  });

  it('runs in one window at a time', async () => {
    const reports = await Promise.all(
      [store, folder.open(), folder.open()].map((each) => each.call('maintenance.run', idle)),
    );
    assert.equal(reports.filter((report) => outcome(report, 'backup') === 'done').length, 1);
    assert.equal((await store.call('backups.list', null)).backups.length, 1);
  });

  it('goes on when one step fails', async () => {
    writeFileSync(folder.backupDirectory, 'a file where the folder belongs');
    const report = await store.call('maintenance.run', idle);
    assert.deepEqual([outcome(report, 'backup'), outcome(report, 'integrity')], ['failed', 'done']);
    assert.match(report.steps.find(({ name }) => name === 'backup')?.reason ?? '', /backups/);
  });

  it('removes files that nothing refers to, but none that was attached a moment ago', async () => {
    const { sha256 } = await folder.files.put(Uint8Array.of(1, 2, 3));
    await store.call('maintenance.run', idle);
    assert.equal((await folder.files.list()).length, 3);
    // Files are dated by the disk's own clock.
    folder.nowMs = Date.now() + 3 * DAY_MS;
    assert.equal((await store.call('maintenance.status', null)).unusedFiles, 1);
    await store.call('maintenance.run', idle);
    assert.equal((await folder.files.list()).length, 2);
    await assert.rejects(folder.files.get(sha256), { code: 'not-found' });
  });
});

describe('The rotation of backups', function () {
  this.timeout(30_000);
  const start = Date.UTC(2026, 0, 5, 12);
  const backup = (createdAt: number, kind: Backup['kind'] = 'daily') => ({
    file: `${kind} ${createdAt}`,
    createdAt,
    kind,
  });

  it('keeps, after a year of days, the last seven and one of each of four weeks before', () => {
    let kept: ReturnType<typeof backup>[] = [];
    for (let day = 0; day < 365; day++) {
      kept.push(backup(start + day * DAY_MS), backup(start + day * DAY_MS + 3_600_000));
      const gone = new Set(dispensableBackups(kept));
      kept = kept.filter((each) => !gone.has(each));
    }
    const ages = kept
      .map(({ createdAt }) => Math.round((start + 364 * DAY_MS + 3_600_000 - createdAt) / DAY_MS))
      .sort((a, b) => a - b);
    assert.deepEqual(ages, [0, 1, 2, 3, 4, 5, 6, 8, 15, 22, 29]);
  });

  it('keeps what a person asked for, and three from before restores', () => {
    const asked = [1, 2, 3, 4, 5].map((at) => backup(at, 'asked'));
    const safety = [1, 2, 3, 4, 5].map((at) => backup(at, 'safety'));
    assert.deepEqual(dispensableBackups([...asked, ...safety]), safety.slice(0, 2));
  });
});
