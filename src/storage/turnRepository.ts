import type { Selectable } from 'kysely';
import { uuidV7 } from '../base/identifiers.ts';
import type { ModelRef, StartedTurn, StartTurn } from '../protocol/store.ts';
import type { AnsweredAs } from '../protocol/chatSetup.ts';
import { attachFiles, attachText } from './attachmentRepository.ts';
import { replaceCompared, setComparison } from './comparison.ts';
import { freeTime } from './freeTime.ts';
import { conversationGone, messageGone } from './gone.ts';
import type { LongText, StoredMessage } from './longText.ts';
import { getMessage } from './messageRepository.ts';
import { dequeueQuestion } from './queueRepository.ts';
import { takeRevisions } from './revisionRepository.ts';
import { claimRun } from './runRepository.ts';
import type { ConversationRow, MessageRow } from './schema.ts';
import type { Scope } from './scope.ts';

/** The fields that say who answers a question, and how. */
interface Run {
  readonly model: ModelRef;
  readonly as?: AnsweredAs;
  readonly owner: string;
  readonly leaseUntil: number;
}

/** A turn as it is in its rows. */
interface StoredTurn extends StartedTurn {
  readonly user: StoredMessage;
  readonly assistant: StoredMessage;
  readonly others: readonly StoredMessage[];
}

type NewAnswer = Pick<Selectable<MessageRow>, 'id' | 'conversation_id'>;

/** The user's message and the empty, running answer; `longText` is its text where a row does not take it. Those that are there when the message was sent before. */
export async function startTurn(scope: Scope, turn: StartTurn, longText: LongText | null): Promise<StoredTurn> {
  const { conversationId, parentId } = turn;
  const conversation = await findConversation(scope, conversationId);
  const sent = await findSent(scope, turn);
  if (sent !== undefined) return sent;
  const now = { ...scope, nowMs: await nextTime(scope, conversation) };
  if (conversation === undefined) await insertConversation(now, turn);
  else await claimRun(scope, conversation, turn.owner);
  if (parentId !== null) await requireMessage(now, conversationId, parentId);
  const questionId = uuidV7(now.nowMs);
  await now.database
    .insertInto('messages')
    .values({
      id: questionId,
      user_id: now.userId,
      conversation_id: conversationId,
      parent_id: parentId,
      role: 'user',
      status: 'complete',
      content: longText?.beginning ?? turn.text,
      client_message_id: turn.clientMessageId,
      ...(turn.sent === undefined || turn.sent.length === 0 ? {} : { context_snapshot: JSON.stringify(turn.sent) }),
      created_at: now.nowMs,
      revision: await takeRevisions(now, 1),
    })
    .execute();
  if (longText !== null) await attachText(now, questionId, longText);
  await attachFiles(now, questionId, turn.attachments ?? []);
  const assistant = await insertAnswer(now, conversationId, questionId, turn);
  const others: NewAnswer[] = [];
  for (const model of turn.otherModels ?? []) {
    // Each a moment later, so that their order is for good.
    const later = { ...now, nowMs: now.nowMs + others.length + 1 };
    others.push(await insertAnswer(later, conversationId, questionId, { ...turn, model }));
  }
  await showAnswer(now, assistant, 2 + others.length, turn);
  await setComparison(now, conversationId, others.length === 0 ? [] : [assistant, ...others].map(({ id }) => id));
  await dequeueQuestion(now, { conversationId, id: turn.clientMessageId });
  return { ...(await readTurn(now, questionId, [assistant, ...others])), created: true };
}

/** An empty, running answer beside the ones that the question has. */
export async function answerAgain(
  scope: Scope,
  { userMessageId, insteadOf, ...run }: Run & { userMessageId: string; insteadOf?: string },
): Promise<StoredMessage> {
  const question = await scope.database
    .selectFrom('messages')
    .select('conversation_id')
    .where('id', '=', userMessageId)
    .where('user_id', '=', scope.userId)
    .where('role', '=', 'user')
    .executeTakeFirst();
  if (question === undefined) throw messageGone();
  const conversation = await findConversation(scope, question.conversation_id);
  if (conversation === undefined) throw messageGone();
  const now = { ...scope, nowMs: await nextTime(scope, conversation) };
  await claimRun(scope, conversation, run.owner);
  const answer = await insertAnswer(now, conversation.id, userMessageId, run);
  await showAnswer(now, answer, 1, run);
  await replaceCompared(now, conversation.id, { from: insteadOf, to: answer.id });
  return readMessage(now, answer.id);
}

async function findSent(scope: Scope, turn: StartTurn): Promise<StoredTurn | undefined> {
  const question = await scope.database
    .selectFrom('messages')
    .select('id')
    .where('conversation_id', '=', turn.conversationId)
    .where('client_message_id', '=', turn.clientMessageId)
    .where('user_id', '=', scope.userId)
    .executeTakeFirst();
  if (question === undefined) return undefined;
  const answers = await scope.database
    .selectFrom('messages')
    .select('id')
    .where('parent_id', '=', question.id)
    .where('role', '=', 'assistant')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1 + (turn.otherModels?.length ?? 0))
    .execute();
  return { ...(await readTurn(scope, question.id, answers)), created: false };
}

async function readTurn(
  scope: Scope,
  questionId: string,
  [first, ...rest]: readonly Pick<NewAnswer, 'id'>[],
): Promise<Omit<StoredTurn, 'created'>> {
  if (first === undefined) throw messageGone();
  const others: StoredMessage[] = [];
  for (const { id } of rest) others.push(await readMessage(scope, id));
  return { user: await readMessage(scope, questionId), assistant: await readMessage(scope, first.id), others };
}

/** Undefined when there is none; code `not-found` when it was deleted, or is somebody else's. */
async function findConversation(scope: Scope, id: string): Promise<Selectable<ConversationRow> | undefined> {
  const conversation = await scope.database
    .selectFrom('conversations')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (conversation === undefined) return undefined;
  if (conversation.user_id !== scope.userId || conversation.deleted_at !== null) throw conversationGone();
  return conversation;
}

/** A conversation's messages follow each other, also when the clock was set back. */
function nextTime(
  scope: Scope,
  conversation: Pick<Selectable<ConversationRow>, 'last_message_at'> | undefined,
): Promise<number> {
  return freeTime(scope, Math.max(scope.nowMs, (conversation?.last_message_at ?? 0) + 1));
}

async function insertConversation({ database, userId, nowMs }: Scope, turn: StartTurn): Promise<void> {
  const persona = database
    .selectFrom('assistants')
    .select('id')
    .where('id', '=', turn.as?.persona?.id ?? null)
    .where('user_id', '=', userId);
  await database
    .insertInto('conversations')
    .values({
      assistant_id: persona,
      mode: turn.as?.mode ?? 'ask',
      id: turn.conversationId,
      user_id: userId,
      title: turn.title,
      workspace_uri: turn.workspaceUri,
      last_message_at: nowMs,
      created_at: nowMs,
      updated_at: nowMs,
    })
    .execute();
}

async function requireMessage({ database, userId }: Scope, conversationId: string, id: string): Promise<void> {
  const found = await database
    .selectFrom('messages')
    .select('id')
    .where('id', '=', id)
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (found === undefined) throw messageGone();
}

async function insertAnswer(
  { database, userId, nowMs }: Scope,
  conversationId: string,
  questionId: string,
  run: Run,
): Promise<NewAnswer> {
  const answer = { id: uuidV7(nowMs), conversation_id: conversationId };
  await database
    .insertInto('messages')
    .values({
      ...answer,
      user_id: userId,
      parent_id: questionId,
      role: 'assistant',
      status: 'running',
      model: JSON.stringify(run.model),
      ...(run.as === undefined ? {} : { metadata: JSON.stringify({ as: run.as }) }),
      created_at: nowMs,
    })
    .execute();
  return answer;
}

/** The conversation's own columns after `added` messages, the last of which is the new answer. */
async function showAnswer({ database, nowMs }: Scope, answer: NewAnswer, added: number, run: Run): Promise<void> {
  await database
    .updateTable('conversations')
    .set((expression) => ({
      status: 'running',
      run_owner: run.owner,
      run_lease_until: run.leaseUntil,
      active_message_id: answer.id,
      model: JSON.stringify(run.model),
      message_count: expression('message_count', '+', added),
      last_message_at: nowMs,
      updated_at: nowMs,
    }))
    .where('id', '=', answer.conversation_id)
    .execute();
}

/** A message that is there. */
async function readMessage(scope: Scope, messageId: string): Promise<StoredMessage> {
  const message = await getMessage(scope, { messageId });
  if (message === null) throw messageGone();
  return message;
}
