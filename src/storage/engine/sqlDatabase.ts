import initSqlJs, { type Database, type SqlJsStatic, type Statement } from 'sql.js';
import { SextantError } from '../../base/errors.ts';
import type { SqlValue } from './logRecord.ts';

export type Row = Record<string, SqlValue>;

/** Rows of a query, and how many rows a change has changed. */
export interface SqlResult {
  readonly rows: Row[];
  readonly changes: number;
}

/** Statements that are kept prepared. */
const PREPARED_LIMIT = 128;
const CHANGES_SCHEMA = /^\s*(?:CREATE|ALTER|DROP)\b/i;

/**
 * What would make a replayed transaction end differently: clock, random, and the counters of the
 * connection.
 */
const NONDETERMINISTIC = [
  ...['random', 'randomblob', 'current_timestamp', 'current_date', 'current_time'],
  ...['date', 'time', 'datetime', 'julianday', 'unixepoch', 'strftime', 'timediff'],
  ...['changes', 'total_changes', 'last_insert_rowid', 'sqlite_version', 'sqlite_source_id'],
];

/**
 * A crash loses the memory whole, so SQLite's own journal need not survive one. It is a file in memory
 * all the same: a journal in SQLite's heap would leave that as large as the largest transaction.
 * Nobody else opens the file in memory, so what was read of it stays read from one transaction to the next.
 */
const SETUP = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = PERSIST;
  PRAGMA journal_size_limit = 1000000;
  PRAGMA synchronous = OFF;
  PRAGMA temp_store = MEMORY;
  PRAGMA foreign_keys = ON;
  SELECT count(*) FROM sqlite_schema;
`;

let loading: Promise<SqlJsStatic> | undefined;

/** SQLite itself, loaded once for a thread. */
export function loadSqlite(wasmBinary: () => Uint8Array<ArrayBuffer>): Promise<SqlJsStatic> {
  loading ??= initSqlJs({ wasmBinary: wasmBinary().buffer });
  loading.catch(() => (loading = undefined));
  return loading;
}

/** The version of that SQLite, as in `3.54.1`. */
export function sqliteVersion(sqlite: SqlJsStatic): string {
  const database = new sqlite.Database();
  try {
    return String(database.exec('SELECT sqlite_version()')[0]?.values[0]?.[0]);
  } finally {
    database.close();
  }
}

/**
 * A database in memory. Its SQL is deterministic. Text is stored well-formed (a lone surrogate
 * becomes U+FFFD), so that memory and file hold the same.
 */
export class SqlDatabase {
  readonly #sqlite: SqlJsStatic;
  readonly #database: Database;
  readonly #prepared = new Map<string, Statement>();
  /** Names of the columns of what is prepared; asking SQLite costs as much as reading a row. */
  readonly #columns = new Map<string, readonly string[]>();

  /**
   * Throws when the bytes are no database; `undefined` makes an empty one. The bytes become the
   * database's own: the caller must not use them any more.
   */
  constructor(sqlite: SqlJsStatic, bytes: Uint8Array | undefined) {
    this.#sqlite = sqlite;
    this.#database = new sqlite.Database(bytes === undefined ? undefined : handedOver(bytes));
    try {
      this.#database.exec(SETUP);
      for (const name of NONDETERMINISTIC) this.#database.create_function(name, refusal(name));
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Runs one statement. Parameters must be {@link SqlValue}s, see {@link toSqlValue}. */
  execute(sql: string, parameters: readonly SqlValue[]): SqlResult {
    const statement = this.#prepare(sql);
    try {
      statement.bind(parameters as SqlValue[]);
      const rows: Row[] = [];
      if (statement.step()) {
        const columns = this.#columnsOf(sql, statement);
        do rows.push(toRow(columns, statement.get()));
        while (statement.step());
      }
      // SQLite prepares anew what was prepared for another schema.
      if (CHANGES_SCHEMA.test(sql)) this.#columns.clear();
      return { rows, changes: this.#database.getRowsModified() };
    } finally {
      statement.reset();
    }
  }

  /** As many rows as can be read before the first damaged one. */
  readable(sql: string): Row[] {
    const rows: Row[] = [];
    try {
      const statement = this.#prepare(sql);
      const columns = statement.getColumnNames();
      while (statement.step()) rows.push(toRow(columns, statement.get()));
      statement.reset();
    } catch {
      this.#prepared.delete(sql);
    }
    return rows;
  }

  /** Runs one statement that takes no parameters and gives no rows. */
  run(sql: string): void {
    const statement = this.#prepare(sql);
    try {
      statement.step();
    } finally {
      statement.reset();
    }
  }

  /** One transaction; rolled back when `work` throws. */
  write<T>(work: () => T): T {
    this.begin();
    try {
      const result = work();
      this.commit();
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** Within a transaction: undoes what `work` did when it throws. */
  nested<T>(work: () => T): T {
    this.run('SAVEPOINT nested');
    try {
      return work();
    } catch (error) {
      this.run('ROLLBACK TO nested');
      throw error;
    } finally {
      this.run('RELEASE nested');
    }
  }

  begin(): void {
    this.run('BEGIN');
  }

  commit(): void {
    this.run('COMMIT');
  }

  rollback(): void {
    this.run('ROLLBACK');
  }

  /** Bytes of pages that hold nothing. */
  freeBytes(): number {
    const sql = 'SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size';
    return Number(this.execute(sql, []).rows[0]?.['bytes']);
  }

  /** The database as the bytes of a file. Not within a transaction. */
  export(): Uint8Array {
    return this.#database.export();
  }

  /**
   * A copy without free pages and with fresh statistics for the planner. Not within a transaction.
   * Rows, their order and their declared keys are the same.
   */
  vacuumed(): SqlDatabase {
    const copy = new SqlDatabase(this.#sqlite, undefined);
    try {
      // It must let go of its file, which is about to be filled from outside; that happens at the next access.
      copy.#database.exec('PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema');
      const { rows } = copy.execute('PRAGMA database_list', []);
      this.execute('VACUUM INTO ?', [rows[0]?.['file'] ?? null]);
      copy.run('PRAGMA locking_mode = EXCLUSIVE');
      copy.run('ANALYZE');
      return copy;
    } catch (error) {
      copy.close();
      throw error;
    }
  }

  close(): void {
    try {
      // This removes the journal, which would outlive its database.
      this.#database.exec('PRAGMA journal_mode = MEMORY');
    } catch {
      // A damaged database, of which only what could be read was wanted.
    }
    this.#database.close();
  }

  #columnsOf(sql: string, statement: Statement): readonly string[] {
    const known = this.#columns.get(sql);
    if (known !== undefined) return known;
    const columns = statement.getColumnNames();
    this.#columns.set(sql, columns);
    return columns;
  }

  #prepare(sql: string): Statement {
    const known = this.#prepared.get(sql);
    this.#prepared.delete(sql);
    const statement = known ?? this.#database.prepare(sql);
    this.#prepared.set(sql, statement);
    if (this.#prepared.size > PREPARED_LIMIT) {
      const [oldest = ''] = this.#prepared.keys();
      this.#prepared.get(oldest)?.free();
      this.#prepared.delete(oldest);
      this.#columns.delete(oldest);
    }
    return statement;
  }
}

/** A parameter as SQLite stores it. Code `invalid` for what it cannot store exactly. */
export function toSqlValue(value: unknown): SqlValue {
  switch (typeof value) {
    case 'string':
      return value.replace(/\p{Surrogate}/gu, '\uFFFD');
    case 'number':
      return Number.isNaN(value) ? null : value;
    case 'boolean':
      return value ? 1 : 0;
    case 'bigint':
      if (BigInt.asIntN(53, value) === value) return Number(value);
      break;
    default:
      if (value === null) return null;
      // A copy, since the log is written when the transaction ends and the caller may go on using its buffer.
      if (value instanceof Uint8Array) return value.slice();
  }
  throw new SextantError('invalid', `A value of type ${typeof value} cannot be stored.`);
}

/** sql.js copies what it is given, by `slice`; these bytes give themselves instead, and save a copy. */
function handedOver(bytes: Uint8Array): Uint8Array {
  return Object.defineProperty(bytes.subarray(), 'slice', { value: () => bytes });
}

function refusal(name: string): () => never {
  const refuse = (): never => {
    throw new Error(`${name}() is not deterministic: pass its value as a parameter.`);
  };
  // sql.js registers a function for as many arguments as it has; -1 is SQLite's "any number".
  return Object.defineProperty(refuse, 'length', { value: -1 });
}

function toRow(columns: readonly string[], values: readonly SqlValue[]): Row {
  const row: Row = {};
  for (let index = 0; index < columns.length; index++) row[columns[index] ?? ''] = values[index] ?? null;
  return row;
}
