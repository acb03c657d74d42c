import { DRAFT_MS, releaseFiles, usedFiles } from '../attachmentRepository.ts';
import type { FileStore } from '../files/fileStore.ts';
import type { StoreAccess } from '../storeAccess.ts';

export interface UnusedFilesDependencies {
  readonly access: StoreAccess;
  readonly files: Pick<FileStore, 'list' | 'remove'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Hashes of stored files that nothing refers to, and that have been so for a day. */
export async function findUnusedFiles({ access, files, now }: UnusedFilesDependencies): Promise<string[]> {
  const listed = await files.list();
  const used = await access.read(usedFiles);
  const unused = listed.filter(({ sha256, putAt }) => !used.has(sha256) && putAt < now() - DRAFT_MS);
  return unused.map(({ sha256 }) => sha256);
}

/** Removes them; gives how many. */
export async function removeUnusedFiles(dependencies: UnusedFilesDependencies): Promise<number> {
  const { access, files, now } = dependencies;
  const unused = await findUnusedFiles(dependencies);
  if (unused.length === 0) return 0;
  const released = await access.write(null, (scope) => releaseFiles(scope, unused));
  // Whoever has attached one of them meanwhile, has put it again.
  for (const sha256 of released) await files.remove(sha256, now() - DRAFT_MS);
  return released.length;
}
