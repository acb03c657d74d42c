import { isSextantError } from '../../base/errors.ts';
import { type FileSeal, readSections, writeSections } from '../saved/sectionFile.node.ts';
import { Hnsw } from './hnsw.node.ts';
import type { HnswlibModule } from './hnswlibModule.ts';

const FORMAT = 1;

/** Which vectors a graph is of, and how far it has followed them. */
export interface GraphState {
  /** New whenever the vectors begin anew. */
  readonly indexId: string;
  readonly revision: number;
}

/** Where a graph is saved, and what seals it. */
export interface GraphPlace {
  readonly file: string;
  readonly seal?: FileSeal | undefined;
}

interface Header extends GraphState {
  readonly format: number;
  readonly dimensions: number;
  readonly count: number;
  readonly deleted: readonly number[];
}

/** Saves the graph as it is now. */
export async function saveGraph(
  { file, seal }: GraphPlace,
  graph: Hnsw,
  dimensions: number,
  state: GraphState,
): Promise<void> {
  const header: Header = {
    format: FORMAT,
    indexId: state.indexId,
    revision: state.revision,
    dimensions,
    count: graph.count,
    deleted: [...graph.deleted],
  };
  await writeSections(file, { header, sections: [['graph', await graph.save()]] }, seal);
}

/**
 * The graph that was saved of the same vectors, with the revision that it stands at; undefined when
 * there is none, or only one that is damaged: whoever owns the vectors makes it anew and saves it over that one.
 */
export async function loadGraph(
  { file, seal }: GraphPlace,
  library: HnswlibModule,
  dimensions: number,
  current: GraphState,
): Promise<{ graph: Hnsw; revision: number } | undefined> {
  try {
    const saved = await readSections(file, seal);
    if (saved === undefined) return undefined;
    const header = saved.header as Header;
    const fits =
      header.format === FORMAT &&
      header.dimensions === dimensions &&
      header.indexId === current.indexId &&
      header.revision <= current.revision;
    const bytes = saved.sections['graph'];
    if (!fits || bytes === undefined) return undefined;
    const graph = await Hnsw.restore(library, dimensions, {
      bytes,
      deleted: new Set(header.deleted),
      count: header.count,
    });
    return { graph, revision: header.revision };
  } catch (error) {
    if (isSextantError(error) || error instanceof SyntaxError || isWasmException(error)) return undefined;
    throw error;
  }
}

function isWasmException(error: unknown): boolean {
  return Object.prototype.toString.call(error) === '[object WebAssembly.Exception]';
}
