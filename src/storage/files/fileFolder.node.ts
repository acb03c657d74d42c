import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { toStoreError } from '../engine/files.node.ts';
import type { FileFolder, FolderEntry } from './fileFolder.ts';

const SHELF = /^[0-9a-f]{2}$/;
const DRAFT = '.draft';
const LEAVING = '.leaving';
/** A dot, a UUID and {@link LEAVING}. */
const LEAVING_SUFFIX_LENGTH = 37 + LEAVING.length;
/** How often a file is written anew whose draft somebody has removed. */
const ATTEMPTS = 3;
/** Removing takes no time; who has not finished after this was killed. */
const LEAVING_MS = 60_000;
const BUSY_RETRIES = 50;
const BUSY_PAUSE_MS = 10;
const onWindows = process.platform === 'win32';

/** A folder on a local disk; made when something is first written. */
export function fileFolder(directory: string): FileFolder {
  const at = (name: string): string => path.join(directory, name);
  const checked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, directory);
    }
  };
  return {
    read: (name) => checked(() => whileItLeaves(at(name), async (file) => asBytes(await fs.readFile(file)))),
    readEnd: (name, bytes) => checked(() => whileItLeaves(at(name), (file) => readEnd(file, bytes))),
    write: (name, parts) => checked(() => write(directory, at(name), parts)),
    touch: (name) => checked(() => touch(at(name))),
    remove: (name, unlessSince) => checked(() => remove(at(name), unlessSince)),
    list: () => checked(() => list(directory)),
    removeDrafts: () =>
      checked(async () => {
        for (const { path: name } of await entries(directory)) {
          if (name.endsWith(DRAFT)) await fs.rm(at(name), { force: true });
        }
      }),
  };
}

async function write(directory: string, file: string, parts: readonly Uint8Array[]): Promise<void> {
  const shelf = path.dirname(file);
  for (let attempt = 1; ; attempt++) {
    const isNew = (await fs.mkdir(shelf, { recursive: true })) !== undefined;
    const draft = path.join(shelf, `${randomUUID()}${DRAFT}`);
    try {
      await writeDraft(draft, parts);
      await whenBusyAgain(() => fs.rename(draft, file));
      for (const folder of [shelf, ...(isNew ? [directory, path.dirname(directory)] : [])]) await syncFolder(folder);
      return;
    } catch (error) {
      await fs.rm(draft, { force: true });
      if (codeOf(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error;
    }
  }
}

async function writeDraft(file: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await fs.open(file, 'wx');
  try {
    for (const part of parts) {
      for (let done = 0; done < part.length;) done += (await handle.write(part, done)).bytesWritten;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Windows refuses to replace a file that somebody is just reading. */
async function whenBusyAgain(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      const isBusy = onWindows && ['EPERM', 'EACCES', 'EBUSY'].includes(String(codeOf(error)));
      if (!isBusy || attempt === BUSY_RETRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS));
    }
  }
}

async function touch(file: string): Promise<boolean> {
  const now = new Date();
  return (await unlessMissing(() => fs.utimes(file, now, now).then(() => true))) ?? false;
}

/**
 * First away under another name, then a look whether it is still old: whoever touches it finds it there in
 * time to be seen, or not at all and writes it anew.
 */
async function remove(file: string, unlessSince = Number.POSITIVE_INFINITY): Promise<boolean> {
  const leaving = `${file}.${randomUUID()}${LEAVING}`;
  const isOld = async (name: string): Promise<boolean> => {
    const stat = await unlessMissing(() => fs.stat(name));
    return stat !== undefined && stat.mtimeMs < unlessSince;
  };
  if (!(await isOld(file)) || (await unlessMissing(() => fs.rename(file, leaving).then(() => true))) === undefined)
    return false;
  if (await isOld(leaving)) {
    await fs.rm(leaving, { force: true });
    return true;
  }
  await unlessMissing(() => fs.rename(leaving, file));
  return false;
}

async function list(directory: string): Promise<FolderEntry[]> {
  const found: FolderEntry[] = [];
  for (const { changedAt, ...entry } of await entries(directory)) {
    if (entry.path.endsWith(DRAFT)) continue;
    if (!entry.path.endsWith(LEAVING)) found.push(entry);
    else if (Date.now() - changedAt > LEAVING_MS) {
      // Its remover was killed before it knew whether somebody needs the file.
      const file = path.join(directory, entry.path);
      await unlessMissing(() => fs.rename(file, file.slice(0, -LEAVING_SUFFIX_LENGTH)));
    }
  }
  return found;
}

/** `changedAt` is when the file got its content or its name. */
async function entries(directory: string): Promise<(FolderEntry & { readonly changedAt: number })[]> {
  const shelves = ((await unlessMissing(() => fs.readdir(directory))) ?? []).filter((name) => SHELF.test(name));
  const found: (FolderEntry & { readonly changedAt: number })[] = [];
  for (const shelf of shelves) {
    for (const name of (await unlessMissing(() => fs.readdir(path.join(directory, shelf)))) ?? []) {
      const stat = await unlessMissing(() => fs.stat(path.join(directory, shelf, name)));
      if (stat?.isFile() !== true) continue;
      const { size, mtimeMs, ctimeMs } = stat;
      found.push({ path: `${shelf}/${name}`, size, modifiedAt: mtimeMs, changedAt: ctimeMs });
    }
  }
  return found;
}

async function readEnd(file: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await fs.open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(bytes, size);
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Reads a file, also in the moment in which somebody looks whether it may be removed. */
async function whileItLeaves<T>(file: string, read: (file: string) => Promise<T>): Promise<T | undefined> {
  const found = await unlessMissing(() => read(file));
  if (found !== undefined) return found;
  const shelf = path.dirname(file);
  const names = (await unlessMissing(() => fs.readdir(shelf))) ?? [];
  const leaving = names.filter((name) => name.startsWith(`${path.basename(file)}.`) && name.endsWith(LEAVING));
  for (const name of [...leaving, path.basename(file)]) {
    const late = await unlessMissing(() => read(path.join(shelf, name)));
    if (late !== undefined) return late;
  }
  return undefined;
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file's new name lasts only when its folder is on disk. Windows cannot, and need not, sync a folder. */
async function syncFolder(directory: string): Promise<void> {
  if (onWindows) return;
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function asBytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.length);
}
