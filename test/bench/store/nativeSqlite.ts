import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { cacheDirectory } from '../../harness/project.ts';
import { installNative } from '../nativePackages.ts';

/** The newest that was tried; the name stands in the results. */
const PACKAGE = 'better-sqlite3';
const VERSION = '12.11.1';

/** Node 24 ends the process when something of better-sqlite3 is collected as garbage, so nothing is. */
const kept: unknown[] = [];

type Parameter = string | number | null | Uint8Array;

/** SQLite as a native module, as its packages offer it. */
export interface NativeDatabase {
  exec(sql: string): void;
  prepare(sql: string): NativeStatement;
  close(): void;
}

export interface NativeStatement {
  run(...parameters: Parameter[]): unknown;
  all(...parameters: Parameter[]): unknown[];
}

/** What Sextant's store is measured beside. */
export interface NativeSqlite {
  /** As the results name it. */
  readonly name: string;
  /** With a write-ahead log and `synchronous=FULL`: a commit is on disk when it returns. */
  open(file: string): NativeDatabase;
}

/** better-sqlite3, built in the cache. Where it cannot be built, the SQLite inside Node takes its place, and the reason is printed. */
export async function loadNativeSqlite(): Promise<NativeSqlite> {
  try {
    const Database = await loadBetterSqlite();
    return { name: PACKAGE, open: (file) => prepared(new Database(file)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.log(`${PACKAGE} cannot be built here (${reason}). The SQLite inside Node takes its place.`);
    return { name: 'node:sqlite', open: (file) => prepared(new DatabaseSync(file)) };
  }
}

function prepared(database: NativeDatabase): NativeDatabase {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  kept.push(database);
  return {
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const statement = database.prepare(sql);
      kept.push(statement);
      return statement;
    },
    close() {
      database.close();
    },
  };
}

async function loadBetterSqlite(): Promise<new (file: string) => NativeDatabase> {
  const require = await installNative(path.join(cacheDirectory, 'native-sqlite'), [`${PACKAGE}@${VERSION}`]);
  const Database = require(PACKAGE) as new (file: string) => NativeDatabase;
  // Whether it works is known only when it has been used.
  kept.push(new Database(':memory:'));
  return Database;
}
