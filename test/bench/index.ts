// `node test/bench/index.ts [FOLDER]`: what the index costs, on a copy of 10,000 files (by default of node_modules).
// Needs the build in dist/. Prints a table and writes results/index.json.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { processChannel } from '../../src/base/channels.node.ts';
import { RpcPeer, type Silent } from '../../src/base/rpc.ts';
import { quantise, unitVector } from '../../src/index/embedding/quantise.ts';
import { StaticModel } from '../../src/index/embedding/staticModel.ts';
import { listFiles } from '../../src/index/files/listFiles.node.ts';
import { loadSearchIndex } from '../../src/index/saved/savedSearch.node.ts';
import { forkIndexProcess } from '../../src/index/startIndexProcess.node.ts';
import { Hnsw, loadHnsw } from '../../src/index/vectors/hnsw.node.ts';
import type { ContextIndexContract, IndexStatus } from '../../src/protocol/contextIndex.ts';

const FILES = 10_000;
const root = path.resolve(import.meta.dirname, '../..');
const assetDirectory = process.env['SEXTANT_DIST'] ?? path.join(root, 'dist');
const cache = path.join(root, '.cache', 'bench-index');
const tree = path.join(cache, 'tree');
const store = path.join(cache, 'store');

interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number | null;
  readonly higherIsBetter: boolean;
  readonly peers: Readonly<Record<string, number>>;
}

const questions = [
  'parse json with comments',
  'where is the configuration file read',
  'debounce a function',
  'http request retry with backoff',
  'createProgram',
  'walk the syntax tree and report unused variables',
  'convert a buffer to a base64 string',
  'how are errors handled when the type of a value is not a string',
  'escape html',
  'readFileSync',
];

const figures: Figure[] = [];

function add(metric: string, value: number, unit: string, goal: number | null = null, higherIsBetter = false): void {
  figures.push({ metric, value: Number(value.toPrecision(4)), unit, goal, higherIsBetter, peers: {} });
}

class IndexProcess {
  readonly #child = forkIndexProcess(assetDirectory);
  readonly peer = new RpcPeer<Silent, ContextIndexContract>(processChannel(this.#child), { handlers: {} });

  async open(): Promise<void> {
    const folders = [{ path: tree, name: 'tree' }];
    await this.peer.call('open', { folders, storeDirectory: store, autoIndex: false });
  }

  /** The most memory it ever had, and what it has, in MB; NaN where the system does not tell. */
  memory(): { peak: number; now: number } {
    const read = (name: string): number => {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
    };
    try {
      return { peak: read('VmHWM'), now: read('VmRSS') };
    } catch {
      return { peak: Number.NaN, now: Number.NaN };
    }
  }

  /** Processor time that it has used, of all threads, in ms: unlike the clock it does not count what others do. */
  processorMs(): number {
    try {
      const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      return Number.NaN;
    }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.on('exit', resolve));
    await this.peer.call('close', null);
    await ended;
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

/** Copies the first files of the folder, so that they can be changed. */
async function copyTree(from: string): Promise<number> {
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  const { files } = await listFiles(from, {
    limits: { files: 1_000_000, bytes: Infinity },
    environment: process.env,
  });
  for (const file of files.slice(0, FILES)) {
    cpSync(path.join(from, file.path), path.join(tree, file.path), { recursive: true });
  }
  return files.slice(0, FILES).reduce((sum, file) => sum + file.sizeBytes, 0);
}

async function measureCold(bytes: number): Promise<IndexStatus> {
  const index = new IndexProcess();
  await index.open();
  const whileIndexing: number[] = [];
  let isIndexing = true;
  const searching = (async () => {
    for (let i = 0; isIndexing; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const query = questions[i % questions.length] ?? '';
      whileIndexing.push((await timed(() => index.peer.call('search', { query, limit: 10 }))).ms);
    }
  })();
  const { ms, result } = await timed(() => index.peer.call('update', null));
  const processorMs = index.processorMs();
  isIndexing = false;
  await searching;
  add('files', result.filesDone, 'files');
  add('chunks', result.chunks, 'chunks');
  add(`${FILES.toLocaleString('en')} files searchable after`, ((ms / 1000) * FILES) / result.filesDone, 's', 20);
  add(`${FILES.toLocaleString('en')} files, processor time`, ((processorMs / 1000) * FILES) / result.filesDone, 's');
  add('speed', bytes / 1e6 / (ms / 1000), 'MB/s', null, true);
  add('search while indexing, p50', percentile(whileIndexing, 0.5), 'ms', 20);
  add('search while indexing, p95', percentile(whileIndexing, 0.95), 'ms', 20);
  await measureFreshness(index);
  const { peak, now } = index.memory();
  add('memory of the index process, most', peak, 'MB', 300);
  add('memory of the index process, after', now, 'MB', null);
  add('saving and closing', (await timed(() => index.close())).ms, 'ms');
  return result;
}

async function measureFreshness(index: IndexProcess): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const file = path.join(tree, 'fresh.ts');
    const name = `freshlySaved${i}x${Date.now()}`;
    const start = performance.now();
    writeFileSync(file, `export function ${name}(): number {\n  return ${i};\n}\n`);
    await index.peer.call('pathsChanged', { paths: [file] });
    for (;;) {
      const [hit] = await index.peer.call('search', { query: name, limit: 1 });
      if (hit?.symbol === name) break;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    times.push(performance.now() - start);
  }
  add('a saved file searchable after, p50', percentile(times, 0.5), 'ms', 100);
  add('a saved file searchable after, p95', percentile(times, 0.95), 'ms', 100);
}

async function measureReopening(): Promise<void> {
  const index = new IndexProcess();
  await index.peer.call('status', null);
  const opening = await timed(async () => {
    await index.open();
    await index.peer.call('search', { query: questions[0] ?? '', limit: 10 });
  });
  add('reopening to the first answer', opening.ms, 'ms', 500);
  const updating = await timed(() => index.peer.call('update', null));
  add('finding that nothing has changed', updating.ms, 'ms');
  // A graph that is being built in idle time would be measured with it.
  await index.peer.call('pause', null);
  const times: number[] = [];
  const before = index.processorMs();
  for (let i = 0; i < 200; i++) {
    const query = `${questions[i % questions.length]} ${i}`;
    times.push((await timed(() => index.peer.call('search', { query, limit: 10 }))).ms);
  }
  add('search, processor time', (index.processorMs() - before) / times.length, 'ms');
  add('search, p50', percentile(times, 0.5), 'ms');
  add('search, p95', percentile(times, 0.95), 'ms', 20);
  await index.close();
  const sizes = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const total = sizes.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
  add('size on disk', total / 1e6, 'MB');
}

/** The graph against comparing all, over the same vectors. */
async function measureVectors(): Promise<void> {
  const bytes = readFileSync(path.join(assetDirectory, 'static-code-256.bin'));
  const model = new StaticModel(new Uint8Array(bytes).buffer);
  const folder = path.join(store, readdirSync(store)[0] ?? '');
  const saved = await loadSearchIndex(path.join(folder, 'search.bin'), model.dimensions);
  if (saved === undefined) throw new Error('Nothing was saved.');
  const { vectors, text } = saved.index;
  const slots = [...text.documents()];
  const graph = Hnsw.create(await loadHnsw(assetDirectory), model.dimensions, slots.length);
  const building = await timed(async () => {
    for (const slot of slots) graph.add(slot, vectors.at(slot));
  });
  add('graph complete after', building.ms / 1000, 's', 60);
  let found = 0;
  let exactMs = 0;
  let graphMs = 0;
  for (const question of questions) {
    const query = new Int8Array(model.dimensions);
    quantise(model.embedOne(question, 'query'), query);
    const exact = await timed(async () => vectors.nearest(query, 10));
    const near = await timed(async () => graph.nearest(unitVector(query), 200));
    exactMs += exact.ms / questions.length;
    graphMs += near.ms / questions.length;
    // Equal vectors are equally near: which of them is among the ten is chance.
    const tenth = (exact.result.at(-1)?.similarity ?? 0) - 1e-4;
    found += near.result.slice(0, 10).filter(({ similarity }) => similarity >= tenth).length;
  }
  add('nearest vectors, comparing all', exactMs, 'ms');
  add('nearest vectors, through the graph', graphMs, 'ms');
  add('recall@10 of the graph', found / (questions.length * 10), '', 0.98, true);
}

const bytes = await copyTree(path.resolve(process.argv[2] ?? path.join(root, 'node_modules')));
await measureCold(bytes);
await measureReopening();
await measureVectors();
add('load of the machine meanwhile (1 minute)', os.loadavg()[0] ?? 0, `of ${os.availableParallelism()} cores`);
for (const { metric, value, unit, goal } of figures) {
  console.log(
    `${metric.padEnd(48)}${String(value).padStart(9)} ${unit.padEnd(12)}${goal === null ? '' : `goal ${goal}`}`,
  );
}
const results = path.join(import.meta.dirname, 'results');
mkdirSync(results, { recursive: true });
writeFileSync(path.join(results, 'index.json'), `${JSON.stringify(figures, null, 2)}\n`);
rmSync(cache, { recursive: true, force: true });
