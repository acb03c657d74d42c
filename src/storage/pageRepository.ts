import type { MessagePage } from '../protocol/library.ts';
import type { ShownConversation } from '../protocol/store.ts';
import { readMode } from '../protocol/chatSetup.ts';
import { readComparison } from './comparison.ts';
import { filesByMessage } from './attachmentRepository.ts';
import { conversationQuery, upFrom } from './conversationRepository.ts';
import type { StoredMessage } from './longText.ts';
import { messageColumns, runColumns, shownRole, toMessage, toSummary } from './messageRows.ts';
import { MessageTree, readTree } from './messageTree.ts';
import { ownConversation } from './owned.ts';
import { type Values, preparedQuery } from './preparedQuery.ts';
import { readQueue } from './queueRepository.ts';
import type { Scope } from './scope.ts';

/** A conversation as it is opened, with the newest messages as they are in their rows. */
interface StoredOutline extends ShownConversation {
  readonly messages: readonly StoredMessage[];
  readonly comparison?: readonly StoredMessage[];
}

/** Null when there is no such conversation. */
export async function getOutline(
  scope: Scope,
  { id, newest }: { id: string; newest: number },
): Promise<StoredOutline | null> {
  const { database, userId, nowMs } = scope;
  const [row] = await conversationQuery(database, { id, userId });
  if (row === undefined) return null;
  const leaf = row.active_message_id;
  const path = upFrom(leaf, await outlineQuery(database, { leaf: leaf ?? '' })).reverse();
  const messages = leaf === null ? [] : await getPage(scope, { conversationId: id, lastId: leaf, limit: newest });
  const comparison = await readComparison(scope, row.extra, path.at(-1));
  return {
    ...toSummary(row, nowMs),
    titleSource: row.title_source,
    mode: readMode(row.mode),
    personaId: row.persona_id,
    queue: readQueue(row.extra),
    outline: path.map((message) => ({ id: message.id, role: shownRole(message.role) })),
    // Most conversations have none, and then nobody is beside anybody.
    hasVersions: path.length !== row.stored,
    messages,
    ...(comparison.length === 0 ? {} : { comparison }),
  };
}

/** A message and those before it, oldest first. */
export async function getPage(scope: Scope, { conversationId, lastId, limit }: MessagePage): Promise<StoredMessage[]> {
  const { database, userId, nowMs } = scope;
  const run = await database
    .selectFrom('conversations')
    .select(runColumns)
    .where('id', '=', conversationId)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (run === undefined) return [];
  const path = upFrom(lastId, await pageQuery(database, { conversationId, userId, lastId, limit })).reverse();
  if (path.length === 0) return [];
  const tree = await readBeside(scope, conversationId, path);
  const files = await filesByMessage(scope, { messageIds: path.map(({ id }) => id) });
  return path.map((message) =>
    toMessage(message, run, { nowMs, siblingIds: tree.siblings(message.id), files: files.get(message.id) }),
  );
}

/** What the messages of the branch that is shown say, in no order; the path of their ids is in order. */
export async function readShownTexts(
  scope: Scope,
  { conversationId }: { conversationId: string },
): Promise<{ readonly path: readonly string[]; readonly texts: ReadonlyMap<string, ShownText> }> {
  const { database, userId } = scope;
  const [row] = await conversationQuery(database, { id: conversationId, userId });
  const leaf = row?.active_message_id ?? null;
  if (leaf === null) return { path: [], texts: new Map() };
  const path = upFrom(leaf, await outlineQuery(database, { leaf })).reverse();
  const files = await filesByMessage(scope, { conversationId });
  const rows = await textsQuery(database, { conversationId, userId });
  const texts = rows.map(({ id, content }): [string, ShownText] => [
    id,
    { content, textFile: files.get(id)?.textFile ?? null },
  ]);
  return { path: path.map(({ id }) => id), texts: new Map(texts) };
}

/** The text of a row, and the file that has all of it where it is long. */
type ShownText = Pick<StoredMessage, 'content' | 'textFile'>;

/** The messages of a path and all that stand beside one of them. */
async function readBeside(
  scope: Scope,
  conversationId: string,
  path: readonly { readonly parent_id: string | null }[],
): Promise<MessageTree> {
  const parents = path.flatMap(({ parent_id: parentId }) => parentId ?? []);
  // By the index of parents alone, first questions would be looked for among those of all conversations.
  if (parents.length < path.length) return readTree(scope, conversationId);
  const nodes = await scope.database
    .selectFrom('messages')
    .select(['id', 'parent_id', 'created_at'])
    .where('parent_id', 'in', parents)
    .where('conversation_id', '=', ownConversation(scope, conversationId))
    .execute();
  return new MessageTree(nodes);
}

/** Ids and roles from a leaf up to the root, in no order that SQL would promise. */
const outlineQuery = preparedQuery((database, { leaf }: Values<{ leaf: string }>) =>
  database
    .withRecursive('path', (path) =>
      path
        .selectFrom('messages')
        .select(['id', 'parent_id', 'role'])
        .where('id', '=', leaf)
        .unionAll((all) =>
          all
            .selectFrom('path')
            .innerJoin('messages', 'messages.id', 'path.parent_id')
            .select(['messages.id', 'messages.parent_id', 'messages.role']),
        ),
    )
    .selectFrom('path')
    .selectAll(),
);

interface PageValues extends Record<string, unknown> {
  readonly conversationId: string;
  readonly userId: string;
  readonly lastId: string;
  readonly limit: number;
}

/** So many messages from one upwards, in no order that SQL would promise. */
const pageQuery = preparedQuery((database, { conversationId, userId, lastId, limit }: Values<PageValues>) =>
  database
    .withRecursive('path', (path) =>
      path
        .selectFrom('messages')
        .select(messageColumns)
        .select((select) => select.lit(1).as('number'))
        .where('id', '=', lastId)
        .where('conversation_id', '=', ownConversation({ database, userId }, conversationId))
        .unionAll((all) =>
          all
            .selectFrom('path')
            .innerJoin('messages', 'messages.id', 'path.parent_id')
            .select(messageColumns.map((column) => `messages.${column}` as const))
            .select((select) => select('path.number', '+', 1).as('number'))
            .where('path.number', '<', limit),
        ),
    )
    .selectFrom('path')
    .select(messageColumns),
);

const textsQuery = preparedQuery(
  (database, { conversationId, userId }: Values<{ conversationId: string; userId: string }>) =>
    database
      .selectFrom('messages')
      .select(['id', 'content'])
      .where('conversation_id', '=', ownConversation({ database, userId }, conversationId)),
);
