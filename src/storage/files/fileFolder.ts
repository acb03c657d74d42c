/**
 * A folder of files whose content never changes under its name. Paths have the form `ab/name`. Failures are
 * `SextantError`s with code `read-only`, `disk-full` or `invalid`, or `internal` for all else.
 */
export interface FileFolder {
  /** Undefined when there is no such file. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** The last bytes of a file, fewer where it is shorter; undefined when there is no such file. */
  readEnd(path: string, bytes: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Durable, in one step: a reader sees nothing, or all of it. */
  write(path: string, parts: readonly Uint8Array[]): Promise<void>;
  /** Makes a file as new as one that is written now; false when there is none. */
  touch(path: string): Promise<boolean>;
  /**
   * False when there is none, or when it was written or touched at `unlessSince` (milliseconds since the
   * epoch) or later, also in the very moment in which it is removed.
   */
  remove(path: string, unlessSince?: number): Promise<boolean>;
  /** Every file. */
  list(): Promise<FolderEntry[]>;
  /** Removes what is being written, or was when its writer was killed; a living one begins again. */
  removeDrafts(): Promise<void>;
}

export interface FolderEntry {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}
