import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Backup, MaintenanceReport } from '../../../../src/protocol/archive.ts';
import { dispensableBackups } from '../../../../src/storage/archive/rotation.ts';
import { SqlDatabase } from '../../../../src/storage/engine/sqlDatabase.ts';
import { LibraryFolder, type StoreCaller } from './libraryFixture.ts';

const DAY_MS = 86_400_000;

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
      [store, store, folder.open(), folder.open()].map((each) => each.call('maintenance.run', idle)),
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
