/*
 * Measures what a store takes in memory: `node --expose-gc memoryProcess.ts DIRECTORY MEGABYTES`. It prints a
 * `MemoryFigures` as JSON. Counted is what lies outside of V8's heap and is still in use: SQLite's heap and the
 * buffers, less what an empty store takes.
 */
import path from 'node:path';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../../src/storage/engine/openEngine.ts';
import type { StorePlatform } from '../../../src/storage/engine/platform.ts';
import { StoreKeys } from '../../../src/storage/seal/storeKeys.ts';
import { type NotesSchema, assetDirectory, notesMigrations, readIds } from '../../unit/storage/engineFixture.ts';
import type { MemoryFigures } from './engineMemory.test.ts';

const [directory = '', megabytes = ''] = process.argv.slice(2);
const ROW_BYTES = 2_000;

function measure(): number {
  // The first frees buffers in the background, for which the second waits.
  for (let round = 0; round < 2; round++) globalThis.gc?.();
  return process.memoryUsage().external;
}

/** The most that was in use whenever the engine read, wrote or hashed a whole file. */
let peak = 0;

function watched(platform: StorePlatform): StorePlatform {
  const look = <Arguments extends unknown[], T>(work: (...given: Arguments) => T) => {
    return (...given: Arguments): T => {
      const result = work(...given);
      peak = Math.max(peak, measure());
      return result;
    };
  };
  const { files } = platform;
  return {
    ...platform,
    sha256: look(platform.sha256),
    files: { ...files, read: look(files.read), replace: look(files.replace) },
  };
}

function open(name: string): Promise<Engine<NotesSchema>> {
  const platform = watched(nodePlatform({ directory: path.join(directory, name), assetDirectory }));
  return openEngine<NotesSchema>({ platform, keys: new StoreKeys(), migrations: notesMigrations });
}

async function peakOf(work: () => Promise<unknown>): Promise<number> {
  peak = 0;
  await work();
  return peak - base;
}

await open('empty');
const base = measure();

let engine = await open('large');
const rows = (Number(megabytes) * 1_000_000) / ROW_BYTES;
for (let at = 0; at < rows; at += 500) {
  const notes = Array.from({ length: 500 }, (_, index) => ({ id: at + index, text: 'x'.repeat(ROW_BYTES), amount: 0 }));
  await engine.transaction((database) => database.insertInto('notes').values(notes).execute());
}
await engine.compact();
const { snapshotBytes: fileBytes } = await engine.status();
const filled = measure() - base;
await engine.close();
const opening = await peakOf(async () => (engine = await open('large')));
await readIds(engine);
const opened = measure() - base;
const compacting = await peakOf(() => engine.compact());
const vacuuming = await peakOf(() => engine.maintain('vacuum'));
// Every page of the table changes in one transaction.
await engine.transaction((database) => database.updateTable('notes').set({ amount: 1 }).execute());
const changed = measure() - base;
const figures: MemoryFigures = { fileBytes, filled, opening, opened, compacting, vacuuming, changed };
console.log(JSON.stringify(figures));
await engine.close();
process.exit();
