/** What is compared: a file that has the same size and time of change is taken for the same. */
export interface FileState {
  readonly path: string;
  readonly sizeBytes: number;
  /** Microseconds since the epoch. */
  readonly modifiedUs: number;
}

/** What has to be looked at: `changed` may turn out to be the same once it is read. */
export interface FileDifference {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Compares the files that are known with those that are there. */
export function diffFiles(known: Iterable<FileState>, listed: readonly FileState[]): FileDifference {
  const missing = new Map<string, FileState>();
  for (const file of known) missing.set(file.path, file);
  const changed: string[] = [];
  for (const file of listed) {
    const before = missing.get(file.path);
    missing.delete(file.path);
    if (before?.sizeBytes !== file.sizeBytes || before.modifiedUs !== file.modifiedUs) changed.push(file.path);
  }
  return { changed, removed: [...missing.keys()] };
}
