import { nextPurge } from './deletionRepository.ts';
import type { FileStore } from './files/fileStore.ts';
import { nextPersonaPurge, purgePersonas } from './personaRepository.ts';
import { purge } from './purge.ts';
import { interruptDeadRuns, nextLeaseEnd } from './runRepository.ts';
import type { StoreAccess } from './storeAccess.ts';

/**
 * What falls due by time: what was deleted and can no longer be taken back goes for good, with its files, and
 * answers of windows that have died are written down as interrupted. Gives the milliseconds until there is more;
 * null when nothing waits.
 */
export async function keepUp(access: StoreAccess, files: Pick<FileStore, 'remove'>): Promise<number | null> {
  const { read, write } = access;
  if ((await read(nextPurge)) === 0) await purge(access, files);
  if ((await read(nextPersonaPurge)) === 0) await write(null, purgePersonas);
  if ((await read(nextLeaseEnd)) === 0) await write((ids) => ids, interruptDeadRuns);
  const due = [await read(nextPurge), await read(nextPersonaPurge), await read(nextLeaseEnd)];
  const dueInMs = due.filter((delay) => delay !== null);
  return dueInMs.length === 0 ? null : Math.min(...dueInMs);
}
