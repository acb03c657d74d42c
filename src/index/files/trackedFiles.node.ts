import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseGitIndex } from './gitIndexFile.ts';
import type { GitDirectory } from './gitSettings.node.ts';

/** What git tracks in one repository. Paths are relative to its top, with `/`. */
interface Tracked {
  readonly files: ReadonlySet<string>;
  /** Every folder that has something tracked in it, and the submodules. */
  readonly folders: ReadonlySet<string>;
}

/** More than this is not read: 8 GB of paths are no index. */
const MAX_INDEX_BYTES = 500_000_000;
const none: Tracked = { files: new Set(), folders: new Set() };

/**
 * Says what git tracks, which its ignore rules then do not touch. An index is read when it is first
 * asked for, and again when it has changed.
 */
export class TrackedFiles {
  readonly #read = new Map<string, { readonly mark: string; readonly tracked: Tracked }>();

  /** True for a tracked file, or for a folder with one in it. */
  has(git: GitDirectory, relative: string, isFolder: boolean): boolean {
    const tracked = this.#of(git);
    return (isFolder ? tracked.folders : tracked.files).has(relative);
  }

  #of(git: GitDirectory): Tracked {
    const file = path.join(git.own, 'index');
    const mark = markOf(file);
    const before = this.#read.get(file);
    if (before?.mark === mark) return before.tracked;
    const tracked = mark === '' ? none : readTracked(git, file);
    this.#read.set(file, { mark, tracked });
    return tracked;
  }
}

function readTracked(git: GitDirectory, file: string): Tracked {
  const files = new Set<string>();
  const folders = new Set<string>();
  const take = (name: string): string | undefined => {
    const index = parseGitIndex(readFileSync(name), git.hashBytes);
    for (const tracked of index?.files ?? []) files.add(tracked);
    for (const folder of index?.folders ?? []) folders.add(folder);
    return index?.sharedHash;
  };
  try {
    const shared = take(file);
    // What the split index says was deleted from the shared one stays: it is there or it is not.
    if (shared !== undefined) take(path.join(git.own, `sharedindex.${shared}`));
  } catch {
    // It may be replaced at this moment; git's index is asked again when it has changed.
  }
  for (const tracked of [...files, ...folders]) {
    for (let end = tracked.lastIndexOf('/'); end > 0; end = tracked.lastIndexOf('/', end - 1)) {
      const folder = tracked.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return { files, folders };
}

/** Changes when the file does; empty where there is none, or none that can be read. */
function markOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size > MAX_INDEX_BYTES) return '';
  return `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}
