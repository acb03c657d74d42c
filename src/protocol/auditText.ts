import type { AuditEntry } from './archive.ts';
import { toCsv } from './csv.ts';

/** One entry, with its time in ISO 8601, as JSON that people read. */
export function auditEntryJson(entry: AuditEntry): string {
  return `${JSON.stringify(toRow(entry), null, 2)}\n`;
}

/** A list of entries as JSON, in their order. */
export function auditJson(entries: readonly AuditEntry[]): string {
  return `${JSON.stringify(entries.map(toRow), null, 2)}\n`;
}

/** A list of entries as CSV with a head, in their order. */
export function auditCsv(entries: readonly AuditEntry[]): string {
  const rows = entries.map((entry) => {
    const { time, action, subject, detail } = toRow(entry);
    return [time, action, subject, JSON.stringify(detail)];
  });
  return toCsv([['time', 'action', 'subject', 'detail'], ...rows]);
}

function toRow({ at, action, subject, detail }: AuditEntry) {
  return { time: new Date(at).toISOString(), action, subject, detail };
}
