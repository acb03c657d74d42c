import type { Insertable, Selectable } from 'kysely';
import { isOwnFile, isStored } from '../attachmentRepository.ts';
import { freeTime } from '../freeTime.ts';
import { findNamed, getPersona, savePersona } from '../personaRepository.ts';
import { reviseConversation } from '../revisionRepository.ts';
import type { MessageRow } from '../schema.ts';
import type { Scope } from '../scope.ts';
import type { ChatConversation, ChatFile, ChatFolder, ChatMessage } from './chatFormat.ts';

/** What becomes of a chat that is imported. `chat` holds only the messages that are to be written. */
export interface ChatPlan {
  readonly kind: 'added' | 'unchanged' | 'extended' | 'copied';
  readonly chat: ChatConversation;
}

/** SHA-256 of a text, lower-case hex. */
type Digest = (text: string) => string;

/** Looks what is there of a chat. Writes nothing. */
export async function planChat(scope: Scope, chat: ChatConversation, digest: Digest): Promise<ChatPlan> {
  const { database, userId } = scope;
  const known = await database
    .selectFrom('conversations')
    .select(['user_id', 'deleted_at'])
    .where('id', '=', chat.id)
    .executeTakeFirst();
  if (known !== undefined && known.user_id !== userId) return planCopy(scope, chat, digest);
  const missing: ChatMessage[] = [];
  for (const message of chat.messages) {
    const row = await database.selectFrom('messages').selectAll().where('id', '=', message.id).executeTakeFirst();
    if (row === undefined) missing.push(message);
    else if (row.conversation_id !== chat.id || !saysTheSame(row, message)) return planCopy(scope, chat, digest);
  }
  for (const message of missing) {
    if (await collides(scope, chat.id, message)) return planCopy(scope, chat, digest);
  }
  if (known === undefined) return { kind: 'added', chat };
  const isWhole = missing.length === 0 && known.deleted_at === null;
  return { kind: isWhole ? 'unchanged' : 'extended', chat: { ...chat, messages: missing } };
}

/** Writes what a plan says. `files` are those that its attachments refer to. */
export async function insertChat(scope: Scope, plan: ChatPlan, files: ReadonlyMap<string, ChatFile>): Promise<void> {
  const { chat } = plan;
  if (plan.kind === 'extended') await extendConversation(scope, chat);
  else await insertConversation(scope, chat);
  for (const message of chat.messages) {
    await scope.database
      .insertInto('messages')
      .values(toRow(scope, chat.id, message))
      .execute();
    await insertAttachments(scope, message, files);
  }
  await reviseConversation(scope, chat.id);
  // Only now the message is there to be shown.
  if (plan.kind !== 'extended') {
    await scope.database
      .updateTable('conversations')
      .set({ active_message_id: chat.activeMessageId })
      .where('id', '=', chat.id)
      .execute();
  }
}

/** Adds the folders that are not there; gives their number. In a dry run it only counts. */
export async function insertFolders(
  { database, userId }: Scope,
  folders: readonly ChatFolder[],
  dryRun: boolean,
): Promise<number> {
  let added = 0;
  for (const { id, name, parentId, sortOrder, createdAt } of folders) {
    const known = await database.selectFrom('folders').select('id').where('id', '=', id).executeTakeFirst();
    if (known !== undefined) continue;
    added++;
    if (dryRun) continue;
    const row = { id, user_id: userId, name, sort_order: sortOrder, created_at: createdAt };
    await database
      .insertInto('folders')
      .values({ ...row, parent_id: await ownFolder({ database, userId }, parentId) })
      .execute();
  }
  return added;
}

/** The same every time, so that importing twice copies once. */
async function planCopy({ database }: Scope, chat: ChatConversation, digest: Digest): Promise<ChatPlan> {
  const seed = digest(JSON.stringify(chat));
  const derive = (id: string): string => toUuid(digest(`${seed} ${id}`));
  const copyId = derive(chat.id);
  const known = await database.selectFrom('conversations').select('id').where('id', '=', copyId).executeTakeFirst();
  if (known !== undefined) return { kind: 'unchanged', chat: { ...chat, messages: [] } };
  const messages = chat.messages.map((message) => ({
    ...message,
    id: derive(message.id),
    parentId: message.parentId === null ? null : derive(message.parentId),
    attachments: message.attachments.map((attachment) => ({ ...attachment, id: derive(attachment.id) })),
  }));
  const activeMessageId = chat.activeMessageId === null ? null : derive(chat.activeMessageId);
  const title = `${chat.title} (imported)`;
  return { kind: 'copied', chat: { ...chat, id: copyId, title, activeMessageId, messages } };
}

/** What a message says never changes once it is written; only that makes it another one. */
function saysTheSame(row: Selectable<MessageRow>, message: ChatMessage): boolean {
  return (
    row.parent_id === message.parentId &&
    row.role === message.role &&
    row.content === message.content &&
    row.reasoning === message.reasoning &&
    row.created_at === message.createdAt
  );
}

/** Whether a message cannot be written under its ids, since something else has one of them. */
async function collides({ database }: Scope, conversationId: string, message: ChatMessage): Promise<boolean> {
  for (const { id } of message.attachments) {
    const taken = await database.selectFrom('attachments').select('id').where('id', '=', id).executeTakeFirst();
    if (taken !== undefined) return true;
  }
  if (message.clientMessageId === null) return false;
  const sent = await database
    .selectFrom('messages')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('client_message_id', '=', message.clientMessageId)
    .executeTakeFirst();
  return sent !== undefined;
}

async function insertConversation(scope: Scope, chat: ChatConversation): Promise<void> {
  await scope.database
    .insertInto('conversations')
    .values({
      id: chat.id,
      user_id: scope.userId,
      assistant_id: await ownPersona(scope, chat.persona),
      folder_id: await ownFolder(scope, chat.folderId),
      agent: chat.agent,
      mode: chat.mode,
      title: chat.title,
      title_source: chat.titleSource,
      model: nullableJson(chat.model),
      system_prompt: chat.systemPrompt,
      workspace_uri: chat.workspaceUri,
      status: chat.messages.length === 0 ? 'pending' : 'finished',
      is_pinned: chat.isPinned ? 1 : 0,
      is_archived: chat.isArchived ? 1 : 0,
      extra: JSON.stringify(chat.extra),
      message_count: chat.messages.length,
      last_message_at: await freeTime(scope, chat.lastMessageAt),
      created_at: chat.createdAt,
      updated_at: chat.updatedAt,
    })
    .execute();
}

async function extendConversation(scope: Scope, { id, messages }: ChatConversation): Promise<void> {
  await scope.database
    .updateTable('conversations')
    .set((expression) => ({
      message_count: expression('message_count', '+', messages.length),
      // What is to be extended is wanted.
      deleted_at: null,
      updated_at: scope.nowMs,
    }))
    .where('id', '=', id)
    .execute();
}

async function ownFolder({ database, userId }: Pick<Scope, 'database' | 'userId'>, id: string | null) {
  if (id === null) return null;
  const row = await database
    .selectFrom('folders')
    .select('id')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** The one that is there, by its id or its name, else a new one. */
async function ownPersona(scope: Scope, persona: ChatConversation['persona']): Promise<string | null> {
  if (persona === null) return null;
  if ((await getPersona(scope, persona.id)) !== undefined) return persona.id;
  const namesake = await findNamed(scope, persona.name);
  if (namesake !== undefined) return namesake;
  const { database } = scope;
  const taken = await database.selectFrom('assistants').select('id').where('id', '=', persona.id).executeTakeFirst();
  // An id of somebody else's, or of one that was just deleted, is left alone.
  if (taken !== undefined) return null;
  await savePersona(scope, persona);
  return persona.id;
}

function toRow({ userId }: Scope, conversationId: string, message: ChatMessage): Insertable<MessageRow> {
  return {
    id: message.id,
    user_id: userId,
    conversation_id: conversationId,
    parent_id: message.parentId,
    role: message.role,
    type: message.type,
    model: nullableJson(message.model),
    input_tokens: message.inputTokens,
    output_tokens: message.outputTokens,
    cost_microusd: message.costMicrousd,
    status: message.status,
    client_message_id: message.clientMessageId,
    created_at: message.createdAt,
    metadata: JSON.stringify(message.metadata),
    content: message.content,
    reasoning: message.reasoning,
    parts: nullableJson(message.parts),
    context_snapshot: nullableJson(message.context),
  };
}

/** A file of somebody else's, which only its hash tells of, is left out. */
async function insertAttachments(
  scope: Scope,
  { id: messageId, attachments }: ChatMessage,
  files: ReadonlyMap<string, ChatFile>,
): Promise<void> {
  const { database, userId } = scope;
  for (const { id, sha256, role, name, mimeType, size, url, createdAt } of attachments) {
    const file = files.get(sha256);
    if (file?.base64 === null && (await isStored(scope, sha256)) && !(await isOwnFile(scope, sha256))) continue;
    await database
      .insertInto('files')
      .values({
        sha256,
        size: file?.size ?? size,
        mime_type: file?.mimeType ?? mimeType,
        created_at: file?.createdAt ?? createdAt,
      })
      .onConflict((conflict) => conflict.column('sha256').doNothing())
      .execute();
    const row = { id, user_id: userId, message_id: messageId, sha256, role, name, mime_type: mimeType };
    await database
      .insertInto('attachments')
      .values({ ...row, size, url, created_at: createdAt })
      .execute();
  }
}

function nullableJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** A UUID of version 8 (RFC 9562), whose bits are a hash's. */
function toUuid(hash: string): string {
  const variant = ((Number.parseInt(hash.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const groups = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ];
  return groups.join('-');
}
