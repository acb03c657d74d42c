import type { Kysely } from 'kysely';
import type { ConversationChanges, ConversationPage } from '../protocol/library.ts';
import type { Conversation, ConversationSummary } from '../protocol/store.ts';
import { filesByMessage } from './attachmentRepository.ts';
import { checkFolder } from './folderRepository.ts';
import { conversationGone } from './gone.ts';
import type { StoredMessage } from './longText.ts';
import { summaryColumns, toMessage, toSummary } from './messageRows.ts';
import { readTree } from './messageTree.ts';
import type { StoreSchema } from './schema.ts';
import type { Scope } from './scope.ts';

/** Newest first, those before `page.before`. */
export async function listConversations(
  { database, userId, nowMs }: Scope,
  { limit, before, filter = {} }: ConversationPage,
): Promise<ConversationSummary[]> {
  const { folderId, isPinned, workspaceUri } = filter;
  let query = database
    .selectFrom('conversations')
    .select(summaryColumns)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .where('is_archived', '=', flag(filter.isArchived ?? false))
    .orderBy('last_message_at', 'desc')
    .limit(limit);
  if (before !== undefined) query = query.where('last_message_at', '<', before);
  if (isPinned !== undefined) query = query.where('is_pinned', '=', flag(isPinned));
  if (folderId !== undefined) query = query.where('folder_id', folderId === null ? 'is' : '=', folderId);
  if (workspaceUri !== undefined) query = query.where('workspace_uri', '=', workspaceUri);
  const rows = await query.execute();
  return rows.map((row) => toSummary(row, nowMs));
}

/** A conversation as it is in its rows. */
interface StoredConversation extends Conversation {
  readonly messages: readonly StoredMessage[];
}

/** With the messages from the root to the leaf that is shown; null when there is no such conversation. */
export async function getConversation(scope: Scope, { id }: { id: string }): Promise<StoredConversation | null> {
  const { database, userId, nowMs } = scope;
  const row = await database
    .selectFrom('conversations')
    .select([...summaryColumns, 'title_source', 'active_message_id'])
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const path = await pathTo(database, row.active_message_id).execute();
  const tree = await readTree(scope, id);
  const files = await filesByMessage(scope, { conversationId: id });
  return {
    ...toSummary(row, nowMs),
    titleSource: row.title_source,
    messages: path.reverse().map((message) =>
      toMessage(message, row, {
        nowMs,
        siblingIds: tree.siblings(message.id),
        files: files.get(message.id),
      }),
    ),
  };
}

/** Those that are there; code `not-found` when none is. */
export async function updateConversations(
  scope: Scope,
  { ids, changes }: { ids: readonly string[]; changes: ConversationChanges },
): Promise<void> {
  const { title, isPinned, isArchived, folderId } = changes;
  if (typeof folderId === 'string') await checkFolder(scope, folderId);
  const row = {
    ...(title !== undefined && { title, title_source: 'person' as const }),
    ...(isPinned !== undefined && { is_pinned: flag(isPinned) }),
    ...(isArchived !== undefined && { is_archived: flag(isArchived) }),
    ...(folderId !== undefined && { folder_id: folderId }),
    updated_at: scope.nowMs,
  };
  let count = 0n;
  for (const id of ids) {
    const [updated] = await scope.database
      .updateTable('conversations')
      .set(row)
      .where('id', '=', id)
      .where('user_id', '=', scope.userId)
      .where('deleted_at', 'is', null)
      .execute();
    count += updated?.numUpdatedRows ?? 0n;
  }
  if (count === 0n && ids.length > 0) throw conversationGone();
}

/** Changes nothing where a person has named the conversation, or where it is gone. */
export async function setAutomaticTitle(
  { database, userId, nowMs }: Scope,
  { id, title }: { id: string; title: string },
): Promise<void> {
  await database
    .updateTable('conversations')
    .set({ title, title_source: 'model', updated_at: nowMs })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .where('title_source', '<>', 'person')
    .execute();
}

function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

/** The messages from the leaf `id` up to the root, in that order. */
function pathTo(database: Kysely<StoreSchema>, id: string | null) {
  return (
    database
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
      // Told how many messages there are, SQLite would rather read them all than look up each of the path.
      .crossJoin('messages')
      .whereRef('messages.id', '=', 'path.id')
      .selectAll('messages')
      .orderBy('path.depth')
  );
}
