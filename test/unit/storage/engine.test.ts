import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import initSqlJs from 'sql.js';
import type { EngineChange } from '../../../src/storage/engine/engine.ts';
import { decodeLogHeader, encodeLogHeader } from '../../../src/storage/engine/logHeader.ts';
import { EngineFolder, addNote, assetDirectory, inBothModes, increment, readIds, readNotes } from './engineFixture.ts';

inBothModes('The storage engine', (key) => {
  let folder: EngineFolder;

  beforeEach(() => {
    folder = new EngineFolder(key);
  });

  afterEach(() => folder.dispose());

  it('has after opening again what was committed before', async () => {
    const engine = await folder.open();
    const data = Uint8Array.of(0, 1, 255);
    await engine.transaction(async (database) => {
      await database
        .insertInto('notes')
        .values({ id: 1, text: 'é\u0000\u{1F9ED}', amount: 1_790_000_000_000, data })
        .execute();
      await database.insertInto('notes').values({ id: 2, text: null, amount: -5, data: null }).execute();
    });
    await engine.close();
    assert.deepEqual(await readNotes(await folder.open()), [
      { id: 1, text: 'é\u0000\u{1F9ED}', amount: 1_790_000_000_000, data },
      { id: 2, text: null, amount: -5, data: null },
    ]);
  });

  it('keeps the same text in memory as on disk, also where it is not Unicode', async () => {
    const engine = await folder.open();
    await addNote(engine, 1, 'half \ud83d of a pair');
    const before = await readNotes(engine);
    await engine.close();
    assert.deepEqual(await readNotes(await folder.open()), before);
  });

  it('stores what a buffer held when it was given, whatever becomes of the buffer', async () => {
    const engine = await folder.open();
    const data = Uint8Array.of(1, 2, 3);
    await engine.transaction(async (database) => {
      await database.insertInto('notes').values({ id: 1, amount: 0, data }).execute();
      data.fill(9);
      await database.insertInto('notes').values({ id: 2, amount: 0, data }).execute();
    });
    await engine.close();
    const notes = await readNotes(await folder.open());
    assert.deepEqual(
      notes.map((note) => note.data),
      [Uint8Array.of(1, 2, 3), Uint8Array.of(9, 9, 9)],
    );
  });

  it('undoes a transaction that throws, and hands the error on', async () => {
    const engine = await folder.open();
    await addNote(engine, 1);
    const failing = engine.transaction(async (database) => {
      await database.deleteFrom('notes').execute();
      throw new RangeError('no');
    });
    await assert.rejects(failing, RangeError);
    assert.deepEqual(await readIds(engine), [1]);
  });

  it('commits the others of a group when one of them fails', async () => {
    const engine = await folder.open();
    const results = await Promise.allSettled([1, 2, 2, 3].map((id) => addNote(engine, id)));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    await engine.close();
    assert.deepEqual(await readIds(await folder.open()), [1, 2, 3]);
  });

  it('writes a group of transactions in one append', async () => {
    const platform = folder.platform();
    let syncs = 0;
    const openLog = platform.files.openLog;
    const files = {
      ...platform.files,
      openLog(name: string) {
        const log = openLog(name);
        if (log === undefined) return undefined;
        return Object.assign(Object.create(log) as typeof log, {
          sync() {
            syncs++;
            log.sync();
          },
          append: log.append.bind(log),
          size: log.size.bind(log),
          readFrom: log.readFrom.bind(log),
          close: log.close.bind(log),
        });
      },
    };
    const engine = await folder.open({ platform: { ...platform, files } });
    await Promise.all(Array.from({ length: 50 }, (_, id) => addNote(engine, id)));
    assert.equal(syncs, 1);
    assert.equal((await readIds(engine)).length, 50);
  });

  it('undoes a transaction that waits for anything but its queries', async () => {
    const engine = await folder.open();
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const waiting = engine.transaction(async (database) => {
      await database.insertInto('notes').values({ id: 1, amount: 0 }).execute();
      await gate;
      await database.insertInto('notes').values({ id: 2, amount: 0 }).execute();
    });
    await assert.rejects(waiting, /waited for something other than its queries/);
    goOn();
    await delay(5);
    assert.deepEqual(await readIds(engine), []);
  });

  it('refuses to write in a read', async () => {
    const engine = await folder.open();
    await assert.rejects(
      engine.read((database) => database.insertInto('notes').values({ id: 1, amount: 0 }).execute()),
      /only reads/,
    );
    assert.deepEqual(await readIds(engine), []);
  });

  for (const expression of [
    ...['random()', 'randomblob(4)', "datetime('now')", "strftime('%s', 'now')", 'CURRENT_TIMESTAMP', 'CURRENT_DATE'],
    ...['unixepoch()', 'julianday()', 'last_insert_rowid()', 'changes()', 'total_changes()', 'sqlite_version()'],
  ]) {
    it(`refuses ${expression}, which a replay would answer otherwise`, async () => {
      const engine = await folder.open();
      const writing = engine.transaction((database) =>
        sql`INSERT INTO notes (id, text) VALUES (1, ${sql.raw(expression)})`.execute(database),
      );
      await assert.rejects(writing, /not deterministic/);
    });
  }

  for (const statement of [
    'COMMIT',
    'PRAGMA foreign_keys = OFF',
    'VACUUM',
    ' savepoint x',
    "ATTACH ':memory:' AS other",
  ]) {
    it(`refuses ${statement} in a work function`, async () => {
      const engine = await folder.open();
      await assert.rejects(
        engine.transaction((database) => sql.raw(statement).execute(database)),
        /engine’s own/,
      );
    });
  }

  for (const value of [undefined, new Date(0), 2n ** 60n, { id: 1 }]) {
    it(`refuses to store ${Object.prototype.toString.call(value)}`, async () => {
      const engine = await folder.open();
      await assert.rejects(
        engine.transaction((database) => sql`INSERT INTO notes (text) VALUES (${value})`.execute(database)),
        { code: 'invalid' },
      );
    });
  }

  it('writes nothing for a transaction that changes nothing', async () => {
    const engine = await folder.open();
    const { logBytes } = await engine.status();
    await engine.transaction(async (database) => {
      await database.selectFrom('notes').selectAll().execute();
      await increment(database, 7);
    });
    assert.equal((await engine.status()).logBytes, logBytes);
  });

  it('shows each window what the other wrote, and says what it was about', async () => {
    const one = await folder.open();
    const other = await folder.open();
    const heard: EngineChange[] = [];
    other.onDidChange((change) => heard.push(change));
    await addNote(one, 1);
    assert.deepEqual(await readIds(other), [1]);
    await addNote(other, 2);
    assert.deepEqual(await readIds(one), [1, 2]);
    assert.deepEqual(heard, [
      { topics: ['note:1'], origin: 'elsewhere' },
      { topics: ['note:2'], origin: 'here' },
    ]);
  });

  it('hears of another window’s writes without asking', async () => {
    const one = await folder.open();
    const other = await folder.open();
    const change = new Promise<EngineChange>((resolve) => other.onDidChange(resolve));
    await addNote(one, 1);
    assert.deepEqual(await change, { topics: ['note:1'], origin: 'elsewhere' });
  });

  it('opens and reads without the lock, so that it waits for no writer and none for it', async () => {
    const writer = await folder.open();
    await addNote(writer, 1);
    const unreachable = (): never => assert.fail('a reader has asked for the lock');
    const lock = { isTaken: unreachable, tryAcquire: unreachable, release: unreachable };
    const reader = await folder.open({ platform: { ...folder.platform(), lock } });
    assert.deepEqual(await readIds(reader), [1]);
    await writer.compact();
    await addNote(writer, 2);
    assert.deepEqual(await readIds(reader), [1, 2]);
  });

  it('waits with its write while another window holds the lock', async () => {
    const engine = await folder.open();
    const { lock } = folder.platform();
    assert.ok(lock.tryAcquire());
    let isWritten = false;
    const writing = addNote(engine, 1).then(() => (isWritten = true));
    await delay(50);
    assert.equal(isWritten, false);
    lock.release();
    await writing;
    assert.deepEqual(await readIds(engine), [1]);
  });

  it('counts right when two windows write at the same time without a lock', async () => {
    const lock = { isTaken: () => false, tryAcquire: () => true, release: () => undefined };
    const engines = await Promise.all([1, 2, 3].map(() => folder.open({ platform: { ...folder.platform(), lock } })));
    await addNote(engines[0]!, 1);
    const writers = engines.flatMap((engine) => [engine, engine]);
    await Promise.all(
      writers.map(async (engine) => {
        for (let round = 0; round < 20; round++) await engine.transaction((database) => increment(database, 1));
      }),
    );
    for (const engine of [...engines, await folder.open()]) {
      assert.equal((await readNotes(engine))[0]?.amount, 120);
    }
  });

  it('goes on with the other window’s generation after it has compacted', async () => {
    const one = await folder.open();
    const other = await folder.open();
    for (let id = 1; id <= 6; id += 2) {
      await addNote(one, id);
      await one.compact();
      await addNote(other, id + 1);
    }
    assert.deepEqual(await readIds(one), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(await readIds(other), [1, 2, 3, 4, 5, 6]);
    assert.equal((await other.status()).generation, 4);
  });

  it(`keeps two generations${key === null ? ', as files that any SQLite opens' : ''}`, async () => {
    const engine = await folder.open();
    await addNote(engine, 1);
    await engine.compact();
    await engine.compact();
    assert.deepEqual(readdirSync(folder.directory).sort(), [
      'CURRENT',
      'log-2',
      'log-3',
      'snapshot-2.sqlite',
      'snapshot-3.sqlite',
    ]);
    if (key !== null) return;
    const { Database } = await initSqlJs({ locateFile: (name) => path.join(assetDirectory, name) });
    const database = new Database(readFileSync(path.join(folder.directory, 'snapshot-3.sqlite')));
    assert.deepEqual(
      database.exec('SELECT id FROM notes; PRAGMA user_version').map(({ values }) => values),
      [[[1]], [[1]]],
    );
    database.close();
  });

  it('folds a log that has grown large into a snapshot by itself', async () => {
    const engine = await folder.open();
    const data = new Uint8Array(1_000_000);
    for (let id = 1; id <= 8; id++) {
      await engine.transaction((database) => database.insertInto('notes').values({ id, amount: 0, data }).execute());
    }
    while ((await engine.status()).generation === 1) await delay(1);
    const { generation, logBytes } = await engine.status();
    assert.ok(generation === 2 && logBytes < 10_000);
    assert.equal((await readIds(engine)).length, 8);
  });

  it('writes a snapshot before it writes to the log of another version of SQLite', async () => {
    await (await folder.open()).close();
    const log = path.join(folder.directory, 'log-1');
    const { header } = decodeLogHeader(readFileSync(log))!;
    writeFileSync(log, encodeLogHeader({ ...header, sqliteVersion: '3.0.0' }, key));
    const engine = await folder.open();
    assert.equal((await engine.status()).generation, 1);
    await addNote(engine, 1);
    assert.equal((await engine.status()).generation, 2);
    await addNote(engine, 2);
    assert.equal((await engine.status()).generation, 2);
  });

  it('finishes what was asked for before it closes, and refuses what comes after', async () => {
    const engine = await folder.open();
    const writing = Promise.all([1, 2, 3].map((id) => addNote(engine, id)));
    await engine.close();
    await writing;
    await assert.rejects(readIds(engine), { code: 'closed' });
    await assert.rejects(addNote(engine, 4), { code: 'closed' });
    assert.deepEqual(await readIds(await folder.open()), [1, 2, 3]);
  });

  it('loses nothing of writes that are synced each second when it is closed', async () => {
    const engine = await folder.open({ sync: 'eachSecond' });
    await Promise.all(Array.from({ length: 10 }, (_, id) => addNote(engine, id)));
    await engine.close();
    assert.equal((await readIds(await folder.open())).length, 10);
  });

  for (const [owner, mark, ageSeconds] of [
    ['a process that is gone', `999999999 ${os.hostname()} x`, 0],
    ['a thread of this process that was ended', `${process.pid} ${os.hostname()} x`, 5],
    ['nobody', '', 5],
    ['another machine, for too long', '1 elsewhere x', 120],
    ['a process that took it before the clock was set back', `${process.ppid} ${os.hostname()} x`, -3_600],
  ] as const) {
    it(`takes over the lock of ${owner}`, async () => {
      const engine = await folder.open();
      const lock = path.join(folder.directory, 'lock');
      writeFileSync(lock, mark);
      const time = Date.now() / 1000 - ageSeconds;
      utimesSync(lock, time, time);
      const platform = folder.platform();
      assert.ok(platform.lock.tryAcquire());
      assert.ok(!folder.platform().lock.tryAcquire());
      platform.lock.release();
      await addNote(engine, 1);
      assert.ok(!readdirSync(folder.directory).includes('lock'));
    });
  }

  it('refuses a folder where a file stands', async () => {
    const { directory } = folder;
    rmSync(directory, { recursive: true });
    writeFileSync(directory, '');
    await assert.rejects(folder.open(), { code: 'invalid' });
    rmSync(directory);
    mkdirSync(directory);
  });
}).timeout(20_000);
