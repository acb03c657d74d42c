import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Service } from '../../src/base/service.ts';
import { readDeepModel } from '../../src/index/deep/deepModelFile.ts';
import { WordPiece } from '../../src/index/deep/wordPiece.ts';
import { StaticModel, modelBytes } from '../../src/index/embedding/staticModel.ts';
import { startDeepProcess } from '../../src/index/startIndexProcess.node.ts';
import type { DeepModelContract } from '../../src/protocol/deepModel.ts';
import { npmCommand } from '../harness/npmCommand.ts';
import { cacheDirectory, projectRoot } from '../harness/project.ts';
import { type Measured, type PeerWork, processorMs } from './embedding/measured.ts';
import { median } from './measurement.ts';
import { type Figure, figure, inWords } from './store/figures.ts';

const CHUNKS = 200;
const CHUNK_LINES = 40;
const QUERIES = 50;
const TEXTS_AT_ONCE = 10;
const peers = ['onnxruntime-node@1.30.0', 'onnxruntime-web@1.30.0'];
/** What the peers compute with: an int8 model of the same layers and widths. */
const onnx = path.join(projectRoot, '../shared/embedding/code-minilm-int8.onnx');
const assetDirectory = process.env['SEXTANT_DIST'] ?? path.join(projectRoot, 'dist');

/**
 * How many chunks of this very repository the built-in models embed in a second, what they take of memory, how long they
 * load and how long a question takes; the deep one in its own process as in the product, beside onnxruntime on the same
 * pieces of the same texts, one process after the other.
 */
export async function runEmbeddingBenchmark(): Promise<void> {
  const chunks = chunksOfThisProject();
  const queries = chunks.slice(0, QUERIES).map((text) => text.split(/\W+/).slice(0, 12).join(' '));
  const bytes = new Uint8Array(readFileSync(path.join(assetDirectory, 'deep-code.bin'))).buffer;
  const file = readDeepModel(bytes, 0, bytes.byteLength);
  const pieces = new WordPiece(file.vocabulary);
  const encoded = (texts: readonly string[]): number[][] => texts.map((text) => pieces.encode(text, file.tokens));
  const work = { model: onnx, chunks: encoded(chunks), queries: encoded(queries) };
  const tokens = work.chunks.reduce((sum, ids) => sum + ids.length, 0) / chunks.length;
  console.log(`${file.id}: ${file.layers} layers, ${tokens.toFixed(0)} pieces a chunk on average.`);

  const one = await measureDeep(chunks, queries);
  const two = await Promise.all([measureDeep(chunks, queries), measureDeep(chunks, queries)]);
  const other: Record<string, Measured> = {};
  if (existsSync(onnx)) {
    const home = installedPeers();
    for (const runtime of ['onnxruntime-node', 'onnxruntime-web'] as const) {
      for (const threads of [1, 2])
        other[`${runtime} ${threads}`] = await measurePeer({ ...work, runtime, home, threads });
    }
  }
  const of = (threads: 1 | 2, value: (measured: Measured) => number): Record<string, number> =>
    Object.fromEntries(
      Object.entries(other)
        .filter(([name]) => name.endsWith(` ${threads}`))
        .map(([name, measured]) => [name.slice(0, -2), value(measured)]),
    );
  const fixed = measureStatic(chunks, queries);
  const rate = (measured: Measured): number => measured.chunksPerSecond;
  const figures: Figure[] = [
    figure('deep: chunks, one thread', one.chunksPerSecond, 'per s', {
      goal: 25,
      higherIsBetter: true,
      peers: of(1, rate),
    }),
    figure(
      'deep: chunks, two threads',
      two.reduce((sum, { chunksPerSecond }) => sum + chunksPerSecond, 0),
      'per s',
      {
        higherIsBetter: true,
        peers: of(2, rate),
      },
    ),
    figure('deep: processor time a chunk', one.processorMsPerChunk, 'ms', {
      goal: 40,
      peers: of(1, ({ processorMsPerChunk }) => processorMsPerChunk),
    }),
    figure('deep: memory of its process', one.memoryMb, 'MB', { goal: 120, peers: of(1, ({ memoryMb }) => memoryMb) }),
    figure('deep: loading', one.loadMs, 'ms', { goal: 300, peers: of(1, ({ loadMs }) => loadMs) }),
    figure('deep: a question', one.queryMs, 'ms', { goal: 10, peers: of(1, ({ queryMs }) => queryMs) }),
    figure('deep: size of the file', bytes.byteLength / 1e6, 'MB', { goal: 20 }),
    figure('static: chunks, one thread', fixed.chunksPerSecond, 'per s', { goal: 10_000, higherIsBetter: true }),
    figure('static: loading', fixed.loadMs, 'ms'),
    figure('static: a question', fixed.queryMs, 'ms'),
  ];
  for (const each of figures) console.log(inWords(each));
  console.log(
    `Load of the machine in the last minute: ${os.loadavg()[0]?.toFixed(1)} of ${os.availableParallelism()}.`,
  );
  const results = path.join(import.meta.dirname, 'results');
  writeFileSync(path.join(results, 'embedding.json'), `${JSON.stringify(figures, null, 2)}\n`);
}

/** Pieces of 40 lines, of files in the order of their names, as much of each file as of the others. */
function chunksOfThisProject(): string[] {
  const chunks = globSync('src/**/*.ts', { cwd: projectRoot })
    .sort()
    .flatMap((name) => {
      const lines = readFileSync(path.join(projectRoot, name), 'utf8').split('\n');
      return lines.length < CHUNK_LINES ? [] : [`${name}\n${lines.slice(0, CHUNK_LINES).join('\n')}`];
    });
  const step = chunks.length / CHUNKS;
  return Array.from({ length: CHUNKS }, (_, i) => chunks[Math.floor(i * step)] ?? '');
}

function measureStatic(
  chunks: readonly string[],
  queries: readonly string[],
): Pick<Measured, 'chunksPerSecond' | 'loadMs' | 'queryMs'> {
  const bytes = readFileSync(path.join(assetDirectory, 'static-code-256.bin'));
  const loadStart = performance.now();
  const model = new StaticModel(modelBytes(bytes));
  const loadMs = performance.now() - loadStart;
  for (const text of chunks) model.embedOne(text, 'code');
  const before = processorMs();
  for (let round = 0; round < 10; round++) for (const text of chunks) model.embedOne(text, 'code');
  const chunksPerSecond = (10 * chunks.length * 1000) / (processorMs() - before);
  const times = queries.map((text) => {
    const start = performance.now();
    model.embedOne(text, 'query');
    return performance.now() - start;
  });
  return { chunksPerSecond, loadMs, queryMs: median(times) };
}

/** The product's own process, asked as the product asks. */
async function measureDeep(chunks: readonly string[], queries: readonly string[]): Promise<Measured> {
  const service = new Service<DeepModelContract>('deep model', () => startDeepProcess(assetDirectory));
  try {
    await service.call('use', null);
    const loadStart = performance.now();
    await service.call('facts', null);
    const loadMs = performance.now() - loadStart;
    await service.call('embedPassages', { texts: chunks.slice(0, 3) });
    const before = await service.call('use', null);
    const start = performance.now();
    for (let at = 0; at < chunks.length; at += TEXTS_AT_ONCE) {
      const texts = chunks.slice(at, at + TEXTS_AT_ONCE);
      await service.call('embedPassages', { texts });
    }
    const seconds = (performance.now() - start) / 1000;
    const after = await service.call('use', null);
    const times: number[] = [];
    for (const text of queries) {
      const queryStart = performance.now();
      await service.call('embedQuery', { text });
      times.push(performance.now() - queryStart);
    }
    return {
      loadMs,
      chunksPerSecond: chunks.length / seconds,
      processorMsPerChunk: (after.processorMs - before.processorMs) / chunks.length,
      queryMs: median(times),
      memoryMb: after.memoryBytes / 1e6,
    };
  } finally {
    service.dispose();
  }
}

function installedPeers(): string {
  const home = path.join(cacheDirectory, 'bench-embedding');
  const isThere = peers.every((name) => existsSync(path.join(home, 'node_modules', name.slice(0, name.indexOf('@')))));
  if (!isThere) {
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), '{ "private": true }\n');
    const [command = 'npm', ...rest] = npmCommand('install', '--ignore-scripts', '--no-audit', '--no-fund', ...peers);
    execFileSync(command, rest, { cwd: home, stdio: 'pipe', shell: process.platform === 'win32' });
  }
  return home;
}

async function measurePeer(work: PeerWork): Promise<Measured> {
  const child = fork(path.join(import.meta.dirname, 'embedding/peerProcess.ts'), { serialization: 'advanced' });
  child.send(work);
  const [measured] = (await once(child, 'message')) as [Measured];
  return measured;
}
