import { uuidV7 } from '../base/identifiers.ts';
import type { AuditAction, AuditEntry, NewAuditEntry } from '../protocol/archive.ts';
import { parseJson } from './jsonText.ts';
import type { Scope } from './scope.ts';

/** An entry of the audit log is larger only by mistake: it holds facts about an act, and no content. */
const DETAIL_CHARACTERS = 10_000;
const SUBJECT_CHARACTERS = 1_000;
const PAGE_LIMIT = 1_000;

/** Windows that hear of the same act do so within this time. */
const SHARED_MS = 5_000;

/** Writes down an act. Entries are never changed and never removed. */
export async function addAuditEntry(
  { database, userId, nowMs }: Scope,
  { action, subject, detail, isShared = false }: NewAuditEntry,
): Promise<void> {
  const text = JSON.stringify(detail);
  if (isShared) {
    const told = await database
      .selectFrom('audit_log')
      .select('id')
      .where('user_id', '=', userId)
      .where('event_time', '>', nowMs - SHARED_MS)
      .where('action', '=', action)
      .where('subject', '=', subject)
      .where('detail', '=', text)
      .executeTakeFirst();
    if (told !== undefined) return;
  }
  await database
    .insertInto('audit_log')
    .values({
      id: uuidV7(nowMs),
      user_id: userId,
      action,
      subject: subject.slice(0, SUBJECT_CHARACTERS),
      detail: text.length > DETAIL_CHARACTERS ? '{}' : text,
      event_time: await freeEventTime({ database, userId, nowMs }),
    })
    .execute();
}

/** Newest first; those before the entry with the id `before`. */
export async function listAuditEntries(
  { database, userId }: Scope,
  { limit, before }: { limit: number; before?: string },
): Promise<AuditEntry[]> {
  let query = database
    .selectFrom('audit_log')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('event_time', 'desc')
    .limit(Math.min(Math.max(1, Math.trunc(limit)), PAGE_LIMIT));
  if (before !== undefined) {
    const last = await database
      .selectFrom('audit_log')
      .select('event_time')
      .where('id', '=', before)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    query = query.where('event_time', '<', last?.event_time ?? 0);
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    action: row.action as AuditAction,
    subject: row.subject,
    detail: parseJson(row.detail) as AuditEntry['detail'],
    at: row.event_time,
  }));
}

/** The log is paged by time, so no two entries share one. */
async function freeEventTime({ database, userId, nowMs }: Scope): Promise<number> {
  for (let time = nowMs; ; time++) {
    const taken = await database
      .selectFrom('audit_log')
      .select('id')
      .where('user_id', '=', userId)
      .where('event_time', '=', time)
      .executeTakeFirst();
    if (taken === undefined) return time;
  }
}
