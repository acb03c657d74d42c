import { ownConversation } from './owned.ts';
import type { Scope } from './scope.ts';

/*
 * The feed of the history search. Each message that is final has a revision of its own, and so has the
 * trace of each that was removed; whatever makes a message final, changes or removes it takes the next
 * ones here, in the same transaction. A reader that has seen all up to a revision asks for those above.
 */

const COUNTER = 'revision';
/** Up to which revision the traces of removed messages are gone. */
const FORGOTTEN = 'forgotten revision';
/** So many traces stay: who has missed more is as well off with beginning anew. */
const KEPT_TRACES = 10_000;

/** The first of as many revisions as are asked for, which follow each other. */
export async function takeRevisions({ database, userId }: Scope, count: number): Promise<number> {
  const { value } = await database
    .insertInto('counters')
    .values({ user_id: userId, name: COUNTER, value: count })
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'name']).doUpdateSet((expression) => ({
        value: expression('counters.value', '+', count),
      })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return value - count + 1;
}

/** A message has become final or has changed; one in a deleted conversation waits for being taken back. */
export async function reviseMessage(scope: Scope, id: string): Promise<void> {
  const { deleted_at: deletedAt } = await scope.database
    .selectFrom('messages')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .select('conversations.deleted_at')
    .where('messages.id', '=', id)
    .where('messages.user_id', '=', scope.userId)
    .executeTakeFirstOrThrow();
  if (deletedAt !== null) return;
  await scope.database
    .updateTable('messages')
    .set({ revision: await takeRevisions(scope, 1) })
    .where('id', '=', id)
    .execute();
}

/** The final messages of a conversation that the search does not know are new to it: they waited, or were imported. */
export async function reviseConversation(scope: Scope, conversationId: string): Promise<void> {
  const { database } = scope;
  const own = ownConversation(scope, conversationId);
  await database
    .deleteFrom('removed_messages')
    .where('message_id', 'in', (select) =>
      select.selectFrom('messages').select('id').where('conversation_id', '=', own).where('revision', 'is', null),
    )
    .execute();
  const before = (await takeRevisions(scope, await countMessages(scope, conversationId))) - 1;
  await database
    .updateTable('messages')
    .from((from) =>
      from
        .selectFrom('messages as final')
        .select('final.id')
        .select((select) =>
          select.fn
            .agg<number>('row_number')
            .over((over) => over.orderBy('final.id'))
            .as('number'),
        )
        .where('final.conversation_id', '=', own)
        .where('final.status', '<>', 'running')
        .where('final.revision', 'is', null)
        .as('numbered'),
    )
    .set((expression) => ({ revision: expression('numbered.number', '+', before) }))
    .whereRef('messages.id', '=', 'numbered.id')
    .execute();
}

/** The search forgets every message of a conversation, which will be gone in a moment. */
export async function retractConversation(scope: Scope, conversationId: string): Promise<void> {
  const { database } = scope;
  const own = ownConversation(scope, conversationId);
  const before = (await takeRevisions(scope, await countMessages(scope, conversationId))) - 1;
  await database
    .insertInto('removed_messages')
    .columns(['message_id', 'user_id', 'revision'])
    .expression((from) =>
      from
        .selectFrom('messages')
        .select(['id', 'user_id'])
        .select((select) =>
          select(
            select.fn.agg<number>('row_number').over((over) => over.orderBy('id')),
            '+',
            before,
          ).as('revision'),
        )
        .where('conversation_id', '=', own),
    )
    .onConflict((conflict) => conflict.column('message_id').doNothing())
    .execute();
}

/** The search forgets these messages, which will be gone in a moment. */
export async function retractMessages(scope: Scope, ids: readonly string[]): Promise<void> {
  const first = await takeRevisions(scope, ids.length);
  for (const [at, id] of ids.entries()) {
    await scope.database
      .insertInto('removed_messages')
      .values({ message_id: id, user_id: scope.userId, revision: first + at })
      .onConflict((conflict) => conflict.column('message_id').doNothing())
      .execute();
  }
}

/** Keeps the newest traces of removed messages alone. */
export async function forgetOldTraces({ database, userId }: Scope): Promise<void> {
  const last = await database
    .selectFrom('removed_messages')
    .select('revision')
    .where('user_id', '=', userId)
    .orderBy('revision', 'desc')
    .limit(1)
    .offset(KEPT_TRACES)
    .executeTakeFirst();
  if (last === undefined) return;
  const { revision } = last;
  await database
    .deleteFrom('removed_messages')
    .where('user_id', '=', userId)
    .where('revision', '<=', revision)
    .execute();
  await database
    .insertInto('counters')
    .values({ user_id: userId, name: FORGOTTEN, value: revision })
    .onConflict((conflict) => conflict.columns(['user_id', 'name']).doUpdateSet({ value: revision }))
    .execute();
}

/** Up to which revision the traces of removed messages are gone; 0 when all are there. */
export async function forgottenRevision(scope: Scope): Promise<number> {
  return (await readCounter(scope, FORGOTTEN)) ?? 0;
}

/** The newest revision that there is; 0 when there is none. */
export async function latestRevision(scope: Scope): Promise<number> {
  return (await readCounter(scope, COUNTER)) ?? 0;
}

export async function readCounter({ database, userId }: Scope, name: string): Promise<number | undefined> {
  const row = await database
    .selectFrom('counters')
    .select('value')
    .where('user_id', '=', userId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

async function countMessages(scope: Scope, conversationId: string): Promise<number> {
  const { count } = await scope.database
    .selectFrom('messages')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('conversation_id', '=', ownConversation(scope, conversationId))
    .executeTakeFirstOrThrow();
  return count;
}
