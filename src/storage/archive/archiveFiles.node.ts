import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { SextantError, errorMessage, isSextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { ArchiveFiles } from './archiveFiles.ts';

const PIECE_BYTES = 1_000_000;

/** Files on a local disk. */
export function archiveFiles(directory: string): ArchiveFiles {
  return {
    directory,
    list: () => explained(directory, () => list(directory)),
    size: (file) => explained(file, async () => (await fs.stat(file)).size),
    read: (file) => read(file),
    write: (file, content) => explained(file, () => write(file, content)),
    rename: (from, to) =>
      explained(to, async () => {
        await fs.rename(from, to);
        await syncFolder(path.dirname(to));
      }),
    remove: (file) => explained(file, () => fs.rm(file, { force: true })),
    hash: () => {
      const hash = createHash('sha256');
      return {
        update: (piece) => void hash.update(piece),
        digest: () => hash.digest('hex'),
      };
    },
  };
}

async function list(directory: string): ReturnType<ArchiveFiles['list']> {
  const names = await fs.readdir(directory).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const found = names.map(async (name) => {
    const file = path.join(directory, name);
    const stat = await fs.stat(file).catch(() => undefined);
    return stat?.isFile() === true ? [{ file, bytes: stat.size, modifiedAt: stat.mtimeMs }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function* read(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(file, { highWaterMark: PIECE_BYTES })) yield piece as Uint8Array;
  } catch (error) {
    throw toFileError(error, file);
  }
}

async function write(file: string, content: AsyncIterable<Uint8Array>): Promise<number> {
  await fs.mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}.part`;
  try {
    let size = 0;
    // Backups and exports hold what is private.
    const handle = await fs.open(draft, 'wx', 0o600);
    try {
      for await (const piece of content) {
        for (let done = 0; done < piece.length;) done += (await handle.write(piece, done)).bytesWritten;
        size += piece.length;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(draft, file);
    await syncFolder(path.dirname(file));
    return size;
  } catch (error) {
    await fs.rm(draft, { force: true });
    throw error;
  }
}

/** Windows cannot, and need not, sync a folder. */
async function syncFolder(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function explained<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFileError(error, file);
  }
}

function toFileError(cause: unknown, file: string): SextantError {
  if (isSextantError(cause)) return cause;
  switch (codeOf(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new SextantError('not-found', t('There is no file {0}.', file), { cause });
    case 'EISDIR':
      return new SextantError('invalid', t('{0} is a folder, not a file.', file), { cause });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SextantError('read-only', t('Sextant may not use {0}. Allow it to, or choose another place.', file), {
        cause,
      });
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new SextantError('disk-full', t('There is no space left for {0}. Free some space and try again.', file), {
        cause,
      });
    default:
      return new SextantError('internal', t('{0} cannot be used: {1}', file, errorMessage(cause)), { cause });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
