import type { Selectable } from 'kysely';
import { groupBy } from '../../base/groupBy.ts';
import { parseJson } from '../jsonText.ts';
import { getPersona } from '../personaRepository.ts';
import type { MessageRow } from '../schema.ts';
import type { Scope } from '../scope.ts';
import type { ChatAttachment, ChatConversation, ChatFile, ChatFolder, ChatMessage } from './chatFormat.ts';

/** The ids of the conversations that are there, of these or of all, in their order. */
export async function chatIds({ database, userId }: Scope, ids: readonly string[] | null): Promise<string[]> {
  const own = database
    .selectFrom('conversations')
    .select('id')
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null);
  if (ids === null) return (await own.orderBy('id').execute()).map(({ id }) => id);
  const found: string[] = [];
  for (const id of [...new Set(ids)].sort()) {
    if ((await own.where('id', '=', id).executeTakeFirst()) !== undefined) found.push(id);
  }
  return found;
}

/** A conversation with every branch; undefined when it is gone. */
export async function readChat(scope: Scope, id: string): Promise<ChatConversation | undefined> {
  const { database, userId } = scope;
  const row = await database
    .selectFrom('conversations')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const messages = await database
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', id)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const attachments = await database
    .selectFrom('attachments')
    .innerJoin('messages', 'messages.id', 'attachments.message_id')
    .selectAll('attachments')
    .where('messages.conversation_id', '=', id)
    .orderBy('attachments.id')
    .execute();
  const byMessage = groupBy(attachments, ({ message_id: messageId }) => messageId);
  const chatMessages = messages.map((message) =>
    toChatMessage(
      message,
      (byMessage.get(message.id) ?? []).map((attachment) => ({
        id: attachment.id,
        sha256: attachment.sha256,
        role: attachment.role,
        name: attachment.name,
        mimeType: attachment.mime_type,
        size: attachment.size,
        url: attachment.url,
        createdAt: attachment.created_at,
      })),
    ),
  );
  return {
    id: row.id,
    title: row.title,
    titleSource: row.title_source,
    folderId: row.folder_id,
    workspaceUri: row.workspace_uri,
    agent: row.agent,
    mode: row.mode,
    model: parseJson(row.model),
    systemPrompt: row.system_prompt,
    persona: await readPersona(scope, row.assistant_id),
    extra: parseJson(row.extra),
    isPinned: row.is_pinned === 1,
    isArchived: row.is_archived === 1,
    activeMessageId: row.active_message_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastMessageAt: row.last_message_at,
    messages: parentsFirst(chatMessages),
  };
}

async function readPersona(scope: Scope, id: string | null): Promise<ChatConversation['persona']> {
  const persona = id === null ? undefined : await getPersona(scope, id);
  return persona === undefined ? null : { ...persona, starters: [...persona.starters] };
}

/** The folders of these conversations with those around them, or all of them; parents first. */
export async function readChatFolders(
  { database, userId }: Scope,
  conversationIds: readonly string[] | null,
): Promise<ChatFolder[]> {
  const rows = await database.selectFrom('folders').selectAll().where('user_id', '=', userId).execute();
  const sorted = rows.sort((one, other) => (one.id < other.id ? -1 : 1));
  const all = sorted.map((row) => ({
    id: row.id,
    name: row.name,
    parentId: row.parent_id,
    sortOrder: row.sort_order,
    createdAt: row.created_at,
  }));
  if (conversationIds === null) return parentsFirst(all);
  const parents = new Map(all.map(({ id, parentId }) => [id, parentId]));
  const needed = new Set<string>();
  for (const id of conversationIds) {
    const row = await database.selectFrom('conversations').select('folder_id').where('id', '=', id).executeTakeFirst();
    for (let at = row?.folder_id ?? null; at !== null && !needed.has(at); at = parents.get(at) ?? null) needed.add(at);
  }
  return parentsFirst(all.filter(({ id }) => needed.has(id)));
}

/** What is known of the files that these attachments refer to, without their bytes, in the order of their hashes. */
export async function readChatFiles(
  { database }: Scope,
  hashes: ReadonlySet<string>,
): Promise<Omit<ChatFile, 'base64'>[]> {
  const found: Omit<ChatFile, 'base64'>[] = [];
  for (const sha256 of [...hashes].sort()) {
    const row = await database.selectFrom('files').selectAll().where('sha256', '=', sha256).executeTakeFirst();
    if (row !== undefined) {
      found.push({ sha256, size: row.size, mimeType: row.mime_type, createdAt: row.created_at });
    }
  }
  return found;
}

function toChatMessage(row: Selectable<MessageRow>, attachments: ChatAttachment[]): ChatMessage {
  return {
    id: row.id,
    parentId: row.parent_id,
    role: row.role,
    type: row.type,
    // What is being written elsewhere is cut off here.
    status: row.status === 'running' ? 'interrupted' : row.status,
    content: row.content,
    reasoning: row.reasoning,
    model: parseJson(row.model),
    parts: parseJson(row.parts),
    context: parseJson(row.context_snapshot),
    metadata: parseJson(row.metadata),
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costMicrousd: row.cost_microusd,
    clientMessageId: row.client_message_id,
    createdAt: row.created_at,
    attachments,
  };
}

/** The same nodes, each after its parent; among those that could come next, in the order they had. */
function parentsFirst<T extends { readonly id: string; readonly parentId: string | null }>(nodes: readonly T[]): T[] {
  const children = groupBy(nodes, ({ parentId }) => parentId);
  const ids = new Set(nodes.map(({ id }) => id));
  const ordered = nodes.filter(({ parentId }) => parentId === null || !ids.has(parentId));
  // Grows while it is walked.
  for (const { id } of ordered) ordered.push(...(children.get(id) ?? []));
  return ordered;
}
