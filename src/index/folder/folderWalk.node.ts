import { statSync } from 'node:fs';
import path from 'node:path';
import { Turns } from '../../base/turns.ts';
import type { FileLimits } from '../files/chooseFiles.ts';
import { type FileDifference, type FileState, diffFiles } from '../files/diffFiles.ts';
import type { SkipReason } from '../files/fileKinds.ts';
import type { HiddenFiles } from '../files/hiddenFiles.ts';
import { listFiles } from '../files/listFiles.node.ts';
import { TrackedFiles } from '../files/trackedFiles.node.ts';

/** So much of a folder is indexed at most. */
const LIMITS: FileLimits = { files: 100_000, bytes: 1_000_000_000 };

interface WalkSurroundings {
  readonly hidden: HiddenFiles;
  /** See `IndexFolder`. */
  readonly secret: readonly string[];
  /** What the files of the index import, of its own and of others, as relative paths. */
  imported(others: readonly string[]): ReadonlySet<string>;
  /** Waits until there is a share of the processor for more of a whole walk. */
  pace(): Promise<void>;
}

export interface Totals {
  readonly files: number;
  readonly bytes: number;
}

/** What a walk is compared with. */
interface KnownFiles {
  known(): Iterable<FileState>;
  knownFile(path: string): FileState | undefined;
  knownTotals(): Totals;
}

/** Lists the files of a folder again and again, whole or in parts, one walk at a time. */
export class FolderWalk {
  /** What the walks left out, by path. */
  readonly skipped = new Map<string, SkipReason>();
  /** Relative paths of what is open in editors. */
  open: ReadonlySet<string> = new Set();
  readonly #root: string;
  readonly #surroundings: WalkSurroundings;
  readonly #tracked = new TrackedFiles();
  readonly #walks = new Turns();

  constructor(root: string, surroundings: WalkSurroundings) {
    this.#root = root;
    this.#surroundings = surroundings;
  }

  /**
   * Lists everything, or with `only` some paths and what is below them, and compares it with what is `known`;
   * the changed files that are worth most come first. Undefined when `mayWalk` says so at its turn.
   */
  compare(
    only: readonly string[] | undefined,
    known: () => KnownFiles,
    mayWalk: () => boolean,
  ): Promise<FileDifference | undefined> {
    return this.#walks.run(async () => (mayWalk() ? await this.#compare(only, known()) : undefined));
  }

  /** Where all files are taken it does not matter which are imported. */
  #importedBeyondLimit(): ReadonlySet<string> {
    const left = [...this.skipped].flatMap(([name, reason]) => (reason === 'over the limit' ? [name] : []));
    return left.length === 0 ? new Set() : this.#surroundings.imported(left);
  }

  async #compare(only: readonly string[] | undefined, known: KnownFiles): Promise<FileDifference> {
    const asked = new Set(only);
    const isMeant = (name: string): boolean => only === undefined || isIn(asked, name);
    const meant = meantOf(only, known, isMeant);
    const all = known.knownTotals();
    const limits = {
      files: LIMITS.files - all.files + meant.length,
      bytes: LIMITS.bytes - all.bytes + meant.reduce((sum, { sizeBytes }) => sum + Math.max(0, sizeBytes), 0),
    };
    const listing = await listFiles(this.#root, {
      limits,
      environment: process.env,
      wanted: { open: this.open, imported: only === undefined ? this.#importedBeyondLimit() : new Set() },
      hidden: this.#surroundings.hidden,
      secret: this.#surroundings.secret,
      tracked: this.#tracked,
      // What lies below another is listed with that.
      ...(only === undefined
        ? { pace: () => this.#surroundings.pace() }
        : { only: only.filter((name) => !isIn(asked, path.posix.dirname(name))) }),
    });
    for (const name of this.skipped.keys()) if (isMeant(name)) this.skipped.delete(name);
    for (const [name, reason] of listing.skipped) this.skipped.set(name, reason);
    return diffFiles(meant, listing.files);
  }
}

/** The known files that were asked for, or are below what was. */
function meantOf(
  only: readonly string[] | undefined,
  known: KnownFiles,
  isMeant: (path: string) => boolean,
): FileState[] {
  // Who saves a file need not wait for a look at all the others: there is nothing below it.
  const files = only?.map((path) => known.knownFile(path)) ?? [undefined];
  if (!files.includes(undefined)) return [...new Set(files)].filter((file) => file !== undefined);
  return [...known.known()].filter(({ path }) => isMeant(path));
}

/** Whether there is a folder of this path. */
export function isFolder(root: string): boolean {
  return statSync(root, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Whether a path, or a folder that it is in, is one of these. */
function isIn(paths: ReadonlySet<string>, name: string): boolean {
  if (paths.has('') || paths.has(name)) return true;
  for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
    if (paths.has(name.slice(0, end))) return true;
  }
  return false;
}
