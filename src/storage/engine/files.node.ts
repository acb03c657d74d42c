import fs from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { SextantError, errorMessage, isSextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { LogFile, StoreFiles } from './platform.ts';

const onWindows = process.platform === 'win32';
/** Windows refuses to replace a file that somebody is just reading. */
const BUSY_RETRIES = 50;
const BUSY_PAUSE_MS = 10;

/** Of this thread of this process: no two write the same draft at a time. */
const writerNumber = `${process.pid}${String(threadId).padStart(6, '0')}`;

/** The store's folder on a local disk. */
export function nodeFiles(directory: string): StoreFiles {
  const at = (name: string): string => path.join(directory, name);
  const checked = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, directory);
    }
  };
  return {
    ensureFolder: () => {
      checked(() => void fs.mkdirSync(directory, { recursive: true }));
    },
    restoreFolder: () => {
      checked(() => {
        if (!fs.existsSync(directory)) fs.mkdirSync(directory);
      });
    },
    size: (name) => checked(() => fs.statSync(at(name), { throwIfNoEntry: false })?.size),
    list: () => checked(() => fs.readdirSync(directory)),
    read: (name) => checked(() => unlessMissing(() => asBytes(fs.readFileSync(at(name))))),
    create: (name, bytes) => checked(() => createFile(at(name), bytes)),
    replace: (name, bytes) => {
      checked(() => {
        const draft = at(`${name}.${writerNumber}.tmp`);
        try {
          writeFile(draft, 'w', bytes);
          whenBusyAgain(() => {
            fs.renameSync(draft, at(name));
          });
        } catch (error) {
          fs.rmSync(draft, { force: true });
          throw error;
        }
        syncFolder(directory);
      });
    },
    rename: (from, to) => {
      checked(() => {
        whenBusyAgain(() => {
          fs.renameSync(at(from), at(to));
        });
        syncFolder(directory);
      });
    },
    remove: (name) => {
      checked(() => {
        fs.rmSync(at(name), { force: true });
      });
    },
    openLog: (name) => checked(() => unlessMissing(() => new NodeLogFile(at(name), directory))),
  };
}

class NodeLogFile implements LogFile {
  readonly #path: string;
  readonly #directory: string;
  readonly #reader: number;
  readonly #inode: bigint;
  /** Opened at the first write, so that a folder that can only be read can be read. */
  #writer: number | undefined;

  constructor(file: string, directory: string) {
    this.#path = file;
    this.#directory = directory;
    this.#reader = fs.openSync(file, 'r');
    this.#inode = fs.fstatSync(this.#reader, { bigint: true }).ino;
  }

  size(): number | undefined {
    return this.#checked(() => {
      const stat = fs.statSync(this.#path, { bigint: true, throwIfNoEntry: false });
      return stat?.ino === this.#inode ? Number(stat.size) : undefined;
    });
  }

  append(bytes: Uint8Array): void {
    this.#checked(() => {
      this.#writer ??= fs.openSync(this.#path, fs.constants.O_WRONLY | fs.constants.O_APPEND);
      const written = fs.writeSync(this.#writer, bytes);
      // What comes after a short write must not follow it as if it were whole: there is no second try.
      if (written !== bytes.length) throw Object.assign(new Error('The write was cut short.'), { code: 'ENOSPC' });
    });
  }

  appendToDeleted(bytes: Uint8Array): void {
    const writer = this.#writer;
    // One that was only moved away may come back, and must be as it was.
    if (writer !== undefined && fs.fstatSync(writer).nlink === 0) this.#checked(() => fs.writeSync(writer, bytes));
  }

  sync(): void {
    const writer = this.#writer;
    if (writer !== undefined) {
      this.#checked(() => {
        fs.fdatasyncSync(writer);
      });
    }
  }

  readFrom(start: number): Uint8Array<ArrayBuffer> {
    return this.#checked(() => {
      const bytes = new Uint8Array(Math.max(0, fs.fstatSync(this.#reader).size - start));
      let filled = 0;
      while (filled < bytes.length) {
        const read = fs.readSync(this.#reader, bytes, filled, bytes.length - filled, start + filled);
        if (read === 0) break;
        filled += read;
      }
      return bytes.subarray(0, filled);
    });
  }

  close(): void {
    fs.closeSync(this.#reader);
    if (this.#writer !== undefined) fs.closeSync(this.#writer);
  }

  #checked<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#directory);
    }
  }
}

/** The sentence for a failure of the file system. */
export function toStoreError(error: unknown, directory: string): SextantError {
  if (isSextantError(error)) return error;
  const place = t("Sextant's storage folder {0}", directory);
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new SextantError('disk-full', t('There is no space left for {0}. Free some space and try again.', place), {
        cause: error,
      });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new SextantError(
        'read-only',
        t('Sextant may not write to its storage folder {0}. Allow it to, and try again.', directory),
        {
          cause: error,
        },
      );
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
      return new SextantError(
        'invalid',
        t('{0} cannot be used: it is missing, or something else stands in its place.', place),
        {
          cause: error,
        },
      );
    default:
      return new SextantError('internal', t('{0} cannot be used: {1}', place, errorMessage(error)), { cause: error });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function unlessMissing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function createFile(file: string, bytes: Uint8Array): boolean {
  try {
    writeFile(file, 'wx', bytes);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  syncFolder(path.dirname(file));
  return true;
}

function writeFile(file: string, flag: 'w' | 'wx', bytes: Uint8Array): void {
  const descriptor = fs.openSync(file, flag);
  try {
    for (let done = 0; done < bytes.length;) done += fs.writeSync(descriptor, bytes, done);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** A file's new name lasts only when its folder is on disk. Windows cannot, and need not, sync a folder. */
function syncFolder(directory: string): void {
  if (onWindows) return;
  const descriptor = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function whenBusyAgain(work: () => void): void {
  for (let attempt = 1; ; attempt++) {
    try {
      work();
      return;
    } catch (error) {
      const code = codeOf(error);
      const busy = onWindows && (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY');
      if (!busy || attempt === BUSY_RETRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
  }
}

function asBytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.length);
}
