import { SextantError } from '../base/errors.ts';
import { readSentContext } from '../protocol/sentContext.ts';
import type { QuestionContext, QueuedQuestion } from '../protocol/store.ts';
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
    const { id, text, context } = fields(each);
    if (typeof id !== 'string' || typeof text !== 'string') return [];
    return [{ id, text, ...(context === undefined ? {} : { context: readContext(context) }) }];
  });
}

/** Hashes of the files that go along with questions that wait, whoever’s they are. */
export async function queuedFiles({ database }: Pick<Scope, 'database'>): Promise<string[]> {
  const rows = await database
    .selectFrom('conversations')
    .select('extra')
    .where('extra', 'like', '%"sha256"%')
    .execute();
  const queued = rows.flatMap(({ extra }) => readQueue(extra));
  return queued.flatMap(({ context }) => context?.attachments ?? []).map(({ sha256 }) => sha256);
}

function readContext(stored: unknown): QuestionContext {
  const { sent, attachments, model } = fields(stored);
  const { provider, model: name } = fields(model);
  return {
    sent: readSentContext(sent),
    attachments: (Array.isArray(attachments) ? attachments : []).flatMap((each: unknown) => {
      const { sha256, name: fileName, mimeType } = fields(each);
      const isFile = typeof sha256 === 'string' && typeof fileName === 'string' && typeof mimeType === 'string';
      return isFile ? [{ sha256, name: fileName, mimeType }] : [];
    }),
    ...(typeof provider === 'string' && typeof name === 'string' ? { model: { provider, model: name } } : {}),
  };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
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
    const changed = isKnown
      ? queue.map((each) => (each.id === question.id ? { ...each, ...question } : each))
      : [...queue, question];
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
