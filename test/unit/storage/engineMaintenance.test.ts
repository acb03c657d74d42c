import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import { type NotesSchema, EngineFolder, addNote, readIds } from './engineFixture.ts';

const DAY_MS = 24 * 3_600_000;

describe('Maintenance of a store', () => {
  let folder: EngineFolder;
  let engine: Engine<NotesSchema>;

  beforeEach(async () => {
    folder = new EngineFolder();
    engine = await folder.open();
  });

  afterEach(() => folder.dispose());

  const contains = (text: string): string[] =>
    readdirSync(folder.directory).filter((name) => readFileSync(path.join(folder.directory, name)).includes(text));

  async function fill(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_, index) => addNote(engine, index + 1, 'secret '.repeat(500))));
  }

  async function deleteFrom(id: number): Promise<void> {
    await engine.transaction((database) => database.deleteFrom('notes').where('id', '>=', id).execute());
  }

  it('gives the space of deleted rows back to the disk, in every window', async () => {
    const other = await folder.open();
    await fill(200);
    await deleteFrom(3);
    const { freeBytes } = await engine.status();
    assert.ok(freeBytes > 500_000, `${freeBytes}`);
    await engine.maintain('vacuum');
    for (const each of [engine, other, await folder.open()]) {
      const status = await each.status();
      assert.deepEqual([status.freeBytes, await each.checkIntegrity()], [0, 'ok']);
      assert.ok(status.snapshotBytes < 40_000);
      assert.deepEqual(await readIds(each), [1, 2]);
    }
    await addNote(other, 3);
    assert.deepEqual(await readIds(engine), [1, 2, 3]);
  });

  it('leaves nothing of what was deleted in the folder when that is to be forgotten', async () => {
    await fill(20);
    await engine.compact();
    await deleteFrom(1);
    assert.ok(contains('secret').length > 0);
    await engine.maintain('vacuum');
    assert.ok(contains('secret').length > 0, 'the generation before is the backup');
    const { bytesBefore, bytesAfter } = await engine.maintain('forget');
    assert.ok(bytesBefore > 70_000 && bytesAfter < 40_000, `${bytesBefore}, ${bytesAfter}`);
    assert.deepEqual(contains('secret'), []);
    assert.equal(readdirSync(folder.directory).filter((name) => name.startsWith('snapshot-')).length, 2);
  });

  it('tells the planner how large the tables are', async () => {
    await fill(5);
    await engine.maintain('vacuum');
    const rows = await engine.read((database) => sql`SELECT tbl, stat FROM sqlite_stat1`.execute(database));
    assert.deepEqual(rows.rows, [{ tbl: 'notes', stat: '5' }]);
  });

  it('keeps settings of the connection: keys are checked and functions refused after it', async () => {
    await engine.maintain('vacuum');
    const random = engine.transaction((database) =>
      sql`INSERT INTO notes (amount) VALUES (random())`.execute(database),
    );
    await assert.rejects(random, /not deterministic/);
    const pragma = await engine.read((database) => sql`SELECT foreign_keys FROM pragma_foreign_keys`.execute(database));
    assert.deepEqual(pragma.rows, [{ foreign_keys: 1 }]);
  });

  it('writes on when it could not be written, and then first of all that', async () => {
    const platform = folder.platform();
    let isFull = false;
    const replace: typeof platform.files.replace = (name, bytes) => {
      if (isFull) throw new Error('full');
      platform.files.replace(name, bytes);
    };
    const failing = await folder.open({ platform: { ...platform, files: { ...platform.files, replace } } });
    await addNote(failing, 1);
    isFull = true;
    await assert.rejects(failing.maintain('vacuum'), /full/);
    assert.deepEqual(await readIds(failing), [1]);
    isFull = false;
    await addNote(failing, 2);
    assert.equal((await failing.status()).generation, 2);
    assert.deepEqual(
      [await readIds(engine), await readIds(failing)],
      [
        [1, 2],
        [1, 2],
      ],
    );
  });

  describe('with damaged files that were set aside', () => {
    const asideAt = (nowMs: number, generation: number): void => {
      const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
      for (const name of [`log-${generation}`, `snapshot-${generation}.sqlite`]) {
        writeFileSync(path.join(folder.directory, `damaged-${stamp}-${name}`), 'x'.repeat(1000));
      }
    };
    const sets = async (): Promise<number> => (await engine.status()).setAside.sets;

    it('counts them, and removes them when asked', async () => {
      for (const days of [1, 2]) asideAt(Date.now() - days * DAY_MS, days);
      assert.deepEqual((await engine.status()).setAside, { sets: 2, bytes: 4000 });
      assert.deepEqual(await engine.removeSetAside(), { sets: 2, bytes: 4000 });
      assert.deepEqual((await engine.status()).setAside, { sets: 0, bytes: 0 });
    });

    it('keeps all of the last 30 days, however many they are', async () => {
      for (let days = 1; days <= 9; days++) asideAt(Date.now() - days * DAY_MS, days);
      await engine.compact();
      assert.equal(await sets(), 9);
    });

    it('keeps the newest three, however old they are, and removes the others that are old', async () => {
      for (const days of [40, 50, 60, 70, 80]) asideAt(Date.now() - days * DAY_MS, days);
      await engine.compact();
      assert.equal(await sets(), 3);
      asideAt(Date.now(), 1);
      await engine.compact();
      assert.deepEqual((await engine.status()).setAside, { sets: 3, bytes: 6000 });
    });

    it('removes none for a clock that was set back', async () => {
      for (const days of [1, 2, 3, 4, 5]) asideAt(Date.now() + days * DAY_MS, days);
      await engine.compact();
      assert.equal(await sets(), 5);
    });

    it('keeps them where something is only purged', async () => {
      asideAt(Date.now(), 1);
      await engine.maintain('purge');
      assert.equal(await sets(), 1);
    });

    it('forgets them with all else', async () => {
      asideAt(Date.now(), 1);
      await engine.maintain('forget');
      assert.equal(await sets(), 0);
    });
  });
}).timeout(20_000);
