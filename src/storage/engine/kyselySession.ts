import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { SextantError } from '../../base/errors.ts';
import type { LoggedStatement } from './logRecord.ts';
import { type SqlDatabase, toSqlValue } from './sqlDatabase.ts';

const adapter = new SqliteAdapter();
const compiler = new SqliteQueryCompiler();

/** The engine begins and ends transactions, and nothing may change how the connection works. */
const FORBIDDEN = /^\s*(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|ATTACH|DETACH|VACUUM)\b/i;
const READING = /^\s*(SELECT|VALUES|EXPLAIN)\b/i;

/**
 * Kysely for one work function. Queries run at once, so they resolve within the macrotask; after
 * `end` they are refused. `statements` collects those that changed something, ready for the log; one that reads
 * refuses all others.
 */
export class KyselySession<Schema> {
  readonly kysely: Kysely<Schema>;
  readonly statements: LoggedStatement[] = [];
  readonly #database: SqlDatabase;
  readonly #mode: 'reads' | 'writes';
  #ended = false;

  constructor(database: SqlDatabase, mode: 'reads' | 'writes') {
    this.#database = database;
    this.#mode = mode;
    this.kysely = new Kysely<Schema>({ dialect: dialectOver((query) => this.#execute(query)) });
  }

  end(): void {
    this.#ended = true;
  }

  #execute(query: CompiledQuery): QueryResult<unknown> {
    if (this.#ended) throw new SextantError('internal', 'A query came after the end of its transaction.');
    if (FORBIDDEN.test(query.sql)) throw new SextantError('internal', 'This statement is the engine’s own to run.');
    const kind = query.query.kind;
    const reads = kind === 'SelectQueryNode' || READING.test(query.sql);
    if (this.#mode === 'reads' && !reads) throw new SextantError('internal', 'What only reads cannot write.');
    const parameters = query.parameters.map(toSqlValue);
    const { rows, changes } = this.#database.execute(query.sql, parameters);
    const counts = kind === 'InsertQueryNode' || kind === 'UpdateQueryNode' || kind === 'DeleteQueryNode';
    const changed = counts ? changes > 0 : !reads;
    if (changed) this.statements.push({ sql: query.sql, parameters });
    return counts ? { rows, numAffectedRows: BigInt(changes) } : { rows };
  }
}

function dialectOver(execute: (query: CompiledQuery) => QueryResult<unknown>): Dialect {
  const connection: DatabaseConnection = {
    executeQuery: async <Row>(query: CompiledQuery) => execute(query) as QueryResult<Row>,
    streamQuery: () => {
      throw new SextantError('unsupported', 'Rows are not streamed: the database is in memory.');
    },
  };
  const nested = (): never => {
    throw new SextantError('internal', 'A work function is a transaction already.');
  };
  return {
    createAdapter: () => adapter,
    createQueryCompiler: () => compiler,
    createIntrospector: (database) => new SqliteIntrospector(database),
    createDriver: () => ({
      init: async () => undefined,
      acquireConnection: async () => connection,
      beginTransaction: nested,
      commitTransaction: nested,
      rollbackTransaction: nested,
      releaseConnection: async () => undefined,
      destroy: async () => undefined,
    }),
  };
}
