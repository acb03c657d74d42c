import { createRequire } from 'node:module';
import path from 'node:path';
import { SextantError } from '../../base/errors.ts';
import { unitVector } from '../embedding/quantise.ts';
import type { HnswGraph, HnswlibModule } from './hnswlibModule.ts';
import type { Neighbour } from './vectorTable.ts';

// Measured on 120,000 vectors of the built-in model, see test/bench/index.
const NEIGHBOURS = 16;
const EF_CONSTRUCTION = 100;
const EF_SEARCH = 320;
const SEED = 1;
const FOLDER = '/hnswlib-index/';

/** Loads hnswlib-wasm from `hnswlib.js` in `assetDirectory`. Throws `internal` when it is not there. */
export async function loadHnsw(assetDirectory: string): Promise<HnswlibModule> {
  const file = path.join(assetDirectory, 'hnswlib.js');
  try {
    const bundle = createRequire(file)(file) as { loadHnswlib: () => Promise<HnswlibModule> };
    return await bundle.loadHnswlib();
  } catch (cause) {
    throw new SextantError('internal', 'Sextant is not installed completely: hnswlib.js cannot be loaded.', { cause });
  }
}

/** The graph that finds nearest vectors without comparing all of them. Slots are its labels. */
export class Hnsw {
  readonly #library: HnswlibModule;
  readonly #graph: HnswGraph;
  /** Labels in the graph; those that are marked deleted are false. */
  readonly #labels: Map<number, boolean>;
  #live = 0;
  /** Labels that were deleted and whose point is there no more. */
  readonly #overwritten = new Set<number>();
  readonly #dimensions: number;

  private constructor(library: HnswlibModule, graph: HnswGraph, dimensions: number, labels: Map<number, boolean>) {
    this.#dimensions = dimensions;
    this.#library = library;
    this.#graph = graph;
    this.#labels = labels;
    for (const isLive of labels.values()) if (isLive) this.#live++;
    graph.setEfSearch(EF_SEARCH);
  }

  static create(library: HnswlibModule, dimensions: number, capacity = 1024): Hnsw {
    const graph = new library.HierarchicalNSW('ip', dimensions, '');
    graph.initIndex(Math.max(capacity, 1), NEIGHBOURS, EF_CONSTRUCTION, SEED);
    return new Hnsw(library, graph, dimensions, new Map());
  }

  /** Reads what {@link save} wrote; throws when it is not that. `deleted` are the labels that were marked. */
  static async restore(
    library: HnswlibModule,
    dimensions: number,
    saved: { bytes: Uint8Array; deleted: ReadonlySet<number>; count: number },
  ): Promise<Hnsw> {
    const graph = new library.HierarchicalNSW('ip', dimensions, '');
    library.FS.writeFile(`${FOLDER}saved`, saved.bytes, { canOwn: true });
    try {
      await graph.readIndex('saved', saved.count + 1024);
    } finally {
      library.FS.unlink(`${FOLDER}saved`);
    }
    const labels = new Map(graph.getUsedLabels().map((label) => [label, true]));
    for (const label of saved.deleted) labels.set(label, false);
    if (labels.size !== saved.count) {
      graph.delete();
      throw new SextantError('damaged', 'The saved graph is incomplete.');
    }
    return new Hnsw(library, graph, dimensions, labels);
  }

  /** Points that a search can find. */
  get size(): number {
    return this.#live;
  }

  get deleted(): Set<number> {
    return new Set([...this.#labels].filter(([, isLive]) => !isLive).map(([label]) => label));
  }

  get count(): number {
    return this.#labels.size;
  }

  /** The points that a search can find. */
  slots(): number[] {
    return [...this.#labels].filter(([, isLive]) => isLive).map(([label]) => label);
  }

  has(slot: number): boolean {
    return this.#labels.get(slot) === true;
  }

  add(slot: number, vector: Int8Array): void {
    const before = this.#labels.get(slot);
    if (before === undefined && this.#labels.size >= this.#graph.getMaxElements()) {
      this.#graph.resizeIndex(Math.ceil(this.#graph.getMaxElements() * 1.5));
    }
    if (before === false) this.#graph.unmarkDelete(slot);
    this.#graph.addPoint(unitVector(vector), slot, false);
    this.#overwritten.delete(slot);
    this.#labels.set(slot, true);
    if (before !== true) this.#live++;
  }

  remove(slot: number): void {
    if (!this.has(slot)) return;
    this.#graph.markDelete(slot);
    this.#labels.set(slot, false);
    this.#live--;
  }

  /** Leaves nothing of the vectors of points that were removed: they are marked only, and would be saved. */
  async overwriteDeleted(breathe: () => Promise<void> | undefined): Promise<void> {
    const nothing = new Float32Array(this.#dimensions);
    for (const label of this.deleted) {
      if (this.#overwritten.has(label)) continue;
      this.#graph.unmarkDelete(label);
      this.#graph.addPoint(nothing, label, false);
      this.#graph.markDelete(label);
      this.#overwritten.add(label);
      const turn = breathe();
      if (turn !== undefined) await turn;
    }
  }

  /** The nearest that it finds, nearest first. */
  nearest(query: Float32Array, count: number): Neighbour[] {
    const wanted = Math.min(count, this.#live);
    if (wanted === 0) return [];
    const { neighbors, distances } = this.#graph.searchKnn(query, wanted, undefined);
    return neighbors.map((slot, index) => ({ slot, similarity: 1 - (distances[index] ?? 1) }));
  }

  /** The whole graph as bytes. Takes a tenth of a second for 100,000 points. */
  async save(): Promise<Uint8Array> {
    await this.#graph.writeIndex('saving');
    try {
      // The file's own memory, which nobody else keeps: a copy would be another hundred megabytes.
      const { object } = this.#library.FS.analyzePath(`${FOLDER}saving`);
      if (object === null) throw new SextantError('internal', 'The graph could not be written.');
      return object.contents.subarray(0, object.usedBytes);
    } finally {
      this.#library.FS.unlink(`${FOLDER}saving`);
    }
  }

  dispose(): void {
    this.#graph.delete();
  }
}
