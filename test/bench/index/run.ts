import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheDirectory } from '../../harness/project.ts';
import { type Figure, inWords } from '../store/figures.ts';
import { measureDeepIndex } from './deepIndex.ts';
import { trees } from './trees.ts';
import { measureVectors } from './vectors.ts';
import { measureColdIndex, measureDailyIndex } from './wholeIndex.ts';

/**
 * What the index costs, on real trees: all of {@link trees}, or those whose names are given. The figures go to the
 * console and into `results/index.json`.
 */
export async function runIndexBenchmark(names: readonly string[]): Promise<void> {
  const figures: Figure[] = [];
  const add = (more: readonly Figure[]): void => {
    for (const each of more) {
      figures.push(each);
      console.log(inWords(each));
    }
  };
  const store = path.join(cacheDirectory, 'bench-index', 'store');
  for (const name of names.length === 0 ? Object.keys(trees) : names) {
    const make = trees[name];
    if (make === undefined) throw new Error(`There is no tree “${name}”, only ${Object.keys(trees).join(', ')}.`);
    const tree = await make();
    add(await measureColdIndex(tree, store));
    if (!tree.isMain) continue;
    add(await measureDeepIndex(tree, store));
    add(await measureDailyIndex(tree, store));
    add(await measureVectors(tree, store));
  }
  rmSync(store, { recursive: true, force: true });
  console.log(
    `Load of the machine in the last minute: ${os.loadavg()[0]?.toFixed(1)} of ${os.availableParallelism()}.`,
  );
  const results = path.join(import.meta.dirname, '..', 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, 'index.json'), `${JSON.stringify(figures, null, 2)}\n`);
}
