import type { IndexState } from '../../storage/indexRepository.ts';
import { loadGraph, saveGraph } from '../saved/savedGraph.node.ts';
import { Hnsw } from '../vectors/hnsw.node.ts';
import type { HnswlibModule } from '../vectors/hnswlibModule.ts';
import type { FolderState } from './folderState.node.ts';

/** Points that were deleted still cost their share of every search; with more of them a new graph is made. */
const MAX_DELETED_SHARE = 0.3;
/** A saved graph lacks what came later, which is added in a moment: it is not saved again for less. */
const SAVE_SHARE = 0.05;

export interface GraphCare {
  readonly state: FolderState;
  /** Where it is saved. */
  readonly file: string;
  readonly loadHnsw: () => Promise<HnswlibModule>;
  /** Where the index stands; undefined when it was replaced. */
  readonly indexState: () => IndexState | undefined;
  /** False for a window that only reads: it uses what the owner has saved. */
  readonly isOwner: () => boolean;
  readonly shouldStop: () => boolean;
  /** Fewer chunks need no graph. */
  readonly worthAtChunks: number;
  /** Runs while nothing changes. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
}

/** Loads the graph if it is not loaded, brings it up to date, and saves it when much has changed. */
export async function tendGraph(care: GraphCare): Promise<void> {
  const { vectors, search } = care.state;
  const dimensions = search.vectors.dimensions;
  if (search.catalogue.chunkCount < care.worthAtChunks) return;
  if (vectors.graph === undefined) {
    const library = await care.loadHnsw();
    const current = care.indexState();
    const saved = current === undefined ? undefined : await loadGraph(care.file, library, dimensions, current);
    if (care.indexState() === undefined || (saved === undefined && !care.isOwner())) {
      saved?.graph.dispose();
      return;
    }
    const graph = saved?.graph ?? Hnsw.create(library, dimensions, Math.ceil(search.catalogue.chunkCount * 1.1));
    const revision = saved?.revision ?? -1;
    vectors.use(graph, (slot) => {
      const file = search.catalogue.fileOfSlot(slot);
      return search.text.has(slot) && file !== undefined && file.revision <= revision;
    });
  }
  const graph = vectors.graph;
  if (graph === undefined || !care.isOwner()) return;
  if (graph.deleted.size > MAX_DELETED_SHARE * graph.size + 1000) {
    const library = await care.loadHnsw();
    vectors.startAnew(Hnsw.create(library, dimensions, Math.ceil(search.catalogue.chunkCount * 1.1)));
  }
  const before = vectors.outsideCount;
  await vectors.catchUp(care.shouldStop);
  if (vectors.outsideCount > 0) return;
  vectors.unsavedCount += before;
  if (vectors.unsavedCount <= SAVE_SHARE * vectors.size) return;
  await care.inTurn(async () => {
    const current = care.indexState();
    const saved = vectors.graph;
    if (current === undefined || saved === undefined || vectors.outsideCount > 0 || care.shouldStop()) return;
    await saveGraph(care.file, saved, dimensions, current);
    vectors.unsavedCount = 0;
  });
}
