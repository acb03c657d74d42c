import assert from 'node:assert/strict';
import { cpSync, readdirSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import initSqlJs, { type Database } from 'sql.js';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import { type NotesSchema, EngineFolder, assetDirectory, inBothModes, readNotes } from './engineFixture.ts';

const RUNS = process.env['SEXTANT_CAMPAIGN'] === '1' ? 1_000 : 40;

type Change =
  | { kind: 'insert'; id: number; text: string; data: Uint8Array | null }
  | { kind: 'increment'; id: number }
  | { kind: 'append'; id: number; text: string }
  | { kind: 'delete'; from: number; to: number }
  | { kind: 'copy'; by: number };

type Step =
  | { kind: 'transaction'; window: number; changes: Change[]; fails: boolean }
  | { kind: 'together'; transactions: Change[][] }
  | { kind: 'compact'; window: number }
  | { kind: 'reopen'; window: number }
  /** The process dies while it writes: this many bytes of its record are in the file. Another goes on. */
  | { kind: 'crash'; changes: Change[]; bytes: number; next: Change[] };

const id = fc.integer({ min: 1, max: 12 });
const text = fc.string({ unit: 'binary', maxLength: 20 });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), id, text, data: fc.option(fc.uint8Array({ maxLength: 30 })) }),
  fc.record({ kind: fc.constant('increment' as const), id }),
  fc.record({ kind: fc.constant('append' as const), id, text }),
  fc.record({ kind: fc.constant('delete' as const), from: id, to: id }),
  fc.record({ kind: fc.constant('copy' as const), by: fc.integer({ min: 20, max: 60 }) }),
);
const changes = fc.array(change, { minLength: 1, maxLength: 5 });
const window = fc.integer({ min: 0, max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('transaction' as const), window, changes, fails: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('together' as const),
      transactions: fc.array(changes, { minLength: 2, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), window }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), window }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('crash' as const), changes, bytes: fc.nat(200), next: changes }),
  },
);

/** The statement and its parameters, for both databases. */
function statement(change: Change): [string, (string | number | Uint8Array | null)[]] {
  switch (change.kind) {
    case 'insert':
      return ['INSERT OR REPLACE INTO notes (id, text, data) VALUES (?, ?, ?)', [change.id, change.text, change.data]];
    case 'increment':
      return ['UPDATE notes SET amount = amount + 1 WHERE id = ?', [change.id]];
    case 'append':
      return ['UPDATE notes SET text = text || ? WHERE id = ?', [change.text, change.id]];
    case 'delete':
      return ['DELETE FROM notes WHERE id BETWEEN ? AND ?', [change.from, change.to]];
    case 'copy':
      return ['INSERT OR IGNORE INTO notes (id, text) SELECT id + ?, text FROM notes WHERE id < 20', [change.by]];
  }
}

inBothModes('The storage engine beside plain SQLite', (key) => {
  it('ends with the same rows after whatever was done to both', async () => {
    const { Database: PlainDatabase } = await initSqlJs({ locateFile: (name) => path.join(assetDirectory, name) });
    const run = async (steps: Step[]): Promise<void> => {
      const folder = new EngineFolder(key);
      const plain = new PlainDatabase();
      plain.run('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, amount INTEGER NOT NULL DEFAULT 0, data BLOB)');
      const windows = [await folder.open(), await folder.open()];
      try {
        for (const each of steps) {
          await take(each, folder, windows, plain);
          for (const engine of windows) assert.deepEqual(await readNotes(engine), plainNotes(plain));
        }
        for (const engine of windows) assert.equal(engine.notice, null);
        assert.deepEqual(await readNotes(await folder.open()), plainNotes(plain));
      } finally {
        plain.close();
        await folder.dispose();
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), run), { numRuns: RUNS });
  });
}).timeout(600_000);

async function take(step: Step, folder: EngineFolder, windows: Engine<NotesSchema>[], plain: Database): Promise<void> {
  switch (step.kind) {
    case 'transaction': {
      const failure = new Error('on purpose');
      const writing = write(windows[step.window]!, step.changes, step.fails ? failure : undefined);
      if (step.fails) await assert.rejects(writing, failure);
      else await writing;
      if (!step.fails) writePlain(plain, step.changes);
      return;
    }
    case 'together':
      await Promise.all(step.transactions.map((each) => write(windows[0]!, each)));
      for (const each of step.transactions) writePlain(plain, each);
      return;
    case 'compact':
      await windows[step.window]!.compact();
      return;
    case 'reopen':
      await windows[step.window]!.close();
      windows[step.window] = await folder.open();
      return;
    case 'crash':
      await crash(step, folder, windows);
      await write(windows[0]!, step.next);
      writePlain(plain, step.next);
  }
}

/** Lets one window write, cuts its record as a kill in mid-write would, and opens both again. */
async function crash(
  { changes, bytes }: Step & { kind: 'crash' },
  folder: EngineFolder,
  windows: Engine<NotesSchema>[],
): Promise<void> {
  const newest = (): string =>
    readdirSync(folder.directory)
      .filter((name) => name.startsWith('log-'))
      .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
      .at(-1)!;
  const log = path.join(folder.directory, newest());
  for (const engine of windows) await engine.close();
  const before = statSync(log).size;
  const elsewhere = new EngineFolder(folder.key);
  cpSync(folder.directory, elsewhere.directory, { recursive: true });
  const dying = await elsewhere.open();
  await write(dying, changes);
  await dying.close();
  cpSync(path.join(elsewhere.directory, newest()), log);
  await elsewhere.dispose();
  const after = statSync(log).size;
  truncateSync(log, Math.min(before + bytes, Math.max(before, after - 1)));
  windows[0] = await folder.open();
  windows[1] = await folder.open();
}

function write(engine: Engine<NotesSchema>, changes: Change[], failure?: Error): Promise<void> {
  return engine.transaction(async (database) => {
    for (const change of changes) {
      const [text, parameters] = statement(change);
      // Kysely numbers nothing in SQLite: every `?` takes the next parameter.
      const pieces = text.split('?').map((piece) => sql.raw(piece));
      await sql
        .join(
          pieces.flatMap((piece, index) => (index === 0 ? [piece] : [sql`${parameters[index - 1]}`, piece])),
          sql.raw(''),
        )
        .execute(database);
    }
    if (failure !== undefined) throw failure;
  });
}

function writePlain(plain: Database, changes: Change[]): void {
  for (const change of changes) plain.run(...statement(change));
}

function plainNotes(plain: Database): unknown[] {
  const [result] = plain.exec('SELECT * FROM notes ORDER BY id');
  return (result?.values ?? []).map(([id, text, amount, data]) => ({ id, text, amount, data }));
}
