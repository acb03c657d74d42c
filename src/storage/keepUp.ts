import { nextPurge, purgeDeleted } from './deletionRepository.ts';
import type { FileStore } from './files/fileStore.ts';
import { interruptDeadRuns, nextLeaseEnd } from './runRepository.ts';
import type { StoreAccess } from './storeAccess.ts';

/** A file that was put so short a time ago may be another message’s that is not sent yet; the next sweep sees. */
const FRESH_MS = 3_600_000;

/**
 * What falls due by time: what was deleted and can no longer be taken back goes for good, with its files, and
 * answers of windows that have died are written down as interrupted. Gives the milliseconds until there is more;
 * null when nothing waits.
 */
export async function keepUp(
  { read, write }: StoreAccess,
  files: Pick<FileStore, 'remove'>,
  now: () => number,
): Promise<number | null> {
  if ((await read(nextPurge)) === 0) {
    // Rows first: a file without a row is swept away some day, a row without its file is a loss.
    const purged = await write(({ conversationIds }) => conversationIds, purgeDeleted);
    for (const sha256 of purged.files) await files.remove(sha256, now() - FRESH_MS);
  }
  if ((await read(nextLeaseEnd)) === 0) await write((ids) => ids, interruptDeadRuns);
  const dueInMs = [await read(nextPurge), await read(nextLeaseEnd)].filter((delay) => delay !== null);
  return dueInMs.length === 0 ? null : Math.min(...dueInMs);
}
