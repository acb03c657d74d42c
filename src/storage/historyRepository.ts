import { type ExpressionWrapper, sql } from 'kysely';
import { parseHistoryQuery } from '../base/words/historyQuery.ts';
import { makeSnippet } from '../base/words/snippet.ts';
import type {
  ConversationSet,
  HistoryChanges,
  HistoryFilter,
  HistoryHit,
  HistoryMatch,
  HistoryMessage,
} from '../protocol/historyIndex.ts';
import type { ModelRef } from '../protocol/store.ts';
import { parseJson } from './jsonText.ts';
import { shownRole } from './messageRows.ts';
import { forgottenRevision, latestRevision, readCounter } from './revisionRepository.ts';
import type { StoreSchema } from './schema.ts';
import type { Scope } from './scope.ts';

/** Bytes of text in a page, about: it goes through the extension host, which it must not hold up. */
const PAGE_BYTES = 256_000;
const MAX_CHANGES = 1000;
const AT_ONCE_MS = 8;
/** Names the counter that is no count: a number that the store got by chance when it was first asked. */
const EPOCH = 'history epoch';

/**
 * Which history this is, for who begins with it now: another one after the store was replaced. Says also up to which
 * revision the traces of removed messages are gone. Null before {@link startHistory}.
 */
export async function historyEpoch(scope: Scope): Promise<string | null> {
  const epoch = await readCounter(scope, EPOCH);
  const forgotten = await forgottenRevision(scope);
  if (epoch === undefined) return null;
  return `${scope.userId} ${epoch}${forgotten === 0 ? '' : ` ${forgotten}`}`;
}

/** Whether they are the same but for the traces that were gone at the beginning. */
function isSameHistory(one: string | null, other: string | null): boolean {
  const [id, epoch] = one?.split(' ') ?? [];
  const [otherId, otherEpoch] = other?.split(' ') ?? [];
  return id !== undefined && id === otherId && epoch === otherEpoch;
}

/** Begins a history of its own, so that whatever was made of the one before is made anew; `number` is random. */
export async function startHistory({ database, userId }: Scope, { number }: { number: number }): Promise<void> {
  await database
    .insertInto('counters')
    .values({ user_id: userId, name: EPOCH, value: number })
    .onConflict((conflict) => conflict.columns(['user_id', 'name']).doUpdateSet({ value: number }))
    .execute();
}

/** A message for the search; its text is the beginning, where a file has the whole. */
export interface FedMessage extends HistoryMessage {
  readonly textFile: string | null;
}

/** See {@link HistoryChanges}. */
export async function historyChanges(
  scope: Scope,
  { epoch: known, after: seen, limit }: { epoch: string | null; after: number; limit: number },
): Promise<Omit<HistoryChanges, 'epoch' | 'messages'> & { epoch: string | null; messages: FedMessage[] }> {
  const present = await historyEpoch(scope);
  // Who has begun since they went has missed none.
  const hasMissed = known !== present && seen < (await forgottenRevision(scope));
  const after = hasMissed ? 0 : seen;
  const epoch = !hasMissed && isSameHistory(known, present) ? known : present;
  const most = Math.min(Math.max(1, Math.trunc(limit)), MAX_CHANGES);
  const revisions = await nextRevisions(scope, after, most + 1);
  const upTo = endOfPage(revisions, most);
  const latest = await latestRevision(scope);
  if (upTo === undefined) return { epoch, after, revision: after, latest, messages: [], removed: [] };
  return {
    epoch,
    after,
    revision: upTo,
    latest: Math.max(latest, upTo),
    messages: await messagesBetween(scope, after, upTo),
    removed: await removedBetween(scope, after, upTo),
  };
}

/** See {@link ConversationSet}. */
export async function historyConversations(
  { database, userId }: Scope,
  { workspaceUri, folderId, conversationId, isArchived }: HistoryFilter,
): Promise<ConversationSet> {
  const own = database.selectFrom('conversations').select('id').where('user_id', '=', userId);
  const deleted = own.where('deleted_at', '>', 0);
  const kept = own.where('deleted_at', 'is', null);
  const isNarrow =
    workspaceUri !== undefined || folderId !== undefined || conversationId !== undefined || isArchived === true;
  if (!isNarrow) {
    const ids = (await deleted.execute()).map(({ id }) => id);
    const archived = isArchived === false ? await kept.where('is_archived', '=', 1).execute() : [];
    return { kind: 'except', ids: [...ids, ...archived.map(({ id }) => id)] };
  }
  let query = kept;
  if (conversationId !== undefined) query = query.where('id', '=', conversationId);
  if (workspaceUri !== undefined) query = query.where('workspace_uri', '=', workspaceUri);
  if (folderId === null) query = query.where('folder_id', 'is', null);
  if (typeof folderId === 'string') {
    query = query.where('folder_id', 'in', [folderId, ...(await foldersInside({ database, userId }, folderId))]);
  }
  query =
    isArchived === undefined
      ? query.where('is_archived', 'in', [0, 1])
      : query.where('is_archived', '=', isArchived ? 1 : 0);
  return { kind: 'only', ids: (await query.execute()).map(({ id }) => id) };
}

/** A message that was found, with its text. */
export interface FoundMessage extends Omit<HistoryHit, 'snippet' | 'highlights'> {
  /** Its beginning, where a file has the whole. */
  readonly text: string;
  readonly textFile: string | null;
  readonly startOffset: number;
}

/** What the matches are; those that are gone, or belong to somebody else, are left out. */
export async function findMatches(
  { database, userId }: Scope,
  matches: readonly HistoryMatch[],
): Promise<FoundMessage[]> {
  if (matches.length === 0) return [];
  const rows = await database
    .selectFrom('messages')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .select(['messages.id', 'messages.conversation_id', 'messages.role', 'messages.created_at', 'messages.content'])
    .select(['conversations.title', 'conversations.workspace_uri'])
    .select((row) => textFileOf(database, row.ref('messages.id')).as('text_file'))
    .where(
      'messages.id',
      'in',
      matches.map(({ messageId }) => messageId),
    )
    .where('messages.user_id', '=', userId)
    .where('conversations.deleted_at', 'is', null)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return matches.flatMap(({ messageId, startOffset, isRelated, score }) => {
    const row = byId.get(messageId);
    if (row === undefined) return [];
    return [
      {
        conversationId: row.conversation_id,
        messageId,
        title: row.title,
        role: shownRole(row.role),
        createdAt: row.created_at,
        workspaceUri: row.workspace_uri,
        isRelated,
        score,
        text: row.content,
        textFile: row.text_file,
        startOffset,
      },
    ];
  });
}

/** The hits as they are shown. Who writes an answer meanwhile comes in between. */
export async function describeHits(
  found: readonly Omit<FoundMessage, 'textFile'>[],
  query: string,
): Promise<HistoryHit[]> {
  const parsed = parseHistoryQuery(query);
  const hits: HistoryHit[] = [];
  let sinceMs = performance.now();
  for (const { text, startOffset, ...hit } of found) {
    hits.push({ ...hit, ...makeSnippet(text, parsed, startOffset, hit.role === 'assistant') });
    if (performance.now() - sinceMs < AT_ONCE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    sinceMs = performance.now();
  }
  return hits;
}

interface Revision {
  readonly revision: number;
  readonly bytes: number;
}

/** The revisions that follow, in order, with the size of what each brings. */
async function nextRevisions({ database, userId }: Scope, after: number, limit: number): Promise<Revision[]> {
  const messages = await database
    .selectFrom('messages')
    .select((row) => [
      'revision',
      sql<number>`coalesce(${textFileOf(database, row.ref('messages.id'), 'size')}, octet_length(content))`.as('bytes'),
    ])
    .where('user_id', '=', userId)
    .where('revision', '>', after)
    .orderBy('revision')
    .limit(limit)
    .execute();
  const removed = await database
    .selectFrom('removed_messages')
    .select('revision')
    .where('user_id', '=', userId)
    .where('revision', '>', after)
    .orderBy('revision')
    .limit(limit)
    .execute();
  return [...messages, ...removed.map(({ revision }) => ({ revision, bytes: 0 }))]
    .map(({ revision, bytes }) => ({ revision: revision ?? 0, bytes }))
    .sort((a, b) => a.revision - b.revision)
    .slice(0, limit);
}

/** The last revision of a page: what has the same revision is never torn apart. */
function endOfPage(revisions: readonly Revision[], most: number): number | undefined {
  let end = 0;
  for (let bytes = 0; end < Math.min(most, revisions.length) && (end === 0 || bytes < PAGE_BYTES); end++) {
    bytes += revisions[end]?.bytes ?? 0;
  }
  const next = revisions[end]?.revision;
  let last = end - 1;
  while (last > 0 && revisions[last]?.revision === next) last--;
  return revisions[last]?.revision;
}

async function messagesBetween({ database, userId }: Scope, after: number, upTo: number): Promise<FedMessage[]> {
  const rows = await database
    .selectFrom('messages')
    .select(['id', 'conversation_id', 'role', 'model', 'created_at', 'content'])
    .select((row) => textFileOf(database, row.ref('messages.id')).as('text_file'))
    .where('user_id', '=', userId)
    .where('revision', '>', after)
    .where('revision', '<=', upTo)
    .orderBy('revision')
    .execute();
  return rows.map((row) => ({
    messageId: row.id,
    conversationId: row.conversation_id,
    role: shownRole(row.role),
    model: parseJson(row.model) as ModelRef | null,
    createdAt: row.created_at,
    text: row.content,
    textFile: row.text_file,
  }));
}

/** Of the file with a message's own text, where that is long. */
function textFileOf<C extends 'sha256' | 'size' = 'sha256'>(
  database: Scope['database'],
  messageId: ExpressionWrapper<StoreSchema, 'messages', string>,
  column: C = 'sha256' as C,
) {
  return database
    .selectFrom('attachments')
    .select(`attachments.${column}`)
    .where('attachments.message_id', '=', messageId)
    .where('attachments.role', '=', 'content');
}

async function removedBetween({ database, userId }: Scope, after: number, upTo: number): Promise<string[]> {
  const rows = await database
    .selectFrom('removed_messages')
    .select('message_id')
    .where('user_id', '=', userId)
    .where('revision', '>', after)
    .where('revision', '<=', upTo)
    .execute();
  return rows.map(({ message_id }) => message_id);
}

async function foldersInside({ database, userId }: Pick<Scope, 'database' | 'userId'>, id: string): Promise<string[]> {
  const rows = await database
    .withRecursive('path', (path) =>
      path
        .selectFrom('folders')
        .select('id')
        .where('parent_id', '=', id)
        .where('user_id', '=', userId)
        .union((all) =>
          all.selectFrom('path').innerJoin('folders as child', 'child.parent_id', 'path.id').select('child.id'),
        ),
    )
    .selectFrom('path')
    .select('id')
    .execute();
  return rows.map((row) => row.id);
}
