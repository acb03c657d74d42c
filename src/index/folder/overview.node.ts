import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FolderOverview, IndexFolder } from '../../protocol/contextIndex.ts';
import type { FolderIndex } from './folderIndex.node.ts';

/** The index of a folder in figures: what it holds, and what it takes on disk. */
export async function folderOverview(
  { path: folder, name }: IndexFolder,
  index: Pick<FolderIndex, 'state' | 'status' | 'keptAt'>,
): Promise<FolderOverview> {
  const { directory, isOwner } = index.keptAt;
  const disk = await diskUse(directory);
  const { search, vectors } = index.state;
  const languages = new Map<string, { files: number; bytes: number }>();
  const kinds = new Map<string, number>();
  let bytes = 0;
  for (const { path: file, language, sizeBytes } of search.catalogue.files()) {
    const entry = languages.get(language) ?? { files: 0, bytes: 0 };
    languages.set(language, { files: entry.files + 1, bytes: entry.bytes + sizeBytes });
    bytes += sizeBytes;
    for (const slot of search.catalogue.slotsOf(file)) {
      const kind = search.catalogue.kindOf(slot);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
  }
  return {
    folder,
    name,
    status: index.status(),
    isOwner,
    bytes,
    languages: [...languages]
      .map(([language, entry]) => ({ language, ...entry }))
      .sort((a, b) => b.files - a.files || b.bytes - a.bytes),
    kinds: [...kinds].map(([kind, chunks]) => ({ kind, chunks })).sort((a, b) => b.chunks - a.chunks),
    storeDirectory: directory,
    ...disk,
    graph: vectors.graph === undefined ? null : { inside: vectors.graph.size, outside: vectors.outsideCount },
  };
}

/** What lies in the folder of an index; its rows are the truth, and the time of their log that of the last change. */
async function diskUse(directory: string): Promise<Pick<FolderOverview, 'diskBytes' | 'changedAtMs'>> {
  let diskBytes = 0;
  let changedAtMs: number | null = null;
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  for (const name of names) {
    // What is replaced just now counts the next time.
    const stats = await stat(path.join(directory, name)).catch(() => undefined);
    if (stats?.isFile() !== true) continue;
    diskBytes += stats.size;
    if (/^rows[/\\]log-/.test(name)) changedAtMs = Math.max(changedAtMs ?? 0, Math.round(stats.mtimeMs));
  }
  return { diskBytes, changedAtMs };
}
