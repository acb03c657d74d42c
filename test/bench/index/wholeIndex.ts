import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { watchLoop } from '../../harness/hostWork.ts';
import { type Figure, figure, milliseconds, percentile } from '../store/figures.ts';
import { MeasuredIndex } from './measuredIndex.ts';
import { questions } from './questions.ts';
import type { Tree } from './trees.ts';

const SAVES = 20;
const SEARCHES = 200;
/** From the first key to the first save. */
const TYPED_MS = 2000;

/** A tree that is indexed for the first time, and searched meanwhile; the index stays in `store`. */
export async function measureColdIndex({ name, directory, goals }: Tree, store: string): Promise<Figure[]> {
  rmSync(store, { recursive: true, force: true });
  const index = new MeasuredIndex(store);
  await index.open(directory);
  const whileIndexing: number[] = [];
  // This process stands for the extension host: nothing else runs in it.
  const stopWatching = watchLoop();
  let isIndexing = true;
  const searching = (async () => {
    for (let i = 0; isIndexing; i++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      whileIndexing.push(await milliseconds(() => index.search(questions[i % questions.length] ?? '')));
    }
  })();
  let status = await index.peer.call('status', null);
  const seconds = (await milliseconds(async () => (status = await index.peer.call('update', null)))) / 1000;
  const host = stopWatching();
  isIndexing = false;
  await searching;
  const processor = index.processorSeconds;
  const work = await index.peer.call('work', null);
  const { peakMb } = index;
  await index.close();
  const stages = Object.entries(work.milliseconds).filter(([, time]) => time > 0);
  const rate = { higherIsBetter: true };
  return [
    figure(`${name}: indexed`, status.filesDone, 'files', rate),
    figure(`${name}: passages`, status.chunks, 'chunks', rate),
    figure(`${name}: searchable after`, seconds, 's', { goal: goals.searchableSeconds }),
    figure(`${name}: processor time`, processor, 's'),
    figure(`${name}: files`, status.filesDone / seconds, 'per s', rate),
    figure(`${name}: text`, work.bytesRead / 1e6 / seconds, 'MB/s', rate),
    ...stages.map(([stage, time]) => figure(`${name}: of it ${stage}, beside the others`, time / 1000, 's')),
    figure(`${name}: memory of the index process, most`, peakMb, 'MB', { goal: goals.memoryMb }),
    figure(`${name}: size on disk`, index.diskMb, 'MB'),
    figure(`${name}: search meanwhile, p95`, percentile(whileIndexing, 0.95), 'ms'),
    figure(`${name}: the extension host's longest block meanwhile, processor time`, host.longestMs, 'ms', { goal: 5 }),
    figure(`${name}: the same by the clock, in which others run as well`, host.longestDelayByClockMs, 'ms'),
  ];
}

/** The same tree, opened again: what a day of work is made of. */
export async function measureDailyIndex({ name, directory }: Tree, store: string): Promise<Figure[]> {
  const index = new MeasuredIndex(store);
  await index.peer.call('work', null);
  const opening = await milliseconds(async () => {
    await index.open(directory);
    await index.search(questions[0] ?? '');
  });
  const checking = await milliseconds(() => index.peer.call('update', null));
  // A graph that is being built in idle time would be measured with it.
  await index.peer.call('pause', null);
  const searches: number[] = [];
  for (let i = 0; i < SEARCHES; i++) {
    searches.push(await milliseconds(() => index.search(`${questions[i % questions.length]} ${i}`)));
  }
  await index.peer.call('resume', null);
  const saves = await measureSaves(index, directory);
  const takeover = await measureTakeover(index, directory, store);
  return [
    figure(`${name}: opened again, to the first answer`, opening, 'ms', { goal: 500 }),
    figure(`${name}: seen that nothing has changed`, checking, 'ms'),
    figure(`${name}: search, p50`, percentile(searches, 0.5), 'ms'),
    figure(`${name}: search, p95`, percentile(searches, 0.95), 'ms', { goal: 20 }),
    figure(`${name}: a saved file is found after, p50`, percentile(saves, 0.5), 'ms', { goal: 100 }),
    figure(`${name}: a saved file is found after, p95`, percentile(saves, 0.95), 'ms', { goal: 100 }),
    figure(`${name}: taken over from a window that was killed, after`, takeover, 'ms', { goal: 2000 }),
  ];
}

async function measureSaves(index: MeasuredIndex, directory: string): Promise<number[]> {
  const file = path.join(directory, 'fresh.ts');
  const times: number[] = [];
  // As in an editor: the file is there and open, and was typed into.
  writeFileSync(file, 'export function before(): number {\n  return 1;\n}\n');
  await index.peer.call('filesOpen', { paths: [file] });
  await index.peer.call('userActive', null);
  await new Promise((resolve) => setTimeout(resolve, TYPED_MS));
  for (let i = 0; i < SAVES; i++) times.push(await milliseconds(() => saveAndFind(index, file, `freshlySaved${i}x`)));
  rmSync(file);
  await index.peer.call('update', null);
  return times;
}

/** Kills the owner; the second window has taken over when it has indexed something. */
async function measureTakeover(owner: MeasuredIndex, directory: string, store: string): Promise<number> {
  const second = new MeasuredIndex(store);
  await second.open(directory, true);
  await second.search(questions[0] ?? '');
  const file = path.join(directory, 'late.ts');
  owner.kill();
  const time = await milliseconds(() => saveAndFind(second, file, 'savedAfterTheKill'));
  rmSync(file);
  await second.peer.call('update', null);
  await second.close();
  return time;
}

async function saveAndFind(index: MeasuredIndex, file: string, name: string): Promise<void> {
  writeFileSync(file, `export function ${name}(): number {\n  return ${name.length};\n}\n`);
  await index.peer.call('pathsChanged', { paths: [file] });
  for (;;) {
    const [hit] = await index.search(name, 1);
    if (hit?.symbol === name) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
