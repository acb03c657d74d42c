import { SextantError } from '../base/errors.ts';
import type { AnswerPiece, ContextPassage, FinishTurn, TurnRequests } from '../protocol/store.ts';
import { attachText, detachText, filesByMessage } from './attachmentRepository.ts';
import { freeTime } from './freeTime.ts';
import { messageGone } from './gone.ts';
import { parseJson } from './jsonText.ts';
import type { LongText, StoredMessage } from './longText.ts';
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

/** A running answer is another model's from here on; one that has ended stays as it is. */
export async function handOn(
  { database, userId }: Scope,
  { messageId, model, from, because }: Parameters<TurnRequests['turns.handOn']>[0],
): Promise<string> {
  const mine = { id: messageId, user_id: userId };
  const answer = await database
    .selectFrom('messages')
    .select(['conversation_id', 'status', 'metadata'])
    .where((where) => where.and(mine))
    .executeTakeFirst();
  if (answer === undefined) throw messageGone();
  const metadata: MessageMetadata = {
    ...(parseJson(answer.metadata) as MessageMetadata),
    handedOn: { from, because },
  };
  if (answer.status === 'running') {
    const changed = { model: JSON.stringify(model), metadata: JSON.stringify(metadata) };
    await database
      .updateTable('messages')
      .set(changed)
      .where((where) => where.and(mine))
      .execute();
  }
  return answer.conversation_id;
}

/** What stands where a piece could not be written; the text is its beginning where a file has the whole. */
export interface StandingText {
  readonly text: string;
  readonly textFile: string | null;
  readonly reasoning: string;
  readonly isOpen: boolean;
}

/**
 * Only the piece is written, whatever stands there already: at its offset, or not at all. Gives what stands there
 * instead, for {@link requirePiece}.
 */
export async function appendToAnswer(
  scope: Scope,
  piece: AnswerPiece,
): Promise<{ conversationId: string; standing: StandingText | null }> {
  const { database, userId } = scope;
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
  if (appended !== undefined) return { conversationId: appended.conversation_id, standing: null };
  const known = await database
    .selectFrom('messages')
    .select(['conversation_id', 'content', 'reasoning', 'status'])
    .where('id', '=', messageId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (known === undefined) throw messageGone();
  const files = (await filesByMessage(scope, { messageIds: [messageId] })).get(messageId);
  return {
    conversationId: known.conversation_id,
    standing: {
      text: known.content,
      textFile: files?.textFile ?? null,
      reasoning: known.reasoning,
      isOpen: known.status === 'running' || known.status === 'interrupted',
    },
  };
}

/**
 * A piece that is there already is no error: it was written before its writer could be told. Code `conflict` when
 * something else stands there, or something before it is missing.
 */
export function requirePiece(
  { text, reasoning, isOpen }: Omit<StandingText, 'textFile'>,
  piece: Pick<AnswerPiece, 'offset' | 'text' | 'reasoningOffset' | 'reasoning'>,
): void {
  if (hasPiece(text, piece.offset, piece.text) && hasPiece(reasoning, piece.reasoningOffset, piece.reasoning)) return;
  if (!isOpen) throw messageGone();
  throw new SextantError('conflict', 'This answer has been changed meanwhile, perhaps in another window.');
}

/** True when the text has this piece so many bytes behind its beginning. */
function hasPiece(text: string, offset: number, piece: string): boolean {
  const [whole, part] = [encoder.encode(text), encoder.encode(piece)];
  return part.every((byte, at) => whole[offset + at] === byte) && whole.length >= offset + part.length;
}

const encoder = new TextEncoder();

/** A text that lay in a file. */
export interface FetchedText {
  readonly sha256: string;
  readonly text: string;
}

/**
 * Opens an answer again that has ended before its end, to go on writing there: one that was stopped, cut off or
 * failed, or for which the model was allowed no more. `fetched` is its text where a file has it, which goes back into
 * the row; code `conflict` when that has changed meanwhile.
 */
export async function resumeAnswer(
  scope: Scope,
  { messageId, owner, leaseUntil }: { messageId: string; owner: string; leaseUntil: number },
  fetched: FetchedText | null,
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
  if (answer.textFile !== (fetched?.sha256 ?? null)) {
    throw new SextantError('conflict', 'This answer has been changed meanwhile, perhaps in another window.');
  }
  await claimRun(scope, conversation, owner);
  if (fetched !== null) await takeTextBack(scope, messageId, fetched);
  const { as } = answer;
  const metadata: MessageMetadata = { resumeCount: answer.resumeCount + 1, ...(as === undefined ? {} : { as }) };
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

async function takeTextBack(scope: Scope, messageId: string, { text }: FetchedText): Promise<void> {
  const { database, userId } = scope;
  await database
    .updateTable('messages')
    .set({ content: text })
    .where('id', '=', messageId)
    .where('user_id', '=', userId)
    .execute();
  await detachText(scope, messageId);
}

/** The text of an answer that is being written, if it is longer than so many bytes. */
export async function openAnswerText(
  { database, userId }: Scope,
  { messageId, longerThan }: { messageId: string; longerThan: number },
): Promise<string | null> {
  const row = await database
    .selectFrom('messages')
    .select('content')
    .where('id', '=', messageId)
    .where('user_id', '=', userId)
    .where('status', 'in', ['running', 'interrupted'])
    .where(({ fn, eb }) => eb(fn<number>('octet_length', ['content']), '>', longerThan))
    .executeTakeFirst();
  return row?.content ?? null;
}

/** Leaves the beginning in the row; the whole stays there when it has grown since it was put into the file. */
async function moveText(scope: Scope, messageId: string, longText: LongText): Promise<void> {
  const moved = await scope.database
    .updateTable('messages')
    .set({ content: longText.beginning })
    .where('id', '=', messageId)
    .where('user_id', '=', scope.userId)
    .where(({ fn, eb }) => eb(fn<number>('octet_length', ['content']), '=', longText.size))
    .returning('id')
    .executeTakeFirst();
  if (moved !== undefined) await attachText(scope, messageId, longText);
}

/** Finishing what has finished already changes nothing. `longText` is its text where a row does not take it. */
export async function finishTurn(scope: Scope, end: FinishTurn, longText: LongText | null): Promise<string> {
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
    ...(typeof end.cachedTokens === 'number' && { cachedTokens: end.cachedTokens }),
    ...(typeof end.savedAt === 'number' && { savedAt: end.savedAt }),
    ...(end.figures === undefined || end.figures === null ? {} : { figures: end.figures }),
  };
  await database
    .updateTable('messages')
    .set({
      status: end.status,
      metadata: JSON.stringify(metadata),
      input_tokens: end.inputTokens,
      output_tokens: end.outputTokens,
      cost_microusd: end.figures?.costMicrousd ?? null,
    })
    .where('id', '=', end.messageId)
    .execute();
  if (longText !== null) await moveText(scope, end.messageId, longText);
  await reviseMessage(scope, end.messageId);
  await endRun(scope, answer.conversation_id);
  return answer.conversation_id;
}

async function conversationOf(changed: Promise<{ conversation_id: string } | undefined>): Promise<string> {
  const row = await changed;
  if (row === undefined) throw messageGone();
  return row.conversation_id;
}
