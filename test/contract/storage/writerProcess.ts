/*
 * A process that writes, for tests that kill it or let several run: `node writerProcess.ts DIRECTORY
 * NAME COUNT COMPACT_EVERY`. It prints the number of each transaction once that is acknowledged.
 */
import { writeSync } from 'node:fs';
import { sql } from 'kysely';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../../src/storage/engine/openEngine.ts';
import { type NotesSchema, assetDirectory, increment, notesMigrations } from '../../unit/storage/engineFixture.ts';

const [directory = '', name = '', count = '', compactEvery = ''] = process.argv.slice(2);
const engine = await openEngine<NotesSchema>({
  platform: nodePlatform({ directory, assetDirectory }),
  migrations: notesMigrations,
});
const first = await engine.read(async (database) => {
  const { rows } = await sql<{
    last: number;
  }>`SELECT coalesce(max(amount), 0) AS last FROM notes WHERE text = ${name}`.execute(database);
  return (rows[0]?.last ?? 0) + 1;
});

for (let number = first; number < first + Number(count); number++) {
  // Mostly small, sometimes larger than a page of the disk cache.
  const data = new Uint8Array(number % 17 === 0 ? 200_000 : (number * 37) % 900).fill(number);
  await engine.transaction(async (database) => {
    await database
      .insertInto('notes')
      .values({ text: name, amount: number, data } as never)
      .execute();
    await database
      .insertInto('notes')
      .values({ text: `${name} twin`, amount: number } as never)
      .execute();
    await increment(database, 1);
  });
  writeSync(1, `${number}\n`);
  if (number % Number(compactEvery) === 0) await engine.compact();
}
await engine.close();
