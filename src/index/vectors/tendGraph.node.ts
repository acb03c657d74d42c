import type { FileSeal } from '../saved/sectionFile.node.ts';
import { Hnsw } from './hnsw.node.ts';
import type { HnswlibModule } from './hnswlibModule.ts';
import { type GraphState, loadGraph, saveGraph } from './savedGraph.node.ts';
import type { VectorSearch } from './vectorSearch.node.ts';

/** Points that were deleted still cost their share of every search; with more of them a new graph is made. */
const MAX_DELETED_SHARE = 0.3;
/** A saved graph lacks what came later, which is added in a moment: it is not saved again for less. */
const SAVE_SHARE = 0.05;

/**
 * A graph of more would take a gigabyte, of the two that its WASM can have, as much again while it is saved, and minutes
 * of work; comparing all takes some 20 ms.
 */
const MOST_IN_GRAPH = 600_000;

export interface GraphCare {
  readonly vectors: VectorSearch;
  /** Fewer vectors need no graph. */
  readonly worthAt: number;
  /** Where it is saved. */
  readonly file: string;
  readonly seal?: FileSeal | undefined;
  readonly loadHnsw: () => Promise<HnswlibModule>;
  /** Where the vectors stand; undefined when they were replaced. */
  readonly state: () => GraphState | undefined;
  /** False for a window that only reads: it uses what the owner has saved. */
  readonly isOwner: () => boolean;
  readonly shouldStop: () => boolean;
  /** Waits until there is a share of the processor for more. */
  readonly pace?: () => Promise<void>;
  /** Whether the vector of a slot is the one that it had when the vectors stood at this revision. */
  readonly isCurrent: (slot: number, revision: number) => boolean;
  /** Runs while nothing changes. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
}

/** Loads the graph if it is not loaded, brings it up to date, and saves it when much has changed. */
export async function tendGraph(care: GraphCare): Promise<void> {
  const { vectors } = care;
  const { dimensions } = vectors;
  if (vectors.size < care.worthAt || vectors.size > MOST_IN_GRAPH) return;
  const room = Math.ceil(vectors.size * 1.1);
  if (vectors.graph === undefined) {
    const library = await care.loadHnsw();
    const current = care.state();
    const saved = current === undefined ? undefined : await loadGraph(care, library, dimensions, current);
    if (care.state() === undefined || (saved === undefined && !care.isOwner())) {
      saved?.graph.dispose();
      return;
    }
    const graph = saved?.graph ?? Hnsw.create(library, dimensions, room);
    const revision = saved?.revision ?? -1;
    vectors.use(graph, (slot) => care.isCurrent(slot, revision));
  }
  const graph = vectors.graph;
  if (graph === undefined || !care.isOwner()) return;
  if (graph.deleted.size > MAX_DELETED_SHARE * graph.size + 1000) {
    const library = await care.loadHnsw();
    vectors.startAnew(Hnsw.create(library, dimensions, room));
  }
  const before = vectors.outsideCount;
  await vectors.catchUp(care.shouldStop, care.pace);
  if (vectors.outsideCount > 0) return;
  vectors.unsavedCount += before;
  if (vectors.unsavedCount <= SAVE_SHARE * vectors.size) return;
  await care.inTurn(async () => {
    const current = care.state();
    const saved = vectors.graph;
    if (current === undefined || saved === undefined || vectors.outsideCount > 0 || care.shouldStop()) return;
    await saveGraph(care, saved, dimensions, current);
    vectors.unsavedCount = 0;
  });
}
