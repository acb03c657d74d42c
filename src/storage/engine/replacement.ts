import type { Kysely } from 'kysely';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { EngineContext } from './context.ts';
import { KyselySession } from './kyselySession.ts';
import { migrate } from './migrate.ts';
import { SqlDatabase } from './sqlDatabase.ts';
import { runWork } from './transactionGroup.ts';

/**
 * Opens a database that comes from outside, such as a backup's, and brings it to this version's schema.
 * It is trusted with nothing: its tables, indexes and triggers must be those of its schema version to the letter,
 * and its pages, types, checks and foreign keys must hold. The bytes become the database's own. Codes: `outdated` when a newer version made it, `damaged`
 * and `invalid` for all else.
 */
export async function openReplacement(context: EngineContext, bytes: Uint8Array): Promise<SqlDatabase> {
  const database = openBytes(context, bytes);
  try {
    const version = versionOf(database);
    const newest = context.migrations.length;
    if (version > newest) {
      throw new SextantError(
        'outdated',
        t('It was made by a newer version of Sextant. Update Sextant, and try again.'),
      );
    }
    await requireSchema(context, database, version);
    requireIntegrity(database);
    // Else nothing is written, so that the bytes stay as they are.
    if (version < newest) await migrate(database, context.migrations, version, newest);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Looks into a database from outside as it would be after it had been put in the place of the present one. */
export async function inspectReplacement<T>(
  context: EngineContext,
  bytes: Uint8Array,
  work: (database: Kysely<never>) => Promise<T>,
): Promise<T> {
  const database = await openReplacement(context, bytes);
  try {
    return await runWork(context.platform, new KyselySession<never>(database, 'reads'), work);
  } finally {
    database.close();
  }
}

/** Runs `prepare`, which writes to the next database and reads the present one. */
export async function prepareReplacement<T>(
  { platform }: EngineContext,
  { next, present }: { readonly next: SqlDatabase; readonly present: SqlDatabase },
  prepare: (next: Kysely<never>, present: Kysely<never>) => Promise<T>,
): Promise<T> {
  const reading = new KyselySession<never>(present, 'reads');
  next.begin();
  try {
    const result = await runWork(platform, new KyselySession<never>(next, 'writes'), (kysely) =>
      prepare(kysely, reading.kysely),
    );
    next.commit();
    return result;
  } finally {
    reading.end();
  }
}

function openBytes({ sqlite }: EngineContext, bytes: Uint8Array): SqlDatabase {
  try {
    return new SqlDatabase(sqlite, bytes);
  } catch (cause) {
    throw new SextantError('invalid', t('It holds no database that can be read.'), { cause });
  }
}

function versionOf(database: SqlDatabase): number {
  const version = database.execute('PRAGMA user_version', []).rows[0]?.['user_version'];
  return typeof version === 'number' && version > 0 ? version : notOurs();
}

async function requireSchema(context: EngineContext, database: SqlDatabase, version: number): Promise<void> {
  const model = new SqlDatabase(context.sqlite, undefined);
  try {
    await migrate(model, context.migrations, 0, version);
    if (schemaOf(database) !== schemaOf(model)) notOurs();
  } finally {
    model.close();
  }
}

/** What ANALYZE leaves behind is SQLite's own business. */
function schemaOf(database: SqlDatabase): string {
  const sql = `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name`;
  return JSON.stringify(database.execute(sql, []).rows);
}

function requireIntegrity(database: SqlDatabase): void {
  const [row] = database.execute('PRAGMA integrity_check(1)', []).rows;
  const isWhole = row?.['integrity_check'] === 'ok';
  if (!isWhole || database.execute('PRAGMA foreign_key_check', []).rows.length > 0) {
    throw new SextantError('damaged', t('Its database is damaged.'));
  }
}

function notOurs(): never {
  throw new SextantError('invalid', t('Its database is not one of Sextant’s.'));
}
