/**
 * The files that archives and exports are read from and written to. Paths are absolute. Failures are `SextantError`s
 * with a sentence that names the file.
 */
export interface ArchiveFiles {
  /** The folder of the backups that Sextant keeps by itself; made when something is first written to it. */
  readonly directory: string;
  /** The files in that folder. */
  list(): Promise<ArchiveFile[]>;
  /** Bytes; code `not-found` when there is no such file. */
  size(file: string): Promise<number>;
  /** In pieces. */
  read(file: string): AsyncIterable<Uint8Array>;
  /** Writes a file and what it needs to last; gives its size. What stands there is replaced at the end, in one step. */
  write(file: string, content: AsyncIterable<Uint8Array>): Promise<number>;
  /** In one step, durably. */
  rename(from: string, to: string): Promise<void>;
  /** No error when it is not there. */
  remove(file: string): Promise<void>;
  /** A SHA-256 that is fed piece by piece. */
  readonly hash: () => PieceHash;
}

export interface ArchiveFile {
  readonly file: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface PieceHash {
  update(piece: Uint8Array): void;
  /** Lower-case hex. */
  digest(): string;
}

/** The last part of a path. */
export function fileName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
