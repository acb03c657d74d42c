import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import initSqlJs, { type Database } from 'sql.js';
import { errorCode } from '../../../src/base/errors.ts';
import type { Engine, EngineChange, Migration } from '../../../src/storage/engine/engine.ts';
import { type NotesSchema, EngineFolder, addNote, notesMigrations, readIds, readNotes } from './engineFixture.ts';

const nothing = (): Promise<void> => Promise.resolve();
const copyOf = (bytes: Uint8Array) => (): Promise<Uint8Array> => Promise.resolve(bytes.slice());

const secondMigration: Migration = {
  name: 'a column',
  async up(database) {
    await sql`ALTER TABLE notes ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'`.execute(database);
  },
};

describe('Putting a database from outside in the place of the store’s', () => {
  let folder: EngineFolder;
  let engine: Engine<NotesSchema>;

  beforeEach(async () => {
    folder = new EngineFolder();
    engine = await folder.open();
  });

  afterEach(() => folder.dispose());

  it('gives back what was there when it was exported', async () => {
    await addNote(engine, 1);
    const saved = await engine.export();
    const before = await readNotes(engine);
    await addNote(engine, 2);
    await engine.replace(copyOf(saved), nothing);
    assert.deepEqual(await readNotes(engine), before);
    await addNote(engine, 3);
    assert.deepEqual(await readIds(await folder.open()), [1, 3]);
  });

  it('is seen by windows that are open, and by their listeners', async () => {
    const other = await folder.open();
    await addNote(engine, 1);
    const saved = await engine.export();
    await addNote(engine, 2);
    assert.deepEqual(await readIds(other), [1, 2]);
    const changes: EngineChange['topics'][] = [];
    other.onDidChange(({ topics }) => changes.push(topics));
    await engine.replace(copyOf(saved), nothing);
    assert.deepEqual(await readIds(other), [1]);
    assert.ok(changes.includes('everything'));
    await addNote(other, 7);
    assert.deepEqual(await readIds(engine), [1, 7]);
  });

  it('lets something be written into it before anybody sees it, from what is there now', async () => {
    const empty = await engine.export();
    await addNote(engine, 5, 'to be kept');
    const count = await engine.replace(copyOf(empty), async (next, present) => {
      const rows = await present.selectFrom('notes').selectAll().execute();
      await next.insertInto('notes').values(rows).execute();
      return rows.length;
    });
    assert.equal(count, 1);
    assert.equal((await readNotes(await folder.open()))[0]?.text, 'to be kept');
  });

  it('has done nothing when that fails', async () => {
    await addNote(engine, 1);
    const saved = await engine.export();
    await addNote(engine, 2);
    const failing = engine.replace(copyOf(saved), () => Promise.reject(new Error('No.')));
    await assert.rejects(failing, /No\./);
    assert.deepEqual(await readIds(engine), [1, 2]);
    assert.deepEqual(await readIds(await folder.open()), [1, 2]);
  });

  it('brings an older schema to this version’s', async () => {
    await addNote(engine, 1);
    const old = await engine.export();
    await engine.close();
    const migrations = [...notesMigrations, secondMigration];
    const newer = await folder.open({ migrations });
    await newer.replace(copyOf(old), nothing);
    assert.deepEqual(await newer.read((database) => database.selectFrom('notes').selectAll().execute()), [
      { id: 1, text: 'note 1', amount: 0, data: null, colour: 'blue' },
    ] as unknown as NotesSchema['notes'][]);
  });

  it('holds both ways when the newest snapshot is damaged afterwards: never what was replaced', async () => {
    await addNote(engine, 1);
    const saved = await engine.export();
    await addNote(engine, 2);
    await engine.replace(copyOf(saved), nothing);
    await engine.close();
    const snapshots = readdirSync(folder.directory).filter((name) => name.startsWith('snapshot-'));
    const newest = snapshots.sort().at(-1) ?? '';
    rmSync(path.join(folder.directory, newest));
    assert.deepEqual(await readIds(await folder.open()), [1]);
  });

  describe('refuses, and changes nothing:', () => {
    const hostile: [name: string, code: string, change: (database: Database) => void][] = [
      ['another table', 'invalid', (database) => database.run('CREATE TABLE other (id INTEGER)')],
      ['another column', 'invalid', (database) => database.run('ALTER TABLE notes ADD COLUMN x TEXT')],
      [
        'a trigger',
        'invalid',
        (database) => database.run('CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM notes; END'),
      ],
      ['a view', 'invalid', (database) => database.run('CREATE VIEW v AS SELECT * FROM notes')],
      ['no version', 'invalid', (database) => database.run('PRAGMA user_version = 0')],
      ['a newer version', 'outdated', (database) => database.run('PRAGMA user_version = 9')],
      [
        'a value of a wrong type',
        'damaged',
        (database) =>
          database.exec(`PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '/*STRICT*/')`),
      ],
    ];
    for (const [name, code, change] of hostile) {
      it(name, async () => {
        await addNote(engine, 1);
        const SQL = await initSqlJs();
        let database = new SQL.Database(await engine.export());
        change(database);
        if (code === 'damaged') {
          database = new SQL.Database(database.export());
          database.exec(`UPDATE notes SET amount = 'many'; PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, '/*STRICT*/', 'STRICT')`);
        }
        const bytes = database.export();
        database.close();
        const isRefused = (error: unknown): boolean => errorCode(error) === code;
        await assert.rejects(engine.inspect(bytes.slice(), nothing), isRefused);
        await assert.rejects(engine.replace(copyOf(bytes), nothing), isRefused);
        assert.deepEqual(await readIds(engine), [1]);
      });
    }

    it('bytes that are no database, and one that was cut off', async () => {
      for (let id = 0; id < 200; id++) await addNote(engine, id, 'x'.repeat(500));
      const whole = await engine.export();
      for (const bytes of [new Uint8Array(0), new Uint8Array(5_000).fill(7), whole.subarray(0, 20_000)]) {
        await assert.rejects(engine.replace(copyOf(bytes), nothing), { name: 'SextantError' });
      }
      assert.equal((await readIds(engine)).length, 200);
    });
  });

  it('writes the exported bytes as a file that any tool opens', async () => {
    await addNote(engine, 1, 'as a file');
    const file = path.join(folder.directory, 'copy.sqlite');
    writeFileSync(file, await engine.export());
    const SQL = await initSqlJs();
    const database = new SQL.Database(readFileSync(file));
    assert.equal(database.exec('SELECT text FROM notes')[0]?.values[0]?.[0], 'as a file');
    database.close();
  });
}).timeout(20_000);
