import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** The checkout: the folder of package.json. */
export const projectRoot = path.resolve(import.meta.dirname, '../..');

/** Where the harness keeps what it downloads and makes. Git and the VSIX ignore it. */
export const cacheDirectory = path.join(projectRoot, '.cache');

/** The Node 24 of package.json, whatever the system has. */
export const nodeBinary = process.execPath;

/** A sentence for whoever runs a task; it is printed without a stack trace. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
}

/**
 * A new, empty folder of this process's own below the cache. What processes that have ended have left
 * there is removed first.
 */
export async function freshDirectory(kind: string, name: string): Promise<string> {
  const parent = path.join(cacheDirectory, kind);
  await removeLeftovers(parent);
  const directory = path.join(parent, `${name}-${process.pid}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  return directory;
}

/** Removes from a folder what is named after a process that has ended: `NAME-PROCESSID`. */
export async function removeLeftovers(parent: string): Promise<void> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const owner = /-(\d+)$/.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) {
      await rm(path.join(parent, name), { recursive: true, force: true });
    }
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
