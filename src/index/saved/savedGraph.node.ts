import { rm } from 'node:fs/promises';
import { isSextantError } from '../../base/errors.ts';
import type { IndexState } from '../../storage/indexRepository.ts';
import { Hnsw } from '../vectors/hnsw.node.ts';
import type { HnswlibModule } from '../vectors/hnswlibModule.ts';
import { readSections, writeSections } from './sectionFile.node.ts';

const FORMAT = 1;

interface Header extends IndexState {
  readonly format: number;
  readonly dimensions: number;
  readonly count: number;
  readonly deleted: readonly number[];
}

/** Saves the graph as it is now. */
export async function saveGraph(file: string, graph: Hnsw, dimensions: number, state: IndexState): Promise<void> {
  const header: Header = {
    format: FORMAT,
    indexId: state.indexId,
    revision: state.revision,
    dimensions,
    count: graph.count,
    deleted: [...graph.deleted],
  };
  await writeSections(file, { header, sections: { graph: await graph.save() } });
}

/**
 * The graph that was saved of the same rows, with the revision that it stands at; undefined when
 * there is none. One that is damaged is thrown away: it is made anew from the vectors.
 */
export async function loadGraph(
  file: string,
  library: HnswlibModule,
  dimensions: number,
  current: IndexState,
): Promise<{ graph: Hnsw; revision: number } | undefined> {
  try {
    const saved = await readSections(file);
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
    if (isSextantError(error) || error instanceof SyntaxError || isWasmException(error)) {
      await rm(file, { force: true });
      return undefined;
    }
    throw error;
  }
}

function isWasmException(error: unknown): boolean {
  return Object.prototype.toString.call(error) === '[object WebAssembly.Exception]';
}
