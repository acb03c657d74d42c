import { UNDO_MS } from '../protocol/library.ts';
import { writeMaintenanceRecord } from './archive/maintenanceRecord.ts';
import { filesOf, releaseFiles } from './attachmentRepository.ts';
import { freeTime } from './freeTime.ts';
import { isAnswering, runColumns } from './messageRows.ts';
import { forgetOldTraces, retractConversation, reviseConversation } from './revisionRepository.ts';
import { stopRun } from './runRepository.ts';
import type { Scope } from './scope.ts';

/**
 * Takes them out of sight, and out of the search; those that are gone already are no error. What is being answered
 * in them is stopped: the window that writes it, whichever that is, can write no more.
 */
export async function deleteConversations(scope: Scope, { ids }: { ids: readonly string[] }): Promise<void> {
  const { database, userId, nowMs } = scope;
  for (const id of ids) {
    const deleted = await database
      .updateTable('conversations')
      .set({ deleted_at: nowMs })
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .where('deleted_at', 'is', null)
      .returning(runColumns)
      .executeTakeFirst();
    if (deleted === undefined) continue;
    if (isAnswering(deleted, nowMs)) await stopRun(scope, id);
    await retractConversation(scope, id);
    await database
      .updateTable('users')
      .set({ active_conversation_id: null })
      .where('id', '=', userId)
      .where('active_conversation_id', '=', id)
      .execute();
  }
}

/**
 * Brings them back where there still is time, and the folders that were deleted with them; false when there was not
 * for one of them.
 */
export async function undeleteConversations(scope: Scope, { ids }: { ids: readonly string[] }): Promise<boolean> {
  const { database, userId, nowMs } = scope;
  let isInTime = true;
  for (const id of ids) {
    const row = await database
      .selectFrom('conversations')
      .select(['deleted_at', 'last_message_at'])
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    if (row === undefined || isDue(row.deleted_at, nowMs)) isInTime = false;
    if (row === undefined || row.deleted_at === null || isDue(row.deleted_at, nowMs)) continue;
    await database
      .updateTable('conversations')
      .set({ deleted_at: null, last_message_at: await freeTime(scope, row.last_message_at) })
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .execute();
    await undeleteFolders(scope, row.deleted_at);
    await reviseConversation(scope, id);
  }
  return isInTime;
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
}

/** Removes for good what can no longer be taken back. */
export async function purgeDeleted(scope: Scope): Promise<Purged> {
  const due = (await readDeleted(scope)).filter(({ deletedAt }) => isDue(deletedAt, scope.nowMs));
  const files: string[] = [];
  for (const { id } of due) {
    files.push(...(await filesOf(scope, id)));
    await retractConversation(scope, id);
    await scope.database.deleteFrom('conversations').where('id', '=', id).where('user_id', '=', scope.userId).execute();
  }
  const goneAt = new Set(due.map(({ deletedAt }) => deletedAt));
  for (const { id, deleted_at } of due.length === 0 ? [] : await readAllFolders(scope)) {
    if (deleted_at === null || !goneAt.has(deleted_at)) continue;
    await scope.database.deleteFrom('folders').where('id', '=', id).where('user_id', '=', scope.userId).execute();
  }
  if (due.length > 0) await writeMaintenanceRecord(scope, { hasPurged: true });
  await forgetOldTraces(scope);
  return { conversationIds: due.map(({ id }) => id), files: await releaseFiles(scope, files) };
}

async function readDeleted({ database, userId }: Scope): Promise<{ id: string; deletedAt: number }[]> {
  const rows = await database
    .selectFrom('conversations')
    .select(['id', 'deleted_at'])
    .where('user_id', '=', userId)
    .where('deleted_at', 'is not', null)
    .execute();
  return rows.flatMap(({ id, deleted_at: deletedAt }) => (deletedAt === null ? [] : [{ id, deletedAt }]));
}

/** What seems to be deleted in the future was deleted before the clock was set back. */
function isDue(deletedAt: number | null, nowMs: number): boolean {
  return deletedAt !== null && Math.abs(nowMs - deletedAt) >= UNDO_MS;
}
