import { pathFilter } from '../../base/globs/pathFilter.ts';
import type { SearchFilter } from '../../protocol/contextIndex.ts';
import type { Catalogue, IndexedFile } from './catalogue.ts';

/** Tells which slots of a folder a filter lets through; undefined where it lets all through. */
export function wantedSlots(catalogue: Catalogue, filter: SearchFilter): ((slot: number) => boolean) | undefined {
  const { kinds = [], languages = [], paths = [] } = filter;
  if (kinds.length === 0 && languages.length === 0 && paths.length === 0) return undefined;
  const isWantedPath = pathFilter(paths);
  const isWantedFile = ({ path, language }: IndexedFile): boolean =>
    (languages.length === 0 || languages.includes(language)) && isWantedPath(path);
  const files = new Set<number>();
  for (const file of catalogue.files()) if (isWantedFile(file)) files.add(file.id);
  const { fileOf } = catalogue;
  return (slot) => files.has(fileOf[slot] ?? -1) && (kinds.length === 0 || kinds.includes(catalogue.kindOf(slot)));
}
