import { UNDO_MS } from '../protocol/library.ts';
import { writeMaintenanceRecord } from './archive/maintenanceRecord.ts';
import { filesOf, releaseFiles } from './attachmentRepository.ts';
import { freeTime } from './freeTime.ts';
import { isAnswering, runColumns } from './messageRows.ts';
import { forgetOldTraces, retractConversation, reviseConversation } from './revisionRepository.ts';
import { stopRun } from './runRepository.ts';
import type { Scope } from './scope.ts';

/** So many ids stand in one statement. */
const IDS_AT_ONCE = 500;
/** About so many messages are removed in one transaction, so that others have their turn in between. */
const MESSAGES_AT_ONCE = 200;

/**
 * Takes them out of sight; those that are gone already are no error. What is being answered in them is stopped: the
 * window that writes it, whichever that is, can write no more.
 */
export async function deleteConversations(scope: Scope, { ids }: { ids: readonly string[] }): Promise<void> {
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) await deleteSome(scope, ids.slice(at, at + IDS_AT_ONCE));
}

async function deleteSome(scope: Scope, ids: readonly string[]): Promise<void> {
  const { database, userId, nowMs } = scope;
  const deleted = await database
    .updateTable('conversations')
    .set({ deleted_at: nowMs })
    .where('id', 'in', ids)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .returning(['id', ...runColumns])
    .execute();
  for (const run of deleted) if (isAnswering(run, nowMs)) await stopRun(scope, run.id);
  await database
    .updateTable('users')
    .set({ active_conversation_id: null })
    .where('id', '=', userId)
    .where('active_conversation_id', 'in', ids)
    .execute();
}

/**
 * Brings them back where there still is time, and the folders that were deleted with them; false when there was not
 * for one of them.
 */
export async function undeleteConversations(scope: Scope, { ids }: { ids: readonly string[] }): Promise<boolean> {
  let isInTime = true;
  const deletedAt = new Set<number>();
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
    const some = [...new Set(ids.slice(at, at + IDS_AT_ONCE))];
    const rows = await readTimes(scope, some);
    const due = rows.filter((row) => isDue(row.deletedAt, scope.nowMs));
    if (rows.length < some.length || due.length > 0) isInTime = false;
    const back = rows.filter((row) => row.deletedAt !== null && !isDue(row.deletedAt, scope.nowMs));
    await undelete(scope, back);
    for (const row of back) if (row.deletedAt !== null) deletedAt.add(row.deletedAt);
  }
  for (const time of deletedAt) await undeleteFolders(scope, time);
  return isInTime;
}

interface Times {
  readonly id: string;
  readonly deletedAt: number | null;
  readonly lastMessageAt: number;
}

async function readTimes({ database, userId }: Scope, ids: readonly string[]): Promise<Times[]> {
  const rows = await database
    .selectFrom('conversations')
    .select(['id', 'deleted_at', 'last_message_at'])
    .where('id', 'in', ids)
    .where('user_id', '=', userId)
    .execute();
  return rows.map((row) => ({ id: row.id, deletedAt: row.deleted_at, lastMessageAt: row.last_message_at }));
}

/** Whose time another has taken meanwhile, gets the next free one. */
async function undelete(scope: Scope, back: readonly Times[]): Promise<void> {
  const { database, userId } = scope;
  if (back.length === 0) return;
  const taken = await takenTimes(scope, back);
  const plain: Times[] = [];
  for (const row of back) {
    if (taken.has(row.lastMessageAt)) continue;
    taken.add(row.lastMessageAt);
    plain.push(row);
  }
  await database
    .updateTable('conversations')
    .set({ deleted_at: null })
    .where('id', 'in', idsOf(plain))
    .where('user_id', '=', userId)
    .execute();
  for (const late of back.filter((row) => !plain.includes(row))) {
    await database
      .updateTable('conversations')
      .set({ deleted_at: null, last_message_at: await freeTime(scope, late.lastMessageAt) })
      .where('id', '=', late.id)
      .where('user_id', '=', userId)
      .execute();
  }
  // What became final while they were out of sight.
  const waiting = await database
    .selectFrom('messages')
    .select('conversation_id')
    .where('conversation_id', 'in', idsOf(back))
    .where('user_id', '=', userId)
    .where('revision', 'is', null)
    .where('status', '<>', 'running')
    .execute();
  for (const id of new Set(waiting.map((row) => row.conversation_id))) await reviseConversation(scope, id);
}

async function takenTimes({ database, userId }: Scope, back: readonly Times[]): Promise<Set<number>> {
  const rows = await database
    .selectFrom('conversations')
    .select('last_message_at')
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .where(
      'last_message_at',
      'in',
      back.map(({ lastMessageAt }) => lastMessageAt),
    )
    .execute();
  return new Set(rows.map((row) => row.last_message_at));
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

/**
 * Begins anew the time in which they can be taken back, and with each of them all that was deleted together with it.
 * What is due already stays so.
 */
export async function holdDeleted(scope: Scope, { ids }: { ids: readonly string[] }): Promise<void> {
  const waiting = new Map((await readDeleted(scope)).map(({ id, deletedAt }) => [id, deletedAt]));
  const times = new Set(ids.flatMap((id) => waiting.get(id) ?? []));
  let next = scope.nowMs;
  for (const deletedAt of [...times].sort((one, other) => other - one)) {
    if (isDue(deletedAt, scope.nowMs)) continue;
    // What was deleted one by one stays apart, and so do the folders that come back with it.
    for (const table of ['conversations', 'folders'] as const) {
      await scope.database
        .updateTable(table)
        .set({ deleted_at: next })
        .where('user_id', '=', scope.userId)
        .where('deleted_at', '=', deletedAt)
        .execute();
    }
    next -= 1;
  }
}

/** Those that went at this time. What they were in may have gone since. */
async function undeleteFolders(scope: Scope, deletedAt: number): Promise<void> {
  const folders = await readAllFolders(scope);
  const isBack = (folder: DeletableFolder): boolean => folder.deleted_at === null || folder.deleted_at === deletedAt;
  const there = new Set(folders.filter(isBack).map(({ id }) => id));
  for (const { id, parent_id, deleted_at } of folders) {
    if (deleted_at !== deletedAt) continue;
    await scope.database
      .updateTable('folders')
      .set({ deleted_at: null, parent_id: parent_id !== null && there.has(parent_id) ? parent_id : null })
      .where('id', '=', id)
      .where('user_id', '=', scope.userId)
      .execute();
  }
}

type DeletableFolder = Awaited<ReturnType<typeof readAllFolders>>[number];

/** Also those that are deleted. */
function readAllFolders({ database, userId }: Scope) {
  return database
    .selectFrom('folders')
    .select(['id', 'parent_id', 'deleted_at'])
    .where('user_id', '=', userId)
    .orderBy('parent_id')
    .orderBy('sort_order')
    .execute();
}

/** Milliseconds until the next deletion is final; null when none waits. */
export async function nextPurge(scope: Scope): Promise<number | null> {
  const waiting = await readDeleted(scope);
  if (waiting.length === 0) return null;
  const dueIn = waiting.map(({ deletedAt }) =>
    isDue(deletedAt, scope.nowMs) ? 0 : Math.max(0, deletedAt + UNDO_MS - scope.nowMs),
  );
  return Math.min(...dueIn);
}

/** What a purge has removed. */
export interface Purged {
  readonly conversationIds: readonly string[];
  /** Hashes of files that nothing refers to any more: their bytes can go. */
  readonly files: readonly string[];
  /** Whether there is more that can no longer be taken back. */
  readonly isMore: boolean;
}

/** Removes for good what can no longer be taken back: some of it, which nobody sees any more, and the next time more. */
export async function purgeDeleted(scope: Scope): Promise<Purged> {
  const due = (await readDeleted(scope)).filter(({ deletedAt }) => isDue(deletedAt, scope.nowMs));
  const some = firstOf(due);
  const files = new Set<string>();
  for (const { id } of some) {
    for (const sha256 of await filesOf(scope, id)) files.add(sha256);
    await retractConversation(scope, id);
    await scope.database.deleteFrom('conversations').where('id', '=', id).where('user_id', '=', scope.userId).execute();
  }
  const isMore = some.length < due.length;
  if (!isMore) await purgeFolders(scope);
  if (some.length > 0) await writeMaintenanceRecord(scope, { hasPurged: true });
  await forgetOldTraces(scope);
  return { conversationIds: some.map(({ id }) => id), files: await releaseFiles(scope, [...files]), isMore };
}

/** As many as have enough messages together. */
function firstOf(due: readonly DeletedConversation[]): DeletedConversation[] {
  let messages = 0;
  const end = due.findIndex(({ messageCount }) => (messages += messageCount + 1) >= MESSAGES_AT_ONCE);
  return due.slice(0, end === -1 ? due.length : end + 1);
}

async function purgeFolders(scope: Scope): Promise<void> {
  for (const { id, deleted_at: deletedAt } of await readAllFolders(scope)) {
    if (!isDue(deletedAt, scope.nowMs)) continue;
    await scope.database.deleteFrom('folders').where('id', '=', id).where('user_id', '=', scope.userId).execute();
  }
}

interface DeletedConversation {
  readonly id: string;
  readonly deletedAt: number;
  readonly messageCount: number;
}

async function readDeleted({ database, userId }: Scope): Promise<DeletedConversation[]> {
  const rows = await database
    .selectFrom('conversations')
    .select(['id', 'deleted_at', 'message_count'])
    .where('user_id', '=', userId)
    .where('deleted_at', 'is not', null)
    .execute();
  return rows.flatMap(({ id, deleted_at: deletedAt, message_count: messageCount }) =>
    deletedAt === null ? [] : [{ id, deletedAt, messageCount }],
  );
}

/** When that was deleted which is to go at once: also when the clock is set back a little meanwhile. */
export function longAgo(nowMs: number): number {
  return nowMs - 3_600_000;
}

/** What seems to be deleted in the future was deleted before the clock was set back. */
function isDue(deletedAt: number | null, nowMs: number): boolean {
  return deletedAt !== null && Math.abs(nowMs - deletedAt) >= UNDO_MS;
}
