/*
 * A process that writes, for tests that kill it or let several run: `node writerProcess.ts OPTIONS`, JSON as
 * in `WriterOptions`. It prints the number of each transaction once that is acknowledged. When a line comes in
 * it prints what it sees in the end, as JSON, and ends.
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Kysely } from 'kysely';

import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../../src/storage/engine/openEngine.ts';
import { openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { StoreKeys } from '../../../src/storage/seal/storeKeys.ts';
import { type NotesSchema, assetDirectory } from '../../unit/storage/engineFixture.ts';
import { COUNTERS, Mirror, type WriterOptions, manyMigrations, noteId, twinId } from './writer.ts';

const options = JSON.parse(process.argv[2] ?? '') as WriterOptions;
const key = options.secret === null ? null : openStoreKey(Buffer.from(options.secret, 'base64'));
const keys = new StoreKeys();
if (key !== null) keys.add((keys.current = key));
const engine = await openEngine<NotesSchema>({
  platform: nodePlatform({ directory: options.directory, assetDirectory }),
  keys,
  migrations: manyMigrations(options.schemaVersion),
});
const mirror = new Mirror(engine);
writeSync(1, 'open\n');

for (let number = options.first; number < options.first + options.count; number++) {
  await engine.transaction((database, touch) => write(database, touch, number));
  writeSync(1, `${number}\n`);
  if (options.every !== 0 && number % options.every === 0) await interrupt();
}
if (options.count > 0) writeSync(1, 'done\n');
await once(process.stdin, 'data');
writeSync(1, `${JSON.stringify(await mirror.compare())}\n`);
await engine.close();
process.exit();

/** Two rows, and one counter that all processes share, read and written back by hand. */
async function write(database: Kysely<NotesSchema>, touch: (topic: string) => void, number: number): Promise<void> {
  // Mostly small, sometimes larger than a page of the disk cache.
  const data = new Uint8Array(number % 17 === 0 ? options.largeBytes : (number * 37) % 900).fill(number);
  const id = noteId(options.index, number);
  await database.insertInto('notes').values({ id, text: 'note', amount: number, data }).execute();
  await database
    .insertInto('notes')
    .values({ id: twinId(id), text: 'twin', amount: number })
    .execute();
  const counter = 1 + (number % COUNTERS);
  const { amount } = await database
    .selectFrom('notes')
    .select('amount')
    .where('id', '=', counter)
    .executeTakeFirstOrThrow();
  await database
    .updateTable('notes')
    .set({ amount: amount + 1 })
    .where('id', '=', counter)
    .execute();
  for (const touched of [id, twinId(id), counter]) touch(String(touched));
}

async function interrupt(): Promise<void> {
  switch (options.interruption) {
    case 'compaction':
      await engine.compact();
      return;
    case 'vacuum':
      await engine.maintain('vacuum');
      return;
    case 'restore': {
      const bytes = await engine.export();
      await engine.replace(
        () => Promise.resolve(bytes.slice()),
        () => Promise.resolve(),
      );
      return;
    }
    case 'sealing':
      await engine.seal((await engine.status()).keyId === null ? key : null);
  }
}
