import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { listConversations, getConversation } from '../../../src/storage/conversationRepository.ts';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import type { StoreSchema } from '../../../src/storage/schema.ts';
import type { Scope } from '../../../src/storage/scope.ts';
import { median } from '../measurement.ts';
import { type Figure, figure, milliseconds, percentile } from './figures.ts';
import { USER_ID, conversationId, largeHistory, lastMessageMs, newMessage } from './history.ts';
import type { NativeDatabase, NativeSqlite, NativeStatement } from './nativeSqlite.ts';

/** Both have the same tables and rows. */
export interface Pair {
  readonly engine: Engine<StoreSchema>;
  readonly native: NativeDatabase;
  readonly nativeName: string;
}

/** They take turns, so that what else the machine does falls on both. */
const ROUNDS = 7;
const INSERTS = 200;
const WRITERS = 100;
const READS = 60;
/** The page of the history view and of a chat. */
const LISTED = 100;

/** The native database begins as a copy of the engine's. */
export async function pairOf(engine: Engine<StoreSchema>, sqlite: NativeSqlite, directory: string): Promise<Pair> {
  const file = path.join(directory, 'native.sqlite');
  await writeFile(file, await engine.export());
  return { engine, native: sqlite.open(file), nativeName: sqlite.name };
}

/** A row that is on disk when its promise resolves: one after the other, and of 100 writers at a time. */
export async function measureWriting({ engine, native, nativeName }: Pair): Promise<Figure[]> {
  let number = 0;
  const row = (): ReturnType<typeof newMessage> => newMessage(number++);
  const insert = native.prepare(insertSql(Object.keys(row())));
  const writeNative = (): unknown => insert.run(...(Object.values(row()) as (string | null)[]));
  const writeOurs = (): Promise<unknown> =>
    engine.transaction((database) => database.insertInto('messages').values(row()).execute());
  const times = { ours: [] as number[][], native: [] as number[][] };
  const rates = { ours: [] as number[], native: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.native.push(await timesOf(INSERTS, writeNative));
    times.ours.push(await timesOf(INSERTS, writeOurs));
    // SQLite has one writer at a time: 100 that write at once are 100 transactions, one after the other.
    rates.native.push(await rateOf(() => repeat(WRITERS, writeNative)));
    rates.ours.push(await rateOf(() => Promise.all(repeat(WRITERS, writeOurs))));
  }
  const shares = ([50, 95] as const).map((percent) => {
    const value = (rounds: readonly number[][]): number =>
      median(rounds.map((each) => percentile(each, percent / 100)));
    const peer = value(times.native);
    const options = { goal: peer, peers: { [nativeName]: peer } };
    return figure(`durable insert of a message, p${percent}`, value(times.ours), 'ms', options);
  });
  const peer = median(rates.native);
  const options = { goal: peer, higherIsBetter: true, peers: { [nativeName]: peer } };
  return [...shares, figure(`durable inserts of ${WRITERS} writers at a time`, median(rates.ours), 'per s', options)];
}

/** What the history view and a chat ask for, at 200,000 messages. The native side runs the same SQL, prepared before. */
export async function measureReading(pair: Pair): Promise<Figure[]> {
  const random = uneven();
  const list = (scope: Scope): Promise<unknown> =>
    listConversations(scope, { limit: LISTED, before: lastMessageMs(random(largeHistory.conversations)) });
  const page = (scope: Scope): Promise<unknown> =>
    getConversation(scope, { id: conversationId(random(largeHistory.conversations / 4) * 4) });
  return [
    await measureRead(pair, `list of ${LISTED} conversations of ${largeHistory.conversations}`, list),
    await measureRead(pair, `page of ${largeHistory.longMessages} messages of 200000`, page),
  ];
}

async function measureRead(
  { engine, native, nativeName }: Pair,
  metric: string,
  read: (scope: Scope) => Promise<unknown>,
): Promise<Figure> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const prepared = new Map<string, NativeStatement>();
  for (let round = 0; round < ROUNDS; round++) {
    const queries = await recordQueries(native, READS, read);
    for (const { sql } of queries.flat()) if (!prepared.has(sql)) prepared.set(sql, native.prepare(sql));
    let next = 0;
    const runNative = (): void => {
      for (const { sql, parameters } of queries[next++] ?? []) prepared.get(sql)?.all(...(parameters as string[]));
    };
    theirs.push(median(await timesOf(READS, runNative)));
    ours.push(median(await timesOf(READS, () => engine.read((database) => read(scopeOf(database))))));
  }
  const peer = median(theirs);
  return figure(metric, median(ours), 'ms', { goal: 2 * peer, peers: { [nativeName]: peer } });
}

/** The SQL of each of so many reads, as Kysely makes it. */
async function recordQueries(
  native: NativeDatabase,
  count: number,
  read: (scope: Scope) => Promise<unknown>,
): Promise<CompiledQuery[][]> {
  const reads: CompiledQuery[][] = [];
  const dialect = new SqliteDialect({
    database: {
      // Kysely asks this of a statement, which the SQLite inside Node does not tell: all of these read.
      prepare: (sql) => {
        const statement = native.prepare(sql);
        return {
          reader: true,
          all: (parameters: readonly unknown[]) => statement.all(...(parameters as string[])),
        } as never;
      },
      close: () => undefined,
    },
  });
  const database = new Kysely<StoreSchema>({
    dialect,
    log({ query }) {
      reads.at(-1)?.push(query);
    },
  });
  for (let index = 0; index < count; index++) {
    reads.push([]);
    await read(scopeOf(database));
  }
  return reads;
}

function scopeOf(database: Kysely<StoreSchema>): Scope {
  return { database, userId: USER_ID, nowMs: lastMessageMs(largeHistory.conversations) };
}

function insertSql(columns: readonly string[]): string {
  return `INSERT INTO messages (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

function repeat<T>(count: number, work: () => T): T[] {
  return Array.from({ length: count }, work);
}

async function timesOf(count: number, work: () => unknown): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) times.push(await milliseconds(work));
  return times;
}

async function rateOf(work: () => unknown): Promise<number> {
  return (1000 * WRITERS) / (await milliseconds(work));
}

/** Whole numbers below a bound, uneven but the same in each run. */
function uneven(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
