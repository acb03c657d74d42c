import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Engine, EngineOptions, Migration } from '../../../src/storage/engine/engine.ts';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../../src/storage/engine/openEngine.ts';
import type { StorePlatform } from '../../../src/storage/engine/platform.ts';

/** Where `sql-wasm.wasm` lies without a build. */
export const assetDirectory = path.dirname(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'));

export interface NotesSchema {
  notes: { id: number; text: string | null; amount: number; data: Uint8Array | null };
}

export const notesMigrations: readonly Migration[] = [
  {
    name: 'notes',
    async up(database) {
      await sql`
        CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, amount INTEGER NOT NULL DEFAULT 0, data BLOB) STRICT
      `.execute(database);
    },
  },
];

/** A folder that is gone after the test, and engines on it that are closed. */
export class EngineFolder {
  readonly directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-store-'));
  readonly #engines: Engine<NotesSchema>[] = [];

  platform(): StorePlatform {
    return nodePlatform({ directory: this.directory, assetDirectory });
  }

  async open(options: Partial<EngineOptions> = {}): Promise<Engine<NotesSchema>> {
    const engine = await openEngine<NotesSchema>({
      platform: this.platform(),
      migrations: notesMigrations,
      ...options,
    });
    this.#engines.push(engine);
    return engine;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.close()));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function addNote(engine: Engine<NotesSchema>, id: number, text = `note ${id}`): Promise<void> {
  await engine.transaction(async (database, touch) => {
    touch(`note:${id}`);
    await database.insertInto('notes').values({ id, text, amount: 0 }).execute();
  });
}

export function readIds(engine: Engine<NotesSchema>): Promise<number[]> {
  return engine.read(async (database) => {
    const rows = await database.selectFrom('notes').select('id').orderBy('id').execute();
    return rows.map(({ id }) => id);
  });
}

export function readNotes(engine: Engine<NotesSchema>): Promise<NotesSchema['notes'][]> {
  return engine.read((database) => database.selectFrom('notes').selectAll().orderBy('id').execute());
}

export function increment(database: Kysely<NotesSchema>, id: number): Promise<unknown> {
  return database
    .updateTable('notes')
    .set((expression) => ({ amount: expression('amount', '+', 1) }))
    .where('id', '=', id)
    .execute();
}
