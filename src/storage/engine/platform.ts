import type { Disposable } from '../../base/disposable.ts';

/**
 * What the engine needs of the machine. Calls are synchronous: the engine lives where blocking is
 * allowed, and between BEGIN and COMMIT nothing else may run. Failures are `SextantError`s with code
 * `read-only`, `disk-full` or `invalid`, or `internal` for all else.
 */
export interface StorePlatform {
  /** Absolute path, for messages and status. */
  readonly directory: string;
  readonly files: StoreFiles;
  readonly lock: StoreLock;
  /** Name of the network file system that the folder lies on; undefined on a disk of this machine. */
  networkDisk(): string | undefined;
  /** The bytes of `sql-wasm.wasm`. */
  readSqlite(): Uint8Array<ArrayBuffer>;
  /** Lower-case hex. */
  sha256(bytes: Uint8Array): string;
  /** Milliseconds since the epoch; only for the names and the age of files. */
  now(): number;
  /** Resolves after all microtasks, and after the events that have already come in. */
  nextMacrotask(): Promise<void>;
  /** Calls back soon after somebody changed a file of the folder; may call too often, or miss one. */
  watch(listener: () => void): Disposable;
}

/** The store's one folder. Names are plain file names. */
export interface StoreFiles {
  /** Creates the folder where it is missing, and those it is in. */
  ensureFolder(): void;
  /** Creates the folder where it is missing. Throws when the one that it is in is missing too. */
  restoreFolder(): void;
  list(): string[];
  /** Undefined when there is no such file. */
  read(name: string): Uint8Array<ArrayBuffer> | undefined;
  /** Bytes; undefined when there is no such file. */
  size(name: string): number | undefined;
  /** Creates a file that must not be there, durably; false when it is there. */
  create(name: string, bytes: Uint8Array): boolean;
  /** Replaces a file in one step, durably: a reader sees the old one or the new one. */
  replace(name: string, bytes: Uint8Array): void;
  rename(from: string, to: string): void;
  /** No error when it is not there. */
  remove(name: string): void;
  /** Undefined when there is no such file. */
  openLog(name: string): LogFile | undefined;
}

/** A file that only grows. */
export interface LogFile {
  /** Bytes of the file that stands under this name now; undefined when that is not the file that was opened. */
  size(): number | undefined;
  /** One append at the file's end, wherever that is. Throws when not all of it was written. */
  append(bytes: Uint8Array): void;
  /** The same in a file that was deleted, where this process has written to it before: for those who still have it open. */
  appendToDeleted(bytes: Uint8Array): void;
  sync(): void;
  /** From `start` to the end of the file. */
  readFrom(start: number): Uint8Array<ArrayBuffer>;
  close(): void;
}

/**
 * Keeps other processes from writing at the same time. It only saves work: the engine stays right
 * when two hold it.
 */
export interface StoreLock {
  /** False while another one holds it. A lock that its owner left behind is taken over. */
  tryAcquire(): boolean;
  /** Whether somebody holds it, or has left it behind. */
  isTaken(): boolean;
  release(): void;
}
