import { SextantError } from '../base/errors.ts';
import type { QueuedQuestion } from '../protocol/store.ts';
import { conversationGone } from './gone.ts';
import { parseJson } from './jsonText.ts';
import type { Scope } from './scope.ts';

/** The questions that wait in one conversation have at most so many characters together. */
const QUEUE_CHARACTERS = 2_097_152;
const QUEUE_LENGTH = 100;

/** What waits in a conversation, from its `extra`, where an import may have put anything. */
export function readQueue(extra: string): readonly QueuedQuestion[] {
  const { queue } = parseJson(extra) as { readonly queue?: unknown };
  if (!Array.isArray(queue)) return [];
  return queue.flatMap((each: unknown) => {
    const { id, text } = (typeof each === 'object' && each !== null ? each : {}) as Record<string, unknown>;
    return typeof id === 'string' && typeof text === 'string' ? [{ id, text }] : [];
  });
}

/** Puts a question at the end, or changes the one with this id; one that was asked already is not asked again. */
export async function queueQuestion(
  scope: Scope,
  { conversationId, ...question }: QueuedQuestion & { readonly conversationId: string },
): Promise<readonly QueuedQuestion[]> {
  const asked = await scope.database
    .selectFrom('messages')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('client_message_id', '=', question.id)
    .where('user_id', '=', scope.userId)
    .executeTakeFirst();
  return changeQueue(scope, conversationId, (queue) => {
    if (asked !== undefined) return queue;
    const isKnown = queue.some(({ id }) => id === question.id);
    const changed = isKnown ? queue.map((each) => (each.id === question.id ? question : each)) : [...queue, question];
    const characters = changed.reduce((sum, { text }) => sum + text.length, 0);
    if (changed.length > QUEUE_LENGTH || characters > QUEUE_CHARACTERS) {
      throw new SextantError(
        'invalid',
        'Too much is waiting in this chat already. Wait for an answer, or drop some of it.',
      );
    }
    return changed;
  });
}

/** Without that question; what is not there is passed over. */
export function dequeueQuestion(
  scope: Scope,
  { conversationId, id }: { readonly conversationId: string; readonly id: string },
): Promise<readonly QueuedQuestion[]> {
  return changeQueue(scope, conversationId, (queue) => queue.filter((each) => each.id !== id));
}

async function changeQueue(
  { database, userId, nowMs }: Scope,
  conversationId: string,
  change: (queue: readonly QueuedQuestion[]) => readonly QueuedQuestion[],
): Promise<readonly QueuedQuestion[]> {
  const row = await database
    .selectFrom('conversations')
    .select('extra')
    .where('id', '=', conversationId)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) throw conversationGone();
  const before = readQueue(row.extra);
  const queue = change(before);
  if (queue.length === before.length && queue.every((each, at) => each === before[at])) return before;
  await database
    .updateTable('conversations')
    .set({ extra: JSON.stringify({ ...(parseJson(row.extra) as object), queue }), updated_at: nowMs })
    .where('id', '=', conversationId)
    .where('user_id', '=', userId)
    .execute();
  return queue;
}
