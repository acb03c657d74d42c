import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../../src/storage/engine/engine.ts';
import { nodePlatform } from '../../src/storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../src/storage/engine/openEngine.ts';
import { storeMigrations } from '../../src/storage/migrations/storeMigrations.ts';
import type { StoreSchema } from '../../src/storage/schema.ts';
import { freshDirectory, projectRoot } from '../harness/project.ts';
import { measureReading, measureWriting, pairOf } from './store/databaseFigures.ts';
import { measureHistorySearch } from './historySearch.ts';
import { type Figure, inWords } from './store/figures.ts';
import { type HistorySize, fill, largeHistory, middleHistory } from './store/history.ts';
import { loadNativeSqlite } from './store/nativeSqlite.ts';
import { measureHost, measureMemory, measureOpening, measureWaiting } from './store/workerFigures.ts';

/**
 * Measures the store beside a native SQLite, with the same tables and rows in one run; prints the figures and
 * keeps them in `results/store.json`.
 */
export async function runStoreBenchmark(): Promise<void> {
  const directory = await freshDirectory('bench', 'store');
  const figures = await measureAll(directory);
  await rm(directory, { recursive: true });
  const results = path.join(import.meta.dirname, 'results');
  await mkdir(results, { recursive: true });
  await writeFile(path.join(results, 'store.json'), `${JSON.stringify(figures, null, 2)}\n`);
  for (const each of figures) console.log(inWords(each));
}

async function measureAll(directory: string): Promise<Figure[]> {
  const sqlite = await loadNativeSqlite();
  const large = await openFilled(path.join(directory, 'large'), largeHistory);
  const pair = await pairOf(large, sqlite, directory);
  const compared = [...(await measureWriting(pair)), ...(await measureReading(pair))];
  pair.native.close();
  await large.close();
  const middle = path.join(directory, 'middle');
  await (await openFilled(middle, middleHistory)).close();
  return [
    ...compared,
    ...(await measureOpening(middle)),
    ...(await measureWaiting(middle)),
    ...(await measureHost(path.join(directory, 'large'))),
    ...measureMemory(path.join(directory, 'memory')),
    ...(await measureHistorySearch(path.join(directory, 'search'))),
  ];
}

async function openFilled(directory: string, size: HistorySize): Promise<Engine<StoreSchema>> {
  const assetDirectory = path.join(projectRoot, 'dist');
  const platform = nodePlatform({ directory, assetDirectory });
  const engine = await openEngine<StoreSchema>({ platform, migrations: storeMigrations });
  await fill(engine, size);
  return engine;
}
