import type { Kysely } from 'kysely';
import { SextantError } from '../base/errors.ts';
import type { Conversation, ConversationSummary } from '../protocol/store.ts';
import { summaryColumns, toMessage, toSummary } from './messageRows.ts';
import type { StoreSchema } from './schema.ts';
import type { Scope } from './scope.ts';

/** Newest first, those before `page.before`. */
export async function listConversations(
  { database, userId, nowMs }: Scope,
  page: { limit: number; before?: number },
): Promise<ConversationSummary[]> {
  let query = database
    .selectFrom('conversations')
    .select(summaryColumns)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .orderBy('last_message_at', 'desc')
    .limit(page.limit);
  if (page.before !== undefined) query = query.where('last_message_at', '<', page.before);
  const rows = await query.execute();
  return rows.map((row) => toSummary(row, nowMs));
}

/** With the messages from the root to the leaf that is shown; null when there is no such conversation. */
export async function getConversation(
  { database, userId, nowMs }: Scope,
  { id }: { id: string },
): Promise<Conversation | null> {
  const row = await database
    .selectFrom('conversations')
    .select([...summaryColumns, 'active_message_id'])
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const path = await pathTo(database, row.active_message_id).execute();
  return { ...toSummary(row, nowMs), messages: path.reverse().map((message) => toMessage(message, row, nowMs)) };
}

export async function renameConversation(
  { database, userId, nowMs }: Scope,
  { id, title }: { id: string; title: string },
): Promise<void> {
  const [renamed] = await database
    .updateTable('conversations')
    .set({ title, updated_at: nowMs })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .execute();
  if (renamed?.numUpdatedRows !== 1n) {
    throw new SextantError('not-found', 'This conversation is gone: it was deleted, perhaps in another window.');
  }
}

/** With all its messages. One that is gone already is no error. */
export async function deleteConversation({ database, userId }: Scope, { id }: { id: string }): Promise<void> {
  await database.deleteFrom('conversations').where('id', '=', id).where('user_id', '=', userId).execute();
}

/** The messages from the leaf `id` up to the root, in that order. */
function pathTo(database: Kysely<StoreSchema>, id: string | null) {
  return database
    .withRecursive('path', (path) =>
      path
        .selectFrom('messages')
        .select(['id', 'parent_id'])
        .select((select) => select.val(0).as('depth'))
        .where('id', '=', id)
        .unionAll((all) =>
          all
            .selectFrom('path')
            .innerJoin('messages as parent', 'parent.id', 'path.parent_id')
            .select(['parent.id', 'parent.parent_id'])
            .select((select) => select('path.depth', '+', 1).as('depth')),
        ),
    )
    .selectFrom('path')
    .innerJoin('messages', 'messages.id', 'path.id')
    .selectAll('messages')
    .orderBy('path.depth');
}
