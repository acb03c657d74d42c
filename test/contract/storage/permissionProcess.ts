/*
 * A window whose rights are taken away: `node permissionProcess.ts DIRECTORY`. It has opened the store when it
 * prints; for each line that comes in it tries to write, and prints how that went and what it can read, as JSON.
 */
import { createInterface } from 'node:readline';
import { errorCode } from '../../../src/base/errors.ts';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../../src/storage/engine/openEngine.ts';
import { StoreKeys } from '../../../src/storage/seal/storeKeys.ts';
import {
  type NotesSchema,
  addNote,
  assetDirectory,
  notesMigrations,
  readIds,
} from '../../unit/storage/engineFixture.ts';

const [directory = ''] = process.argv.slice(2);
const platform = nodePlatform({ directory, assetDirectory });
const engine = await openEngine<NotesSchema>({ platform, keys: new StoreKeys(), migrations: notesMigrations });
const tell = async (outcome: string): Promise<void> => {
  console.log(JSON.stringify({ outcome, ids: await readIds(engine) }));
};
await tell('open');
for await (const line of createInterface({ input: process.stdin })) {
  await tell(await addNote(engine, Number(line)).then(() => 'stored', errorCode));
}
await engine.close();
