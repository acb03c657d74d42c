import type { Kysely } from 'kysely';
import { SextantError } from '../../base/errors.ts';
import { KyselySession } from './kyselySession.ts';
import { encodeTransaction } from './logRecord.ts';
import type { StorePlatform } from './platform.ts';
import type { SqlDatabase } from './sqlDatabase.ts';

/** A transaction that somebody waits for. */
export interface PendingTransaction {
  run(database: Kysely<never>, touch: (topic: string) => void): Promise<unknown>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** What a transaction has done inside the group's, before it is on disk. */
export interface Executed {
  readonly pending: PendingTransaction;
  readonly result: unknown;
  /** Body of its log record; undefined when it changed nothing. */
  readonly body: Uint8Array | undefined;
  readonly topics: readonly string[];
}

/**
 * Runs a work function, which may wait for nothing but its queries: at the next macrotask it is
 * given up. Nothing else can have run in between, so nobody has seen half of it.
 */
export async function runWork<Schema, T>(
  platform: StorePlatform,
  session: KyselySession<Schema>,
  work: (database: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  let isRunning = true;
  const overdue = platform.nextMacrotask().then(() => {
    if (isRunning)
      throw new SextantError('internal', 'A transaction waited for something other than its queries; it was undone.');
  });
  try {
    return (await Promise.race([work(session.kysely), overdue])) as T;
  } finally {
    isRunning = false;
    session.end();
  }
}

/** Executes one transaction within the group's; undone and rejected when its work throws. */
export async function executeTransaction(
  platform: StorePlatform,
  database: SqlDatabase,
  pending: PendingTransaction,
): Promise<Executed | undefined> {
  const session = new KyselySession<never>(database, 'writes');
  const topics = new Set<string>();
  try {
    database.run('SAVEPOINT work');
    const result = await runWork(platform, session, (kysely) => pending.run(kysely, (topic) => topics.add(topic)));
    const { statements } = session;
    const touched = [...topics];
    const body = statements.length === 0 ? undefined : encodeTransaction({ statements, topics: touched });
    database.run('RELEASE work');
    return { pending, result, body, topics: body === undefined ? [] : touched };
  } catch (error) {
    pending.reject(error);
    database.run('ROLLBACK TO work');
    database.run('RELEASE work');
    return undefined;
  }
}
