import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { uuidV7 } from '../../../src/base/identifiers.ts';
import { Service } from '../../../src/base/service.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { startStoreWorker } from '../../../src/storage/startStoreWorker.node.ts';
import type { MemoryFigures } from '../../contract/storage/engineMemory.test.ts';
import { projectRoot } from '../../harness/project.ts';
import { median } from '../measurement.ts';
import { type Figure, figure, milliseconds } from './figures.ts';
import { conversationId } from './history.ts';

const ROUNDS = 7;
const WAITING_ROUNDS = 3;
const PIECES = 200;
const PAGES = 20;
const MEMORY_MEGABYTES = 50;

/** From starting the thread to the first page of the history view. */
export async function measureOpening(directory: string): Promise<Figure[]> {
  const sizes = readdirSync(directory).map((name) => statSync(path.join(directory, name)).size);
  const megabytes = Math.round(Math.max(...sizes) / 1e6);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const store = startStore(directory);
    times.push(await milliseconds(() => store.call('conversations.list', { limit: 100 })));
    await store.call('close', null);
    store.dispose();
  }
  return [figure(`first page of a store of ${megabytes} MB, from closed`, median(times), 'ms', { goal: 300 })];
}

/** How long the thread that asks, which is the extension host's, can do nothing else meanwhile. */
export async function measureHost(directory: string): Promise<Figure[]> {
  const worked: number[] = [];
  const waited: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let lasted = 0;
    const busy = await longestBlock(async () => {
      lasted = await milliseconds(() => useStore(directory));
    });
    worked.push(busy.processorMs);
    waited.push(busy.clockMs);
    idle.push((await longestBlock(() => new Promise((resolve) => setTimeout(resolve, lasted)))).clockMs);
  }
  const name = 'longest block of the host by all of this';
  return [
    figure(`${name}, processor time`, median(worked), 'ms', { goal: 5 }),
    figure(`${name}, by the clock`, median(waited), 'ms'),
    figure('longest block of the host when nothing is asked, by the clock', median(idle), 'ms'),
  ];
}

/** How long a question of another kind waits at most while all there is is backed up, or put back. */
export async function measureWaiting(directory: string): Promise<Figure[]> {
  const waits = { backup: [] as number[], restore: [] as number[], nothing: [] as number[] };
  for (let round = 0; round < WAITING_ROUNDS; round++) {
    const store = startStore(directory);
    await store.call('conversations.list', { limit: 100 });
    const ask = (): Promise<unknown> => store.call('conversations.get', { id: conversationId(0) });
    const file = path.join(directory, '..', 'waiting.tar.gz');
    const backup = store.call('backups.create', { file });
    waits.backup.push(await longestWait(ask, backup));
    waits.restore.push(await longestWait(ask, store.call('backups.restore', { file, dryRun: false })));
    waits.nothing.push(await longestWait(ask, new Promise((resolve) => setTimeout(resolve, 1_000))));
    await store.call('close', null);
    store.dispose();
  }
  return [
    figure('longest wait for a page while a backup is written', median(waits.backup), 'ms', { goal: 50 }),
    figure('longest wait for a page while a backup is restored', median(waits.restore), 'ms'),
    figure('longest wait for a page in a second of nothing else', median(waits.nothing), 'ms'),
  ];
}

/** Asks again and again until `work` is done. */
async function longestWait(ask: () => Promise<unknown>, work: Promise<unknown>): Promise<number> {
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  let longest = 0;
  while (!isDone) {
    longest = Math.max(longest, await milliseconds(ask));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await done;
  return longest;
}

/** What the buffers and SQLite's heap take, beyond an empty store's. */
export function measureMemory(directory: string): Figure[] {
  const script = path.join(projectRoot, 'test', 'contract', 'storage', 'memoryProcess.ts');
  mkdirSync(directory);
  const child = spawnSync(process.execPath, ['--expose-gc', script, directory, String(MEMORY_MEGABYTES)], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`The memory could not be measured: ${child.stderr}`);
  const { fileBytes, ...figures } = JSON.parse(child.stdout) as MemoryFigures;
  const times = (bytes: number): number => bytes / fileBytes;
  const lasting = Math.max(figures.filled, figures.opened, figures.changed);
  const passing = Math.max(figures.opening, figures.compacting, figures.vacuuming);
  return [
    figure('memory of the database, of its file', times(lasting), 'times', { goal: 1.3 }),
    figure('the same while it is opened or compacted', times(passing), 'times', { goal: 2.5 }),
  ];
}

function startStore(directory: string): Service<StoreContract> {
  const assetDirectory = path.join(projectRoot, 'dist');
  return new Service<StoreContract>('store', () =>
    startStoreWorker({ directory, assetDirectory }, () => Promise.resolve(null)),
  );
}

/** Opens the store, turns pages, and answers a question in many pieces. */
async function useStore(directory: string): Promise<void> {
  const store = startStore(directory);
  await store.call('conversations.list', { limit: 100 });
  for (let page = 0; page < PAGES; page++) await store.call('conversations.get', { id: conversationId(page * 4) });
  const turn = {
    conversationId: uuidV7(Date.now()),
    title: 'Question',
    workspaceUri: null,
    clientMessageId: uuidV7(Date.now()),
    text: 'Question',
    model: { provider: 'ollama', model: 'qwen3' },
    parentId: null,
    owner: 'window-1',
    leaseUntil: Date.now() + 60_000,
  };
  const text = 'A piece of an answer. ';
  const { assistant } = await store.call('turns.start', turn);
  for (let piece = 0; piece < PIECES; piece++) {
    await store.call('turns.append', {
      messageId: assistant.id,
      offset: piece * text.length,
      text,
      reasoningOffset: 0,
      reasoning: '',
    });
  }
  await store.call('status', null);
  await store.call('close', null);
  store.dispose();
}

/**
 * The longest that a tick of one millisecond was late. By the clock that counts whatever the machine gave to
 * others; processor time only what this thread did itself.
 */
async function longestBlock(work: () => Promise<void>): Promise<{ clockMs: number; processorMs: number }> {
  let clockMs = 0;
  let processorMs = 0;
  let last = { time: performance.now(), usage: process.threadCpuUsage() };
  const tick = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last.usage);
    clockMs = Math.max(clockMs, performance.now() - last.time - 1);
    processorMs = Math.max(processorMs, (user + system) / 1000);
    last = { time: performance.now(), usage: process.threadCpuUsage() };
  }, 1);
  await work();
  clearInterval(tick);
  return { clockMs, processorMs };
}
