import { figure, plural, t } from '../base/texts.ts';
import type { ClearedCounts, ImportReport, MaintenanceStatus, StoreCounts } from './archive.ts';

/** `12 chats with 345 messages, 3 folders, 5 files (1.2 MB)`; `nothing` for nothing. */
export function describeCounts(counts: StoreCounts): string {
  return inARow(countsOf(counts));
}

/** `1 chat with 2 messages` */
export function describeChats({ conversations, messages }: Pick<StoreCounts, 'conversations' | 'messages'>): string {
  const inThem = plural(messages, '{0} message', '{0} messages');
  return plural(conversations, '{0} chat with {1}', '{0} chats with {1}', inThem);
}

/** What was, or would be, deleted. */
export function describeCleared(cleared: ClearedCounts): string {
  const { usageEvents, sentRequests, cachedAnswers, backups, ...counts } = cleared;
  return inARow([
    ...countsOf({ ...counts, attachments: 0 }),
    ...unlessNone(usageEvents, plural(usageEvents, '{0} event of use', '{0} events of use')),
    ...unlessNone(
      sentRequests,
      plural(sentRequests, '{0} entry of the record of what was sent', '{0} entries of the record of what was sent'),
    ),
    ...unlessNone(cachedAnswers, plural(cachedAnswers, '{0} cached answer', '{0} cached answers')),
    ...unlessNone(backups, plural(backups, '{0} backup', '{0} backups')),
  ]);
}

/** What an import did, or would do. */
export function describeImport({ added, unchanged, extended, copied, messages, folders }: ImportReport): string {
  return inARow([
    ...unlessNone(added, plural(added, '{0} chat added', '{0} chats added')),
    ...unlessNone(extended, plural(extended, '{0} chat extended', '{0} chats extended')),
    ...unlessNone(
      copied,
      plural(
        copied,
        '{0} chat added as a copy, because it differs from the one here',
        '{0} chats added as copies, because they differ from those here',
      ),
    ),
    ...unlessNone(messages, plural(messages, '{0} message in all', '{0} messages in all')),
    ...unlessNone(folders, plural(folders, '{0} folder added', '{0} folders added')),
    ...unlessNone(unchanged, plural(unchanged, '{0} chat was here already', '{0} chats were here already')),
  ]);
}

/** Sentences about backups and the store's order. */
export function describeMaintenance(status: MaintenanceStatus): string[] {
  const { last, lastBackup, backups, unreadableBackups, freeBytes, unusedFiles, setAside } = status;
  const failed = last?.steps.filter(({ outcome }) => outcome === 'failed') ?? [];
  return [
    last === null
      ? t('The store has not been maintained yet.')
      : t('The store was maintained last {0}.', describeTime(last.endedAt)),
    ...failed.map(({ name, reason }) => t('Last time “{0}” failed: {1}', name, reason)),
    lastBackup === null
      ? t('There is no backup yet.')
      : plural(
          backups,
          'The newest of {0} backup is from {1}.',
          'The newest of {0} backups is from {1}.',
          describeTime(lastBackup.createdAt),
        ),
    ...unlessNone(
      unreadableBackups,
      plural(unreadableBackups, '{0} backup cannot be read.', '{0} backups cannot be read.'),
    ),
    ...(freeBytes === 0 ? [] : [t('{0} of the database are empty.', describeBytes(freeBytes))]),
    ...unlessNone(
      unusedFiles,
      plural(
        unusedFiles,
        '{0} file waits to be removed: nothing refers to it.',
        '{0} files wait to be removed: nothing refers to them.',
      ),
    ),
    ...unlessNone(
      setAside.sets,
      plural(
        setAside.sets,
        'Damaged files of {0} repair are kept, {1}.',
        'Damaged files of {0} repairs are kept, {1}.',
        describeBytes(setAside.bytes),
      ),
    ),
  ];
}

/** `1.2 MB` */
export function describeBytes(bytes: number): string {
  if (bytes < 1_000) return plural(bytes, '{0} byte', '{0} bytes');
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  const digits = value < 10 ? 1 : 0;
  const shown = figure(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false });
  return `${shown} ${units[power - 1] ?? ''}`;
}

/** `2026-11-22 03:22 UTC` */
export function describeTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function countsOf({ conversations, messages, folders, files, fileBytes }: StoreCounts): string[] {
  return [
    ...(conversations === 0 ? [] : [describeChats({ conversations, messages })]),
    ...unlessNone(folders, plural(folders, '{0} folder', '{0} folders')),
    ...unlessNone(files, plural(files, '{0} file ({1})', '{0} files ({1})', describeBytes(fileBytes))),
  ];
}

function unlessNone(count: number, text: string): readonly string[] {
  return count === 0 ? [] : [text];
}

function inARow(parts: readonly string[]): string {
  return parts.length === 0 ? t('nothing') : parts.join(', ');
}
