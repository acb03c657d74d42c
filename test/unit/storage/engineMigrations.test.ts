import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import type { Migration } from '../../../src/storage/engine/engine.ts';
import { EngineFolder, addNote, notesMigrations, readIds, readNotes } from './engineFixture.ts';

describe('The storage engine with migrations', () => {
  let folder: EngineFolder;

  beforeEach(() => {
    folder = new EngineFolder();
  });

  afterEach(() => folder.dispose());

  const second: Migration = {
    name: 'titles',
    async up(database) {
      await sql`ALTER TABLE notes ADD COLUMN title TEXT NOT NULL DEFAULT 'none'`.execute(database);
    },
  };
  const upgraded = [...notesMigrations, second];

  it('upgrades what is there and keeps the generation before', async () => {
    const old = await folder.open();
    await addNote(old, 1);
    await old.close();
    const engine = await folder.open({ migrations: upgraded });
    assert.deepEqual(
      (await readNotes(engine)).map((note) => ({ ...note })),
      [{ id: 1, text: 'note 1', amount: 0, data: null, title: 'none' }],
    );
    const status = await engine.status();
    assert.deepEqual([status.schemaVersion, status.generation], [2, 2]);
    assert.ok(readdirSync(folder.directory).includes('snapshot-1.sqlite'));
  });

  it('changes nothing when a migration fails', async () => {
    const old = await folder.open();
    await addNote(old, 1);
    await old.close();
    const before = readdirSync(folder.directory).sort();
    const broken: Migration = {
      name: 'broken',
      up: (database) => sql`DROP TABLE missing`.execute(database).then(() => undefined),
    };
    await assert.rejects(folder.open({ migrations: [...upgraded, broken] }), /no such table/);
    assert.deepEqual(readdirSync(folder.directory).sort(), before);
    assert.deepEqual(await readIds(await folder.open()), [1]);
  });

  it('leaves a downgrade the generation before, which holds all of its time', async () => {
    const old = await folder.open();
    await addNote(old, 1);
    await old.compact();
    await addNote(old, 2);
    await old.close();
    const engine = await folder.open({ migrations: upgraded });
    await addNote(engine, 3);
    await engine.close();
    const refused = readdirSync(folder.directory).sort();
    await assert.rejects(folder.open(), { code: 'outdated' });
    assert.deepEqual(readdirSync(folder.directory).sort(), refused);
    for (const name of ['snapshot-3.sqlite', 'log-3']) rmSync(path.join(folder.directory, name));
    assert.deepEqual(await readIds(await folder.open()), [1, 2]);
  });

  it('stops a window of the older version from writing, which can still read', async () => {
    const old = await folder.open();
    await addNote(old, 1);
    const notice = new Promise<string>((resolve) =>
      old.onNotice(({ message }) => {
        resolve(message);
      }),
    );
    await folder.open({ migrations: upgraded });
    await assert.rejects(addNote(old, 2), { code: 'outdated' });
    assert.match(await notice, /Reload this window/);
    assert.deepEqual(await readIds(old), [1]);
    await assert.rejects(folder.open(), { code: 'outdated' });
  });

  it('stops a window whose store was put back to an older version', async () => {
    await (await folder.open()).close();
    const older = new Map(
      readdirSync(folder.directory).map((name) => [name, readFileSync(path.join(folder.directory, name))]),
    );
    const engine = await folder.open({ migrations: upgraded });
    await addNote(engine, 1);
    for (const name of readdirSync(folder.directory)) rmSync(path.join(folder.directory, name));
    for (const [name, bytes] of older) writeFileSync(path.join(folder.directory, name), bytes);
    await assert.rejects(addNote(engine, 2), { code: 'outdated' });
    assert.deepEqual(await readIds(engine), [1]);
  });

  it('refuses constraints that COMMIT would check', async () => {
    const deferred: Migration = {
      name: 'deferred',
      async up(database) {
        await sql`CREATE TABLE tags (note INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)`.execute(
          database,
        );
      },
    };
    await assert.rejects(folder.open({ migrations: [...notesMigrations, deferred] }), /checked at once/);
  });
}).timeout(20_000);
