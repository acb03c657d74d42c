import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { sql } from 'kysely';
import { SextantError } from '../base/errors.ts';
import { DRAFT_MS } from './attachmentRepository.ts';
import { longAgo } from './deletionRepository.ts';
import type { StoreSchema } from './schema.ts';
import type { Scope } from './scope.ts';

/** Which conversations a deletion concerns. Those that are being answered never belong to the old ones. */
export type Doomed =
  | { readonly kind: 'all'; readonly keepsPinned: boolean }
  /** The unpinned ones whose last message came before (milliseconds since the epoch). */
  | { readonly kind: 'old'; readonly before: number };

/** What is deleted for good, or would be. */
export interface Removal {
  readonly conversations: number;
  readonly messages: number;
  readonly folders: number;
  /** Stored files that nothing refers to any more. */
  readonly files: readonly { readonly sha256: string; readonly size: number }[];
}

/** Counts what {@link removeConversations} would remove. */
export async function countRemoval(scope: Scope, doomed: Doomed): Promise<Removal> {
  const conversations = doomedConversations(scope, doomed);
  const { database } = scope;
  const counted = await database
    .selectFrom(conversations.as('doomed'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const messages = await database
    .selectFrom('messages')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('conversation_id', 'in', conversations)
    .executeTakeFirstOrThrow();
  return {
    conversations: counted.count,
    messages: messages.count,
    folders: doomed.kind === 'all' ? (await emptyFolders(scope, doomed.keepsPinned)).length : 0,
    files: await releasedFiles(scope, doomed),
  };
}

/**
 * Takes conversations out of sight for good, and the folders that are empty then, in one step; a purge removes them
 * with their messages and files. Gives what that will be. Code `conflict` when one of them is being answered.
 */
export async function removeConversations(scope: Scope, doomed: Doomed): Promise<Removal> {
  const { database, userId, nowMs } = scope;
  const removal = await countRemoval(scope, doomed);
  await requireSilence(scope, doomed);
  const gone = { deleted_at: longAgo(nowMs) };
  const folders = doomed.kind === 'all' ? await emptyFolders(scope, doomed.keepsPinned) : [];
  for (const id of folders) {
    await database.updateTable('folders').set(gone).where('id', '=', id).where('user_id', '=', userId).execute();
  }
  await database
    .updateTable('conversations')
    .set(gone)
    .where('user_id', '=', userId)
    .where((where) => isDoomed(where, doomed, nowMs))
    .execute();
  await database
    .updateTable('users')
    .set({ active_conversation_id: null })
    .where('id', '=', userId)
    .where('active_conversation_id', 'in', (select) =>
      select
        .selectFrom('conversations')
        .select('id')
        .whereRef('id', '=', 'users.active_conversation_id')
        .where('deleted_at', 'is not', null),
    )
    .execute();
  return removal;
}

export async function countUsage({ database, userId }: Scope): Promise<{ events: number; requests: number }> {
  const events = await database
    .selectFrom('usage_events')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  const requests = await database
    .selectFrom('egress_log')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  const uses = await database
    .selectFrom('model_usage')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return { events: events.count + uses.count, requests: requests.count };
}

export async function removeUsage({ database, userId }: Scope): Promise<void> {
  await database.deleteFrom('usage_events').where('user_id', '=', userId).execute();
  await database.deleteFrom('egress_log').where('user_id', '=', userId).execute();
  await database.deleteFrom('model_usage').where('user_id', '=', userId).execute();
}

/** `expiredAt`: only those that are out of date then (milliseconds since the epoch). */
export async function countCache({ database, userId }: Scope, expiredAt?: number): Promise<number> {
  const own = database
    .selectFrom('response_cache')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user_id', '=', userId);
  const counted = expiredAt === undefined ? own : own.where('expires_at', '<=', expiredAt);
  return (await counted.executeTakeFirstOrThrow()).count;
}

export async function removeCache({ database, userId }: Scope, expiredAt?: number): Promise<void> {
  const own = database.deleteFrom('response_cache').where('user_id', '=', userId);
  await (expiredAt === undefined ? own : own.where('expires_at', '<=', expiredAt)).execute();
}

/** Whether any conversation is being answered, in whatever window. */
export async function isAnythingAnswered({ database, userId, nowMs }: Scope): Promise<boolean> {
  const row = await database
    .selectFrom('conversations')
    .select('id')
    .where('user_id', '=', userId)
    .where(sql<boolean>`status = 'running'`)
    .where('run_lease_until', '>', nowMs)
    .executeTakeFirst();
  return row !== undefined;
}

type Conversations = ExpressionBuilder<StoreSchema, 'conversations'>;

function doomedConversations({ database, userId, nowMs }: Scope, doomed: Doomed) {
  return database
    .selectFrom('conversations')
    .select('conversations.id')
    .where('conversations.user_id', '=', userId)
    .where((where) => isDoomed(where, doomed, nowMs));
}

function isDoomed(where: Conversations, doomed: Doomed, nowMs: number): Expression<SqlBool> {
  if (doomed.kind === 'all') {
    return doomed.keepsPinned
      ? where.or([where('is_pinned', '=', 0), where('deleted_at', 'is not', null)])
      : where.lit<SqlBool>(true);
  }
  return where.and([
    // What is deleted goes by itself; both of the others are named for the index.
    where('deleted_at', 'is', null),
    where('is_archived', 'in', [0, 1]),
    where('is_pinned', '=', 0),
    where('last_message_at', '<', doomed.before),
    where.or([where('status', '<>', 'running'), where('run_lease_until', '<=', nowMs)]),
  ]);
}

async function requireSilence(scope: Scope, doomed: Doomed): Promise<void> {
  if (doomed.kind === 'all' && (await isAnythingAnswered(scope))) {
    throw new SextantError('conflict', 'A chat is being answered. Stop it, or wait for its end, and try again.');
  }
}

/** Files that only attachments of these conversations refer to. */
async function releasedFiles(scope: Scope, doomed: Doomed): Promise<Removal['files']> {
  const conversations = doomedConversations(scope, doomed);
  const attached = scope.database
    .selectFrom('attachments')
    .innerJoin('messages', 'messages.id', 'attachments.message_id')
    .select('attachments.sha256');
  return scope.database
    .selectFrom('files')
    .select(['files.sha256', 'files.size'])
    .where('files.sha256', 'in', attached.where('messages.conversation_id', 'in', conversations))
    .where((where) =>
      where.not(
        where.exists(
          attached
            .whereRef('attachments.sha256', '=', sql.ref('files.sha256'))
            .where('messages.conversation_id', 'not in', conversations),
        ),
      ),
    )
    .where((where) =>
      where.not(
        where.exists(
          scope.database
            .selectFrom('file_drafts')
            .select('file_drafts.put_at')
            .whereRef('file_drafts.sha256', '=', sql.ref('files.sha256'))
            .where('file_drafts.put_at', '>', scope.nowMs - DRAFT_MS),
        ),
      ),
    )
    .orderBy('files.sha256')
    .execute();
}

/** Ids of the folders that hold none of the conversations that stay, nor a folder that does. */
async function emptyFolders({ database, userId }: Scope, keepsPinned: boolean): Promise<string[]> {
  const folders = await database
    .selectFrom('folders')
    .select(['id', 'parent_id'])
    .where('user_id', '=', userId)
    .execute();
  const kept = new Set<string | null>();
  if (keepsPinned) {
    const pinned = await database
      .selectFrom('conversations')
      .select('folder_id')
      .where('user_id', '=', userId)
      .where('is_pinned', '=', 1)
      .where('deleted_at', 'is', null)
      .execute();
    const parents = new Map(folders.map(({ id, parent_id: parentId }) => [id, parentId]));
    for (const { folder_id: folderId } of pinned) {
      for (let id = folderId; id !== null && !kept.has(id); id = parents.get(id) ?? null) kept.add(id);
    }
  }
  return folders.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
}
