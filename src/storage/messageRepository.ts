import { writeMaintenanceRecord } from './archive/maintenanceRecord.ts';
import { SextantError } from '../base/errors.ts';
import type { MessageNode } from '../protocol/library.ts';
import { setComparison } from './comparison.ts';
import { filesByMessage, filesOn, releaseFiles } from './attachmentRepository.ts';
import { conversationGone, messageGone } from './gone.ts';
import { parseJson } from './jsonText.ts';
import { type MessageMetadata, isAnswering, runColumns, shownRole, shownStatus, toMessage } from './messageRows.ts';
import type { StoredMessage } from './longText.ts';
import { type MessageTree, byAge, readSiblings, readTree } from './messageTree.ts';
import { ownConversation } from './owned.ts';
import { retractMessages } from './revisionRepository.ts';
import type { Scope } from './scope.ts';

/** Characters. */
const PREVIEW = 200;

/** Null when there is no such message, or its conversation was deleted. */
export async function getMessage(scope: Scope, { messageId }: { messageId: string }): Promise<StoredMessage | null> {
  const { database, userId, nowMs } = scope;
  const row = await database
    .selectFrom('messages')
    .selectAll()
    .where('id', '=', messageId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const run = await database
    .selectFrom('conversations')
    .select([...runColumns, 'deleted_at'])
    .where('id', '=', row.conversation_id)
    .executeTakeFirstOrThrow();
  if (run.deleted_at !== null) return null;
  const files = await filesByMessage(scope, { messageIds: [messageId] });
  return toMessage(row, run, {
    nowMs,
    siblingIds: await readSiblings(scope, row),
    files: files.get(messageId),
  });
}

/** Every message of a conversation, oldest first, with its beginning. */
export async function listBranches(scope: Scope, { id }: { id: string }): Promise<MessageNode[]> {
  const run = await scope.database
    .selectFrom('conversations')
    .select(runColumns)
    .where('id', '=', id)
    .where('user_id', '=', scope.userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (run === undefined) throw conversationGone();
  const rows = await scope.database
    .selectFrom('messages')
    .select(['id', 'parent_id', 'role', 'status', 'created_at'])
    .select((select) => select.fn<string>('substr', ['content', select.val(1), select.val(PREVIEW)]).as('preview'))
    .where('conversation_id', '=', ownConversation(scope, id))
    .execute();
  return rows.toSorted(byAge).map((row) => ({
    id: row.id,
    parentId: row.parent_id,
    role: shownRole(row.role),
    status: shownStatus(row.status, run, scope.nowMs),
    createdAt: row.created_at,
    preview: row.preview,
  }));
}

/** From now on the conversation ends with the newest leaf under the message. */
export async function showBranch(scope: Scope, { id, messageId }: { id: string; messageId: string }): Promise<void> {
  const tree = await readTree(scope, id);
  if (!tree.has(messageId)) throw messageGone();
  const [shown] = await scope.database
    .updateTable('conversations')
    .set({ active_message_id: tree.newestLeaf(messageId), updated_at: scope.nowMs })
    .where('id', '=', id)
    .where('user_id', '=', scope.userId)
    .where('deleted_at', 'is', null)
    .execute();
  if (shown?.numUpdatedRows !== 1n) throw conversationGone();
  await setComparison(scope, id, []);
}

/**
 * Removes a question with everything that follows it, or an answer with what follows that; the question of
 * an only answer goes along. What is shown then is the newest that is left there. Gives the conversation's id, and the
 * hashes of the files that nothing refers to any more.
 */
export async function deleteMessages(
  scope: Scope,
  { messageId }: { messageId: string },
): Promise<{ conversationId: string; files: string[] }> {
  const { database, userId } = scope;
  const message = await readAtRest(scope, messageId);
  const conversationId = message.conversation_id;
  const tree = await readTree(scope, conversationId);
  const isOnly = message.role !== 'user' && tree.siblings(messageId).length === 1;
  const top = isOnly ? (message.parent_id ?? messageId) : messageId;
  const gone = tree.under(top);
  await retractMessages(scope, gone);
  await writeMaintenanceRecord(scope, { hasPurged: true });
  await database
    .updateTable('conversations')
    .set((expression) => ({
      active_message_id: leafAfter(tree, top, message.active_message_id),
      message_count: expression('message_count', '-', gone.length),
      updated_at: scope.nowMs,
    }))
    .where('id', '=', conversationId)
    .where('user_id', '=', userId)
    .execute();
  const files: string[] = [];
  for (const id of gone.reverse()) {
    files.push(...(await filesOn(scope, id)));
    await database.deleteFrom('messages').where('id', '=', id).where('user_id', '=', userId).execute();
  }
  return { conversationId, files: await releaseFiles(scope, files) };
}

/** See {@link LibraryRequests}. Gives the conversation's id. */
export async function takeOut(scope: Scope, { messageId }: { messageId: string }): Promise<string> {
  const { conversation_id: id, parent_id: parentId } = await readAtRest(scope, messageId);
  await scope.database
    .updateTable('conversations')
    .set({ active_message_id: parentId, updated_at: scope.nowMs })
    .where('id', '=', id)
    .where('user_id', '=', scope.userId)
    .execute();
  await setComparison(scope, id, []);
  return id;
}

/** A message of a conversation that nobody answers at the moment. */
async function readAtRest(scope: Scope, messageId: string) {
  const message = await scope.database
    .selectFrom('messages')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .select(['messages.parent_id', 'messages.role', 'messages.conversation_id', 'conversations.active_message_id'])
    .select(['conversations.status', 'conversations.run_owner', 'conversations.run_lease_until'])
    .where('messages.id', '=', messageId)
    .where('messages.user_id', '=', scope.userId)
    .where('conversations.deleted_at', 'is', null)
    .executeTakeFirst();
  if (message === undefined) throw messageGone();
  if (isAnswering(message, scope.nowMs)) {
    throw new SextantError('conflict', 'An answer is still being written here. Stop it, or wait for its end.');
  }
  return message;
}

/** Changes what is kept of an answer beside its text. Gives the conversation's id. */
export async function changeAnswer(
  { database, userId }: Scope,
  messageId: string,
  change: Pick<MessageMetadata, 'feedback' | 'discarded' | 'summary'>,
): Promise<string> {
  const row = await database
    .selectFrom('messages')
    .select(['conversation_id', 'metadata'])
    .where('id', '=', messageId)
    .where('user_id', '=', userId)
    .where('role', '<>', 'user')
    .executeTakeFirst();
  if (row === undefined) throw messageGone();
  const metadata: MessageMetadata = { ...(parseJson(row.metadata) as MessageMetadata), ...change };
  await database
    .updateTable('messages')
    .set({ metadata: JSON.stringify(metadata) })
    .where('id', '=', messageId)
    .execute();
  return row.conversation_id;
}

/** What is shown when `top` and all under it are gone: as before, or what is newest beside it or above it. */
function leafAfter(tree: MessageTree, top: string, shown: string | null): string | null {
  const gone = new Set(tree.under(top));
  if (shown !== null && !gone.has(shown)) return shown;
  const beside = tree.siblings(top).filter((id) => id !== top);
  const newest = tree.newest(beside.map((id) => tree.newestLeaf(id)));
  return newest ?? tree.parent(top);
}
