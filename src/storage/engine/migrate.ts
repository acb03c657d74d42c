import { SextantError } from '../../base/errors.ts';
import type { Migration } from './engine.ts';
import { KyselySession } from './kyselySession.ts';
import type { SqlDatabase } from './sqlDatabase.ts';

/**
 * Brings a database from schema version `from` to `to`, all or nothing. Foreign keys are off
 * meanwhile, so that tables can be rebuilt, and checked at the end.
 */
export async function migrate(
  database: SqlDatabase,
  migrations: readonly Migration[],
  from: number,
  to: number,
): Promise<void> {
  if (from === to) return;
  database.run('PRAGMA foreign_keys = OFF');
  database.begin();
  try {
    for (const migration of migrations.slice(from, to)) {
      const session = new KyselySession<never>(database, 'writes');
      await migration.up(session.kysely);
      session.end();
    }
    check(database);
    // For whoever opens a snapshot by hand, and for a repair that has nothing else to go by.
    database.run(`PRAGMA user_version = ${to}`);
    database.commit();
  } catch (error) {
    database.rollback();
    throw error;
  } finally {
    database.run('PRAGMA foreign_keys = ON');
  }
}

/** The error for a store that a newer version of Sextant has upgraded. */
export function outdatedError(): SextantError {
  return new SextantError(
    'outdated',
    'A newer version of Sextant has upgraded the store. Reload this window; if that does not help, update Sextant.',
  );
}

function check(database: SqlDatabase): void {
  if (database.execute('PRAGMA foreign_key_check', []).rows.length > 0) {
    throw new SextantError('damaged', 'The store could not be upgraded: rows that belong together do not fit.');
  }
  // A deferred constraint would fail at COMMIT, when the log has the transaction already.
  if (database.execute(`SELECT 1 FROM sqlite_schema WHERE sql LIKE '%INITIALLY DEFERRED%'`, []).rows.length > 0) {
    throw new SextantError('internal', 'Foreign keys must be checked at once: the log cannot take a transaction back.');
  }
}
