import { SextantError } from '../base/errors.ts';
import type { AnswerPiece, ContextPassage, FinishTurn } from '../protocol/store.ts';
import { freeTime } from './freeTime.ts';
import { messageGone } from './gone.ts';
import { parseJson } from './jsonText.ts';
import type { StoredMessage } from './longText.ts';
import { getMessage } from './messageRepository.ts';
import { type MessageMetadata, isAnswering, runColumns } from './messageRows.ts';
import { readTree } from './messageTree.ts';
import { reviseMessage } from './revisionRepository.ts';
import { claimRun, endRun, isBeingAnswered } from './runRepository.ts';
import type { Scope } from './scope.ts';

/** Returns the conversation's id, as the ones below do. */
export async function setContext(
  { database, userId }: Scope,
  { messageId, context }: { messageId: string; context: readonly ContextPassage[] },
): Promise<string> {
  return conversationOf(
    database
      .updateTable('messages')
      .set({ context_snapshot: JSON.stringify(context) })
      .where('id', '=', messageId)
      .where('user_id', '=', userId)
      .returning('conversation_id')
      .executeTakeFirst(),
  );
}

/**
 * Only the piece is written, whatever stands there already: at its offset, or not at all. One that is there
 * already changes nothing. Code `conflict` when something else stands there, or something before it is missing.
 */
export async function appendToAnswer({ database, userId }: Scope, piece: AnswerPiece): Promise<string> {
  const { messageId, offset, text, reasoningOffset, reasoning } = piece;
  const appended = await database
    .updateTable('messages')
    .set((expression) => ({
      content: expression('content', '||', text),
      reasoning: expression('reasoning', '||', reasoning),
    }))
    .where('id', '=', messageId)
    .where('user_id', '=', userId)
    .where('status', 'in', ['running', 'interrupted'])
    .where(({ fn, eb }) => eb(fn<number>('octet_length', ['content']), '=', offset))
    .where(({ fn, eb }) => eb(fn<number>('octet_length', ['reasoning']), '=', reasoningOffset))
    .returning('conversation_id')
    .executeTakeFirst();
  if (appended !== undefined) return appended.conversation_id;
  const known = await database
    .selectFrom('messages')
    .select(['conversation_id', 'content', 'reasoning', 'status'])
    .where('id', '=', messageId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (known === undefined) throw messageGone();
  if (hasPiece(known.content, offset, text) && hasPiece(known.reasoning, reasoningOffset, reasoning)) {
    return known.conversation_id;
  }
  if (known.status !== 'running' && known.status !== 'interrupted') throw messageGone();
  throw new SextantError('conflict', 'This answer has been changed meanwhile, perhaps in another window.');
}

/** True when the text has this piece so many bytes behind its beginning. */
function hasPiece(text: string, offset: number, piece: string): boolean {
  const [whole, part] = [encoder.encode(text), encoder.encode(piece)];
  return part.every((byte, at) => whole[offset + at] === byte) && whole.length >= offset + part.length;
}

const encoder = new TextEncoder();

/**
 * Opens an answer again that has ended before its end, to go on writing there: one that was stopped, cut off or
 * failed, or for which the model was allowed no more.
 */
export async function resumeAnswer(
  scope: Scope,
  { messageId, owner, leaseUntil }: { messageId: string; owner: string; leaseUntil: number },
): Promise<StoredMessage> {
  const { database } = scope;
  const answer = await getMessage(scope, { messageId });
  if (answer?.role !== 'assistant') throw messageGone();
  const conversation = await database
    .selectFrom('conversations')
    .select(['id', 'last_message_at', ...runColumns])
    .where('id', '=', answer.conversationId)
    .executeTakeFirstOrThrow();
  if (isAnswering(conversation, scope.nowMs)) throw isBeingAnswered();
  const isCut = answer.status !== 'complete' || answer.finishReason === 'length';
  if (!isCut) throw new SextantError('invalid', 'This answer is complete. To have another one, answer again.');
  const tree = await readTree(scope, conversation.id);
  if (tree.newestLeaf(messageId) !== messageId) {
    throw new SextantError(
      'invalid',
      'The conversation has gone on after this answer. To have another one, answer again.',
    );
  }
  await claimRun(scope, conversation, owner);
  const metadata: MessageMetadata = { resumeCount: answer.resumeCount + 1 };
  await database
    .updateTable('messages')
    .set({ status: 'running', metadata: JSON.stringify(metadata), revision: null })
    .where('id', '=', messageId)
    .execute();
  const nowMs = await freeTime(scope, Math.max(scope.nowMs, conversation.last_message_at + 1));
  await database
    .updateTable('conversations')
    .set({
      status: 'running',
      run_owner: owner,
      run_lease_until: leaseUntil,
      active_message_id: messageId,
      last_message_at: nowMs,
      updated_at: nowMs,
    })
    .where('id', '=', conversation.id)
    .execute();
  const resumed = await getMessage(scope, { messageId });
  if (resumed === null) throw messageGone();
  return resumed;
}

/** Finishing what has finished already changes nothing. */
export async function finishTurn(scope: Scope, end: FinishTurn): Promise<string> {
  const { database, userId } = scope;
  const answer = await database
    .selectFrom('messages')
    .select(['conversation_id', 'status', 'metadata'])
    .where('id', '=', end.messageId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (answer === undefined) throw messageGone();
  if (answer.status !== 'running' && answer.status !== 'interrupted') return answer.conversation_id;
  const metadata: MessageMetadata = {
    ...(parseJson(answer.metadata) as MessageMetadata),
    error: end.error,
    finishReason: end.finishReason,
    ...(typeof end.reasoningMs === 'number' && { reasoningMs: end.reasoningMs }),
  };
  await database
    .updateTable('messages')
    .set({
      status: end.status,
      metadata: JSON.stringify(metadata),
      input_tokens: end.inputTokens,
      output_tokens: end.outputTokens,
    })
    .where('id', '=', end.messageId)
    .execute();
  await reviseMessage(scope, end.messageId);
  await endRun(scope, answer.conversation_id);
  return answer.conversation_id;
}

async function conversationOf(changed: Promise<{ conversation_id: string } | undefined>): Promise<string> {
  const row = await changed;
  if (row === undefined) throw messageGone();
  return row.conversation_id;
}
