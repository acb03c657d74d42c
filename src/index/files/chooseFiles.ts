import type { FileState } from './diffFiles.ts';

/** How much of a folder is indexed at most. */
export interface FileLimits {
  readonly files: number;
  readonly bytes: number;
}

/** What the user is likely to ask about: paths relative to the folder. */
export interface Wanted {
  /** Open in an editor. */
  readonly open: ReadonlySet<string>;
  /** Imported by files that are in the index. */
  readonly imported: ReadonlySet<string>;
}

export const nothingWanted: Wanted = { open: new Set(), imported: new Set() };

const RECENT_US = 14 * 24 * 3600 * 1_000_000;

/**
 * Puts files into the order in which they are worth indexing: those that are open, then those changed
 * within two weeks, then imported ones, then the rest; among equals the order stays. What is beyond the
 * limits is left out, unless it is open. `nowUs` is in microseconds.
 */
export function chooseFiles<File extends FileState>(
  files: readonly File[],
  limits: FileLimits,
  wanted: Wanted,
  nowUs: number,
): { readonly chosen: File[]; readonly left: File[] } {
  const ranks: File[][] = [[], [], [], []];
  for (const file of files) ranks[rankOf(file, wanted, nowUs)]?.push(file);
  const chosen: File[] = [];
  const left: File[] = [];
  let bytes = 0;
  for (const file of ranks.flat()) {
    const isBeyond = chosen.length >= limits.files || bytes + file.sizeBytes > limits.bytes;
    if (isBeyond && !wanted.open.has(file.path)) left.push(file);
    else {
      chosen.push(file);
      bytes += file.sizeBytes;
    }
  }
  return { chosen, left };
}

function rankOf(file: FileState, wanted: Wanted, nowUs: number): number {
  if (wanted.open.has(file.path)) return 0;
  if (nowUs - file.modifiedUs < RECENT_US) return 1;
  return wanted.imported.has(file.path) ? 2 : 3;
}
