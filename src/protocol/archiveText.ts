import type { ClearedCounts, ImportReport, MaintenanceStatus, StoreCounts } from './archive.ts';

/** `12 chats with 345 messages, 3 folders, 5 files (1.2 MB)`; `nothing` for nothing. */
export function describeCounts({ conversations, messages, folders, files, fileBytes }: StoreCounts): string {
  return listed([
    ...(conversations === 0 ? [] : [describeChats({ conversations, messages })]),
    ...(folders === 0 ? [] : [plural(folders, 'folder')]),
    ...(files === 0 ? [] : [`${plural(files, 'file')} (${describeBytes(fileBytes)})`]),
  ]);
}

/** `1 chat with 2 messages` */
export function describeChats({ conversations, messages }: Pick<StoreCounts, 'conversations' | 'messages'>): string {
  return `${plural(conversations, 'chat')} with ${plural(messages, 'message')}`;
}

/** What was, or would be, deleted. */
export function describeCleared({
  usageEvents,
  sentRequests,
  cachedAnswers,
  backups,
  ...counts
}: ClearedCounts): string {
  const chats = describeCounts({ ...counts, attachments: 0 });
  return listed([
    ...(chats === NOTHING ? [] : [chats]),
    ...(usageEvents === 0 ? [] : [plural(usageEvents, 'event of use', 'events of use')]),
    ...(sentRequests === 0 ? [] : [plural(sentRequests, 'entry', 'entries') + ' of the record of what was sent']),
    ...(cachedAnswers === 0 ? [] : [plural(cachedAnswers, 'cached answer')]),
    ...(backups === 0 ? [] : [plural(backups, 'backup')]),
  ]);
}

/** What an import did, or would do. */
export function describeImport({ added, unchanged, extended, copied, messages, folders }: ImportReport): string {
  return listed([
    ...(added === 0 ? [] : [`${plural(added, 'chat')} added`]),
    ...(extended === 0 ? [] : [`${plural(extended, 'chat')} extended`]),
    ...(copied === 0
      ? []
      : [
          `${plural(copied, 'chat')} added as ${copied === 1 ? 'a copy' : 'copies'}, because they differ from those here`,
        ]),
    ...(messages === 0 ? [] : [`${plural(messages, 'message')} in all`]),
    ...(folders === 0 ? [] : [`${plural(folders, 'folder')} added`]),
    ...(unchanged === 0
      ? []
      : [`${plural(unchanged, 'chat')} were here already`.replace(/^1 chat were/, '1 chat was')]),
  ]);
}

/** Sentences about backups and the store's order. */
export function describeMaintenance(status: MaintenanceStatus): string[] {
  const { last, lastBackup, backups, unreadableBackups, freeBytes, unusedFiles, setAside } = status;
  const failed = last?.steps.filter(({ outcome }) => outcome === 'failed') ?? [];
  return [
    last === null
      ? 'The store has not been maintained yet.'
      : `The store was maintained last ${describeTime(last.endedAt)}.`,
    ...failed.map(({ name, reason }) => `Last time “${name}” failed: ${reason}`),
    lastBackup === null
      ? 'There is no backup yet.'
      : `The newest of ${plural(backups, 'backup')} is from ${describeTime(lastBackup.createdAt)}.`,
    ...(unreadableBackups === 0 ? [] : [`${plural(unreadableBackups, 'backup')} cannot be read.`]),
    ...(freeBytes === 0 ? [] : [`${describeBytes(freeBytes)} of the database are empty.`]),
    ...(unusedFiles === 0 ? [] : [`${plural(unusedFiles, 'file')} wait to be removed: nothing refers to them.`]),
    ...(setAside.sets === 0
      ? []
      : [`Damaged files of ${plural(setAside.sets, 'repair')} are kept, ${describeBytes(setAside.bytes)}.`]),
  ];
}

/** `1.2 MB` */
export function describeBytes(bytes: number): string {
  if (bytes < 1_000) return plural(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toString()} ${units[power - 1] ?? ''}`;
}

/** `2026-11-22 03:22 UTC` */
export function describeTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const NOTHING = 'nothing';

/** `1 chat`, `2 chats` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function listed(parts: readonly string[]): string {
  return parts.length === 0 ? NOTHING : parts.join(', ');
}
