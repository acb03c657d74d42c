import type { ConversationChanges, ConversationPage } from '../protocol/library.ts';
import type { Conversation, ConversationSummary } from '../protocol/store.ts';
import { filesByMessage } from './attachmentRepository.ts';
import { checkFolder } from './folderRepository.ts';
import { conversationGone } from './gone.ts';
import type { StoredMessage } from './longText.ts';
import { type ChatSetup, readMode } from '../protocol/chatSetup.ts';
import { readComparison } from './comparison.ts';
import { messageColumns, summaryColumns, toMessage, toSummary } from './messageRows.ts';
import { readTree } from './messageTree.ts';
import { type Values, preparedQuery } from './preparedQuery.ts';
import { readQueue } from './queueRepository.ts';
import type { Scope } from './scope.ts';

/** Newest first, those before `page.before`. */
export async function listConversations(
  { database, userId, nowMs }: Scope,
  { limit, before, filter = {} }: ConversationPage,
): Promise<ConversationSummary[]> {
  const { folderId, isPinned, isArchived = false, workspaceUri } = filter;
  const rows = await listQuery(database, {
    userId,
    limit,
    before,
    folderId,
    workspaceUri,
    isArchived: flag(isArchived),
    isPinned: isPinned === undefined ? undefined : flag(isPinned),
  });
  return rows.map((row) => toSummary(row, nowMs));
}

/** A conversation as it is in its rows. */
interface StoredConversation extends Conversation {
  readonly messages: readonly StoredMessage[];
  readonly comparison?: readonly StoredMessage[];
}

/** With the messages from the root to the leaf that is shown; null when there is no such conversation. */
export async function getConversation(scope: Scope, { id }: { id: string }): Promise<StoredConversation | null> {
  const { database, userId, nowMs } = scope;
  const [row] = await conversationQuery(database, { id, userId });
  if (row === undefined) return null;
  const path = upFrom(row.active_message_id, await pathQuery(database, { leaf: row.active_message_id ?? '' }));
  // Most conversations have no branches, and then nothing beside what is shown.
  const tree = path.length === row.stored ? undefined : await readTree(scope, id);
  const files = await filesByMessage(scope, { conversationId: id });
  const comparison = await readComparison(scope, row.extra, path[0]);
  return {
    ...toSummary(row, nowMs),
    titleSource: row.title_source,
    mode: readMode(row.mode),
    personaId: row.persona_id,
    queue: readQueue(row.extra),
    messages: path.reverse().map((message) =>
      toMessage(message, row, {
        nowMs,
        siblingIds: tree?.siblings(message.id) ?? [message.id],
        files: files.get(message.id),
      }),
    ),
    ...(comparison.length === 0 ? {} : { comparison }),
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

/** A persona that is gone counts as none. */
export async function setUpConversation(
  { database, userId, nowMs }: Scope,
  { id, setup: { mode, personaId } }: { id: string; setup: Partial<ChatSetup> },
): Promise<void> {
  const persona = database
    .selectFrom('assistants')
    .select('id')
    .where('id', '=', personaId ?? null)
    .where('user_id', '=', userId);
  const [updated] = await database
    .updateTable('conversations')
    .set({
      ...(mode !== undefined && { mode }),
      ...(personaId !== undefined && { assistant_id: persona }),
      updated_at: nowMs,
    })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .execute();
  if (updated?.numUpdatedRows !== 1n) throw conversationGone();
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

interface ListValues extends Record<string, unknown> {
  readonly userId: string;
  readonly limit: number;
  readonly before: number | undefined;
  readonly folderId: string | null | undefined;
  readonly workspaceUri: string | undefined;
  readonly isArchived: 0 | 1;
  readonly isPinned: 0 | 1 | undefined;
}

const listQuery = preparedQuery((database, { userId, limit, before, ...filter }: Values<ListValues>) => {
  const { folderId, isPinned, isArchived, workspaceUri } = filter;
  let query = database
    .selectFrom('conversations')
    .select(summaryColumns)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .where('is_archived', '=', isArchived)
    .orderBy('last_message_at', 'desc')
    .limit(limit);
  if (before !== undefined) query = query.where('last_message_at', '<', before);
  if (isPinned !== undefined) query = query.where('is_pinned', '=', isPinned);
  if (folderId !== undefined) query = query.where('folder_id', folderId === null ? 'is' : '=', folderId);
  if (workspaceUri !== undefined) query = query.where('workspace_uri', '=', workspaceUri);
  return query;
});

/** A conversation, and how many messages it has in all branches. */
export const conversationQuery = preparedQuery((database, { id, userId }: Values<{ id: string; userId: string }>) =>
  database
    .selectFrom('conversations')
    .select([...summaryColumns, 'title_source', 'mode', 'active_message_id', 'extra'])
    // One that was deleted, and may come back for some seconds, answers nothing.
    .select((from) =>
      from
        .selectFrom('assistants')
        .select('assistants.id')
        .whereRef('assistants.id', '=', 'conversations.assistant_id')
        .where('assistants.deleted_at', 'is', null)
        .as('persona_id'),
    )
    .select((from) =>
      from
        .selectFrom('messages')
        .select(from.fn.countAll<number>().as('count'))
        .whereRef('messages.conversation_id', '=', 'conversations.id')
        .as('stored'),
    )
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null),
);

/** From the leaf `id` up to the root, which is how they come most likely. */
export function upFrom<T extends { id: string; parent_id: string | null }>(
  id: string | null,
  messages: readonly T[],
): T[] {
  const path: T[] = [];
  for (let next = id; next !== null;) {
    const expected = messages[path.length];
    const message = expected?.id === next ? expected : messages.find((each) => each.id === next);
    if (message === undefined) break;
    path.push(message);
    next = message.parent_id;
  }
  return path;
}

/** The messages from a leaf up to the root, in no order that SQL would promise. */
const pathQuery = preparedQuery((database, { leaf }: Values<{ leaf: string }>) =>
  database
    .withRecursive('path', (path) =>
      path
        .selectFrom('messages')
        .select(messageColumns)
        .where('id', '=', leaf)
        .unionAll((all) =>
          all
            .selectFrom('path')
            .innerJoin('messages', 'messages.id', 'path.parent_id')
            .select(messageColumns.map((column) => `messages.${column}` as const)),
        ),
    )
    .selectFrom('path')
    .selectAll(),
);
