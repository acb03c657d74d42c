import type { StoreKey } from '../seal/seal.ts';
import { generationFiles } from './generationFiles.ts';
import type { StoreFiles, StorePlatform } from './platform.ts';

/** Files that a repair has moved out of the engine's way, for a human or a later version to look at. */
export interface SetAside {
  /** How many repairs they are from. */
  readonly sets: number;
  readonly bytes: number;
}

/** So many sets stay, however old they are. */
const KEPT_SETS = 3;
/** And those that are younger than this, however many they are. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** The time of the repair stands in the name: `damaged-20261122T031500Z-log-2`. */
const NAME = /^damaged-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/;

/** The ending of what can only be read with a key. */
export const SEALED = '.sealed';

/**
 * Moves a generation's files, which are sealed with `key`, aside as they are. Returns their names; one that cannot
 * be moved stays.
 */
export function setAside(platform: StorePlatform, generation: number, key: StoreKey | null): string[] {
  const { files } = platform;
  const stamp = new Date(platform.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  const names = generationFiles(files).filter((file) => file.generation === generation);
  return names.map(({ name }) => {
    const taken = new Set(files.list());
    const ending = key === null ? '' : SEALED;
    let aside = `damaged-${stamp}-${name}${ending}`;
    for (let copy = 2; taken.has(aside); copy++) aside = `damaged-${stamp}-${copy}-${name}${ending}`;
    try {
      files.rename(name, aside);
      return aside;
    } catch {
      return name;
    }
  });
}

/** The names of what has been set aside. */
export function namesSetAside(files: StoreFiles): string[] {
  return files.list().filter((name) => NAME.test(name));
}

/** How much that is. */
export function countSetAside({ files }: Pick<StorePlatform, 'files'>): SetAside {
  return summary(files, listSets(files));
}

/** Removes what is both old and not among the newest. */
export function removeOldSetAside(platform: StorePlatform): void {
  const { files } = platform;
  const nowMs = platform.now();
  const old = listSets(files)
    .slice(KEPT_SETS)
    .filter(({ timeMs }) => nowMs - timeMs > KEPT_MS);
  for (const name of old.flatMap(({ names }) => names)) files.remove(name);
}

/** Removes all of it, and tells what that was. */
export function removeSetAside({ files }: Pick<StorePlatform, 'files'>): SetAside {
  const sets = listSets(files);
  const removed = summary(files, sets);
  for (const name of sets.flatMap(({ names }) => names)) files.remove(name);
  return removed;
}

interface RepairSet {
  readonly timeMs: number;
  readonly names: readonly string[];
}

/** Newest first. */
function listSets(files: StoreFiles): RepairSet[] {
  const sets = new Map<number, string[]>();
  for (const name of files.list()) {
    const [, year, month, day, hour, minute, second] = NAME.exec(name) ?? [];
    if (year === undefined) continue;
    const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    sets.set(timeMs, [...(sets.get(timeMs) ?? []), name]);
  }
  return [...sets].map(([timeMs, names]) => ({ timeMs, names })).sort((one, other) => other.timeMs - one.timeMs);
}

function summary(files: StoreFiles, sets: readonly RepairSet[]): SetAside {
  const sizes = sets.flatMap(({ names }) => names).map((name) => files.size(name) ?? 0);
  return { sets: sets.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
