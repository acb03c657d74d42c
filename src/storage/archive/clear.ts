import type { ClearRequest, ClearedCounts } from '../../protocol/archive.ts';
import { addAuditEntry } from '../auditRepository.ts';
import type { FileStore } from '../files/fileStore.ts';
import {
  type Doomed,
  type Removal,
  countCache,
  countRemoval,
  countUsage,
  removeCache,
  removeConversations,
  removeUsage,
} from '../retentionRepository.ts';
import type { Scope } from '../scope.ts';
import { purge } from '../purge.ts';
import { GENERAL, type StoreAccess } from '../storeAccess.ts';
import type { ArchiveFiles } from './archiveFiles.ts';
import type { Backups } from './backups.ts';

export interface ClearDependencies {
  readonly access: StoreAccess;
  readonly files: Pick<FileStore, 'remove'>;
  readonly backups: Backups;
  readonly archive: Pick<ArchiveFiles, 'remove'>;
  /** Gives the space of what was deleted back to the disk, in every generation of the store. */
  readonly freeSpace: () => Promise<void>;
}

const NOTHING: Removal = { conversations: 0, messages: 0, folders: 0, files: [] };
const DAY_MS = 86_400_000;

/**
 * Deletes what was asked for in one transaction that also writes it down in the audit log, then removes its rows and
 * files little by little, and gives the space back. A dry run counts the same. Code `conflict` while a chat is being answered.
 */
export async function clearData(
  dependencies: ClearDependencies,
  { what, keepsPinned, withBackups, dryRun }: ClearRequest,
): Promise<ClearedCounts> {
  const { access, files, backups, archive, freeSpace } = dependencies;
  const doomed: Doomed = { kind: 'all', keepsPinned };
  const list = withBackups ? await backups.list() : { backups: [], unreadable: [] };
  const archives = [...list.backups, ...list.unreadable].map(({ file }) => file);
  const count = async (scope: Scope): Promise<ClearedCounts> => {
    const concerns = (data: ClearRequest['what']): boolean => what === data || what === 'everything';
    const removal = concerns('history') ? await countRemoval(scope, doomed) : NOTHING;
    const usage = concerns('usage') ? await countUsage(scope) : { events: 0, requests: 0 };
    const cachedAnswers = concerns('cache') ? await countCache(scope) : 0;
    return {
      ...countsOf(removal),
      usageEvents: usage.events,
      sentRequests: usage.requests,
      cachedAnswers,
      backups: archives.length,
    };
  };
  if (dryRun) return access.read(count);
  const counts = await access.write(GENERAL, async (scope) => {
    const counted = await count(scope);
    if (what === 'history' || what === 'everything') await removeConversations(scope, doomed);
    if (what === 'usage' || what === 'everything') await removeUsage(scope);
    if (what === 'cache' || what === 'everything') await removeCache(scope);
    await addAuditEntry(scope, { action: 'data purged', subject: what, detail: { keepsPinned, ...counted } });
    return counted;
  });
  await purge(access, files);
  for (const file of archives) await archive.remove(file);
  await freeSpace();
  return counts;
}

/** Deletes the unpinned chats whose last message is older than so many days, by the clock or by `believedMs`; as {@link clearData} does. */
export async function retainDays(
  { access, files, freeSpace }: Pick<ClearDependencies, 'access' | 'files' | 'freeSpace'>,
  { days, dryRun, believedMs }: { days: number; dryRun: boolean; believedMs?: number },
): Promise<ClearedCounts> {
  if (days <= 0) return toCounts(NOTHING);
  const oldOnes = ({ nowMs }: Scope): Doomed => ({ kind: 'old', before: (believedMs ?? nowMs) - days * DAY_MS });
  const counted = await access.read((scope) => countRemoval(scope, oldOnes(scope)));
  if (dryRun || counted.conversations === 0) return toCounts(counted);
  const removal = await access.write(GENERAL, async (scope) => {
    const removed = await removeConversations(scope, oldOnes(scope));
    const detail = { days, ...countsOf(removed) };
    await addAuditEntry(scope, { action: 'data purged', subject: `chats older than ${days} days`, detail });
    return removed;
  });
  await purge(access, files);
  await freeSpace();
  return toCounts(removal);
}

function countsOf({ conversations, messages, folders, files }: Removal) {
  const fileBytes = files.reduce((sum, { size }) => sum + size, 0);
  return { conversations, messages, folders, files: files.length, fileBytes };
}

function toCounts(removal: Removal): ClearedCounts {
  return { ...countsOf(removal), usageEvents: 0, sentRequests: 0, cachedAnswers: 0, backups: 0 };
}
