import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Engine, EngineOptions, Migration } from '../../../src/storage/engine/engine.ts';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../../src/storage/engine/openEngine.ts';
import type { StorePlatform } from '../../../src/storage/engine/platform.ts';
import type { StoreKey } from '../../../src/storage/seal/seal.ts';
import { newStoreSecret, openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { StoreKeys } from '../../../src/storage/seal/storeKeys.ts';

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

/** Of the key that suites in both modes use, for a process of its own. */
export const storeSecret = newStoreSecret();

/** The same suite twice, on a store that is not sealed and on one that is: the laws are the same. */
export function inBothModes(title: string, suite: (key: StoreKey | null) => void): { timeout(ms: number): void } {
  const suites = [null, openStoreKey(storeSecret)].map((key) =>
    describe(key === null ? title : `${title}, sealed`, () => {
      suite(key);
    }),
  );
  return {
    timeout(ms) {
      for (const each of suites) each.timeout(ms);
    },
  };
}

/** A folder that is gone after the test, and engines on it that are closed. */
export class EngineFolder {
  readonly directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-store-'));
  /** What a new store is sealed with; null when it is not. */
  readonly key: StoreKey | null;
  readonly #engines: Engine<NotesSchema>[] = [];

  constructor(key: StoreKey | null = null) {
    this.key = key;
  }

  /** What a window knows. */
  keys(): StoreKeys {
    const keys = new StoreKeys();
    if (this.key !== null) keys.add((keys.current = this.key));
    return keys;
  }

  platform(): StorePlatform {
    return nodePlatform({ directory: this.directory, assetDirectory });
  }

  async open(options: Partial<EngineOptions> = {}): Promise<Engine<NotesSchema>> {
    const engine = await openEngine<NotesSchema>({
      platform: this.platform(),
      keys: this.keys(),
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
