import { purgeDeleted } from './deletionRepository.ts';
import type { FileStore } from './files/fileStore.ts';
import type { StoreAccess } from './storeAccess.ts';

/** Removes for good all that can no longer be taken back, with its files. Others have their turn in between. */
export async function purge({ write }: Pick<StoreAccess, 'write'>, files: Pick<FileStore, 'remove'>): Promise<void> {
  for (let isMore = true; isMore;) {
    const startedAt = Date.now();
    const purged = await write(({ conversationIds }) => conversationIds, purgeDeleted);
    isMore = purged.isMore;
    // Rows first: a file without a row is swept away some day, a row without its file is a loss.
    await removeReleased(files, purged.files, startedAt);
  }
}

/**
 * Removes files whose rows are gone since `startedAt` (milliseconds since the epoch). One that somebody puts meanwhile
 * stays: whoever puts one does so again after its row is there.
 */
export async function removeReleased(
  files: Pick<FileStore, 'remove'>,
  hashes: readonly string[],
  startedAt: number,
): Promise<void> {
  for (const sha256 of hashes) await files.remove(sha256, startedAt);
}
