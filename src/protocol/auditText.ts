import type { AuditEntry } from './archive.ts';

/** One entry, with its time in ISO 8601, as JSON that people read. */
export function auditEntryJson(entry: AuditEntry): string {
  return `${JSON.stringify(toRow(entry), null, 2)}\n`;
}

/** A list of entries as JSON, in their order. */
export function auditJson(entries: readonly AuditEntry[]): string {
  return `${JSON.stringify(entries.map(toRow), null, 2)}\n`;
}

/** RFC 4180, with a head. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function auditCsv(entries: readonly AuditEntry[]): string {
  const cell = (text: string): string => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  const rows = entries.map((entry) => {
    const { time, action, subject, detail } = toRow(entry);
    return [time, action, subject, JSON.stringify(detail)];
  });
  return [['time', 'action', 'subject', 'detail'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function toRow({ at, action, subject, detail }: AuditEntry) {
  return { time: new Date(at).toISOString(), action, subject, detail };
}
