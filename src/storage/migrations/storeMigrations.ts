import { type Kysely, sql } from 'kysely';
import type { Migration } from '../engine/engine.ts';
import { cacheUse } from './cacheUse.ts';
import { fileDrafts } from './fileDrafts.ts';
import { firstTables } from './firstTables.ts';
import { libraryTables } from './libraryTables.ts';
import { modelUsage } from './modelUsage.ts';

/*
 * A published migration never changes; what is new is appended. Rules of the tables: STRICT, so that
 * a wrong type is refused; every foreign key has an index; none is checked at COMMIT, when the log
 * has the transaction already; long text stands last, so that short columns are read without it.
 */

/** From an empty file to the schema of `schema.ts`. */
export const storeMigrations: readonly Migration[] = [
  {
    name: 'users, providers, settings, conversations and messages',
    up: (database) => execute(database, firstTables),
  },
  {
    name: 'attachments, history search, personas, knowledge, usage, audit',
    up: (database) => execute(database, libraryTables),
  },
  {
    name: 'files that stand on no message yet',
    up: (database) => execute(database, fileDrafts),
  },
  {
    name: 'when a kept answer was last served',
    up: (database) => execute(database, cacheUse),
  },
  {
    name: 'what models were used for, and what that came to',
    up: (database) => execute(database, modelUsage),
  },
];

async function execute(database: Kysely<never>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
