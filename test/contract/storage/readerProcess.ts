/*
 * A process that may only read: `node readerProcess.ts DIRECTORY`. It prints what it could read and
 * how its writing was refused, as JSON.
 */
import { isSextantError } from '../../../src/base/errors.ts';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../../src/storage/engine/openEngine.ts';
import {
  type NotesSchema,
  addNote,
  assetDirectory,
  notesMigrations,
  readIds,
} from '../../unit/storage/engineFixture.ts';

const [directory = ''] = process.argv.slice(2);

const open = () =>
  openEngine<NotesSchema>({ platform: nodePlatform({ directory, assetDirectory }), migrations: notesMigrations });
const codeOf = (error: unknown): string => (isSextantError(error) ? error.code : String(error));

let ids: number[] = [];
let refusal = '';
try {
  const engine = await open();
  ids = await readIds(engine);
  refusal = await addNote(engine, 99).then(() => 'none', codeOf);
  await engine.close();
} catch (error) {
  refusal = `opening: ${codeOf(error)}`;
}
console.log(JSON.stringify({ ids, refusal }));
