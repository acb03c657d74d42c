import { mkdir, rm } from 'node:fs/promises';
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

/** An empty folder below the cache; what a run before left in it is gone. */
export async function freshDirectory(...segments: string[]): Promise<string> {
  const directory = path.join(cacheDirectory, ...segments);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  return directory;
}
