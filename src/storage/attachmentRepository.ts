import type { Kysely } from 'kysely';
import type { Attach, Attachment } from '../protocol/library.ts';
import { SextantError } from '../base/errors.ts';
import { uuidV7 } from '../base/identifiers.ts';
import type { StoredFile } from './files/fileStore.ts';
import { ownConversation } from './owned.ts';
import { queuedFiles } from './queueRepository.ts';
import { type Values, preparedQuery } from './preparedQuery.ts';
import type { StoreSchema } from './schema.ts';
import type { Scope } from './scope.ts';

/** So long a file may wait for the message that it is put for. */
export const DRAFT_MS = 86_400_000;

/** The files of a message. */
export interface MessageFiles {
  /** Oldest first. */
  readonly attachments: Attachment[];
  /** Hash of the file with the message's own text, where that is long. */
  textFile: string | null;
}

/** The files of some messages or of all of a conversation, by the message's id. */
export async function filesByMessage(
  scope: Scope,
  of: { readonly messageIds: readonly string[] } | { readonly conversationId: string },
): Promise<Map<string, MessageFiles>> {
  const { database, userId } = scope;
  const rows =
    'messageIds' in of
      ? await filesQuery(database)
          .where('messages.id', 'in', of.messageIds)
          .where('messages.user_id', '=', userId)
          .execute()
      : await conversationFilesQuery(database, { conversationId: of.conversationId, userId });
  const found = new Map<string, MessageFiles>();
  for (const { message_id: messageId, mime_type: mimeType, role, ...row } of rows.toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  )) {
    const files = found.get(messageId) ?? { attachments: [], textFile: null };
    if (role === 'content') files.textFile = row.sha256;
    else files.attachments.push({ ...row, mimeType });
    found.set(messageId, files);
  }
  return found;
}

function filesQuery(database: Kysely<StoreSchema>) {
  return database
    .selectFrom('messages')
    .innerJoin('attachments', 'attachments.message_id', 'messages.id')
    .select([
      'attachments.id',
      'attachments.message_id',
      'attachments.sha256',
      'attachments.role',
      'attachments.name',
      'attachments.mime_type',
      'attachments.size',
    ]);
}

const conversationFilesQuery = preparedQuery(
  (database, { conversationId, userId }: Values<{ conversationId: string; userId: string }>) =>
    filesQuery(database).where('messages.conversation_id', '=', ownConversation({ database, userId }, conversationId)),
);

/** A file whose bytes are kept; one that is known already stays as it is. */
export async function insertFile(
  { database, nowMs }: Scope,
  { sha256, size, mimeType }: { sha256: string; size: number; mimeType: string },
): Promise<void> {
  await database
    .insertInto('files')
    .values({ sha256, size, mime_type: mimeType, created_at: nowMs })
    .onConflict((conflict) => conflict.column('sha256').doNothing())
    .execute();
}

/** Says that a message's own text lies in a file, whose bytes are kept already. */
export async function attachText(scope: Scope, messageId: string, { sha256, size }: StoredFile): Promise<void> {
  const { database, userId, nowMs } = scope;
  const text = { sha256, size, mime_type: 'text/plain', created_at: nowMs };
  await insertFile(scope, { sha256, size, mimeType: text.mime_type });
  await database
    .insertInto('attachments')
    .values({
      ...text,
      id: uuidV7(nowMs),
      user_id: userId,
      message_id: messageId,
      role: 'content',
      name: 'message.txt',
    })
    .execute();
}

/** A message's own text no longer lies in a file; the sweep finds that one. */
export async function detachText({ database, userId }: Scope, messageId: string): Promise<void> {
  await database
    .deleteFrom('attachments')
    .where('message_id', '=', messageId)
    .where('user_id', '=', userId)
    .where('role', '=', 'content')
    .execute();
}

/** Keeps a file that the user has put for the message that it is going to stand on. */
export async function draftFile({ database, userId, nowMs }: Scope, { sha256 }: StoredFile): Promise<void> {
  await database
    .insertInto('file_drafts')
    .values({ user_id: userId, sha256, put_at: nowMs })
    .onConflict((conflict) => conflict.columns(['user_id', 'sha256']).doUpdateSet({ put_at: nowMs }))
    .execute();
}

/**
 * Puts files on a message. Code `not-found` for one that the user has not put, or so long ago that it was swept away:
 * who knows the hash of somebody else's file does not get it by that.
 */
export async function attachFiles(scope: Scope, messageId: string, attached: readonly Attach[]): Promise<void> {
  const { database, userId, nowMs } = scope;
  for (const [at, { sha256, name, mimeType }] of attached.entries()) {
    const file = await database.selectFrom('files').select('size').where('sha256', '=', sha256).executeTakeFirst();
    if (file === undefined || !(await isOwnFile(scope, sha256))) {
      throw new SextantError('not-found', `The file “${name}” is gone. Attach it again.`);
    }
    await database
      .insertInto('attachments')
      .values({
        // Ids sort as the files were attached.
        id: uuidV7(nowMs + at),
        user_id: userId,
        message_id: messageId,
        sha256,
        name,
        mime_type: mimeType,
        size: file.size,
        created_at: nowMs,
      })
      .execute();
  }
  for (const { sha256 } of attached) {
    await database.deleteFrom('file_drafts').where('user_id', '=', userId).where('sha256', '=', sha256).execute();
  }
}

/** Whether anybody has put this file. */
export async function isStored({ database }: Scope, sha256: string): Promise<boolean> {
  return (
    (await database.selectFrom('files').select('size').where('sha256', '=', sha256).executeTakeFirst()) !== undefined
  );
}

/** Whether the user has put this file for a message to come, or has it on one. */
export async function isOwnFile(scope: Scope, sha256: string): Promise<boolean> {
  const draft = await scope.database
    .selectFrom('file_drafts')
    .select('put_at')
    .where('user_id', '=', scope.userId)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  return draft !== undefined || hasAttachment(scope, sha256);
}

/** Whether a message of the user's has this file. */
export async function hasAttachment({ database, userId }: Scope, sha256: string): Promise<boolean> {
  const found = await database
    .selectFrom('attachments')
    .innerJoin('messages', 'messages.id', 'attachments.message_id')
    .select('attachments.id')
    .where('attachments.sha256', '=', sha256)
    .where('messages.user_id', '=', userId)
    .executeTakeFirst();
  return found !== undefined;
}

/** Hashes of the files on the messages of a conversation. */
export async function filesOf(scope: Scope, conversationId: string): Promise<string[]> {
  const rows = await scope.database
    .selectFrom('messages')
    .innerJoin('attachments', 'attachments.message_id', 'messages.id')
    .select('attachments.sha256')
    .where('messages.conversation_id', '=', ownConversation(scope, conversationId))
    .execute();
  return [...new Set(rows.map(({ sha256 }) => sha256))];
}

/** Hashes of the files on a message. */
export async function filesOn({ database, userId }: Scope, messageId: string): Promise<string[]> {
  const rows = await database
    .selectFrom('attachments')
    .select('sha256')
    .where('message_id', '=', messageId)
    .where('user_id', '=', userId)
    .execute();
  return rows.map(({ sha256 }) => sha256);
}

/** Removes the rows of those of the files that no message has any more, and none is going to; gives their hashes. */
export async function releaseFiles({ database, nowMs }: Scope, hashes: readonly string[]): Promise<string[]> {
  const released: string[] = [];
  for (const sha256 of new Set(hashes)) {
    const user = await database.selectFrom('attachments').select('id').where('sha256', '=', sha256).executeTakeFirst();
    if (user !== undefined) continue;
    const drafts = await database.selectFrom('file_drafts').select('put_at').where('sha256', '=', sha256).execute();
    if (drafts.some(({ put_at: putAt }) => isFresh(putAt, nowMs))) continue;
    await database.deleteFrom('files').where('sha256', '=', sha256).execute();
    released.push(sha256);
  }
  return released;
}

/** Hashes of the files that messages have, those that wait too, or that were put for one a short time ago. */
export async function usedFiles({ database, nowMs }: Scope): Promise<Set<string>> {
  const attached = await database.selectFrom('attachments').select('sha256').distinct().execute();
  const drafts = await database.selectFrom('file_drafts').select(['sha256', 'put_at']).execute();
  const fresh = drafts.filter(({ put_at: putAt }) => isFresh(putAt, nowMs));
  const used = [...attached, ...fresh].map(({ sha256 }) => sha256);
  return new Set([...used, ...(await queuedFiles({ database }))]);
}

/** Whether a file that was put then may still lie in a message that is being written; whatever the clock did. */
function isFresh(putAt: number, nowMs: number): boolean {
  return Math.abs(nowMs - putAt) < DRAFT_MS;
}
