import { t } from '../../src/base/texts.ts';
import type { FolderOverview, IndexOverview } from '../../src/protocol/contextIndex.ts';
import type { Figures } from '../common/figures.ts';

/** One language of the bars. */
export interface LanguageFigure {
  readonly language: string;
  readonly files: number;
  readonly bytes: number;
}

/** The languages of all folders, most files first. */
export function sumLanguages(folders: readonly FolderOverview[]): LanguageFigure[] {
  const sums = new Map<string, LanguageFigure>();
  for (const { language, files, bytes } of folders.flatMap((folder) => folder.languages)) {
    const before = sums.get(language) ?? { language, files: 0, bytes: 0 };
    sums.set(language, { language, files: before.files + files, bytes: before.bytes + bytes });
  }
  return [...sums.values()].sort((a, b) => b.files - a.files || b.bytes - a.bytes);
}

/** How the vectors of all folders are searched, as a sentence. */
export function vectorSentence({ folders }: IndexOverview, figures: Figures): string {
  const graphs = folders.flatMap(({ graph }) => (graph === null ? [] : [graph]));
  const chunks = folders.reduce((sum, { status }) => sum + status.chunks, 0);
  if (chunks === 0) return t('None yet.');
  if (graphs.length === 0) {
    const more = chunks < 150_000 ? ` ${t('A graph (HNSW) is built where there are many more.')}` : '';
    return t('Exact: every search compares all {0} vectors.{1}', figures.count(chunks), more);
  }
  const inside = graphs.reduce((sum, graph) => sum + graph.inside, 0);
  const outside = graphs.reduce((sum, graph) => sum + graph.outside, 0);
  const graph = t('Graph (HNSW) of {0} vectors', figures.count(inside));
  return outside === 0
    ? t('{0}, complete.', graph)
    : t('{0}; {1} more are compared exactly beside it.', graph, figures.count(outside));
}

/** Who writes the index, as a sentence. */
export function ownerSentence(overview: IndexOverview): string {
  // What could not be opened yet is nobody's.
  const folders = overview.folders.filter(({ status: { phase } }) => phase !== 'failed' && phase !== 'opening');
  if (folders.length === 0) return t('Nobody yet.');
  const owned = folders.filter(({ isOwner }) => isOwner).length;
  if (owned === folders.length) return t('This window.');
  const other = t('Another window does, and this one reads along. When that one closes, this one goes on.');
  return owned === 0
    ? other
    : t('This window, but for {0} of {1} folders. {2}', folders.length - owned, folders.length, other);
}
