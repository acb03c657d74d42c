import { UNDO_MS } from '../protocol/library.ts';
import type { Scope } from './scope.ts';

/** Takes them out of sight; those that are gone already are no error. */
export async function deleteConversations(
  { database, userId, nowMs }: Scope,
  { ids }: { ids: readonly string[] },
): Promise<void> {
  for (const id of ids) {
    await database
      .updateTable('conversations')
      .set({ deleted_at: nowMs })
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .where('deleted_at', 'is', null)
      .execute();
    await database
      .updateTable('users')
      .set({ active_conversation_id: null })
      .where('id', '=', userId)
      .where('active_conversation_id', '=', id)
      .execute();
  }
}

/** Brings them back where there still is time; false when there was not for one of them. */
export async function undeleteConversations(
  { database, userId, nowMs }: Scope,
  { ids }: { ids: readonly string[] },
): Promise<boolean> {
  let isInTime = true;
  for (const id of ids) {
    const row = await database
      .selectFrom('conversations')
      .select('deleted_at')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    if (row === undefined || isDue(row.deleted_at, nowMs)) isInTime = false;
    else if (row.deleted_at !== null) {
      await database.updateTable('conversations').set({ deleted_at: null }).where('id', '=', id).execute();
    }
  }
  return isInTime;
}

/** Milliseconds until the next deletion is final; null when none waits. */
export async function nextPurge(scope: Scope): Promise<number | null> {
  const waiting = await readDeleted(scope);
  if (waiting.length === 0) return null;
  return Math.max(
    0,
    Math.min(
      ...waiting.map((row) => (isDue(row.deleted_at, scope.nowMs) ? 0 : row.deleted_at + UNDO_MS - scope.nowMs)),
    ),
  );
}

/** Removes for good what can no longer be taken back; gives the ids of the conversations. */
export async function purgeDeleted(scope: Scope): Promise<string[]> {
  const due = (await readDeleted(scope)).filter((row) => isDue(row.deleted_at, scope.nowMs));
  for (const { id } of due) await scope.database.deleteFrom('conversations').where('id', '=', id).execute();
  return due.map(({ id }) => id);
}

async function readDeleted({ database, userId }: Scope): Promise<{ id: string; deleted_at: number }[]> {
  const rows = await database
    .selectFrom('conversations')
    .select(['id', 'deleted_at'])
    .where('user_id', '=', userId)
    .where('deleted_at', 'is not', null)
    .execute();
  return rows.map(({ id, deleted_at: deletedAt }) => ({ id, deleted_at: deletedAt ?? 0 }));
}

/** What seems to be deleted in the future was deleted before the clock was set back. */
function isDue(deletedAt: number | null, nowMs: number): boolean {
  return deletedAt !== null && Math.abs(nowMs - deletedAt) >= UNDO_MS;
}
