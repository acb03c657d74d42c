import { SextantError } from '../base/errors.ts';
import type { ContextPassage, FinishTurn } from '../protocol/store.ts';
import type { MessageMetadata } from './messageRows.ts';
import { reviseMessage } from './revisionRepository.ts';
import { endRun } from './runRepository.ts';
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

/** Only the piece is written, whatever stands there already. */
export async function appendToAnswer(
  { database, userId }: Scope,
  { messageId, text, reasoning }: { messageId: string; text: string; reasoning: string },
): Promise<string> {
  return conversationOf(
    database
      .updateTable('messages')
      .set((expression) => ({
        content: expression('content', '||', text),
        reasoning: expression('reasoning', '||', reasoning),
      }))
      .where('id', '=', messageId)
      .where('user_id', '=', userId)
      .where('status', 'in', ['running', 'interrupted'])
      .returning('conversation_id')
      .executeTakeFirst(),
  );
}

/** Finishing what has finished already changes nothing. */
export async function finishTurn(scope: Scope, end: FinishTurn): Promise<string> {
  const { database, userId } = scope;
  const metadata: MessageMetadata = { error: end.error, finishReason: end.finishReason };
  const finished = await database
    .updateTable('messages')
    .set({
      status: end.status,
      metadata: JSON.stringify(metadata),
      input_tokens: end.inputTokens,
      output_tokens: end.outputTokens,
    })
    .where('id', '=', end.messageId)
    .where('user_id', '=', userId)
    .where('status', 'in', ['running', 'interrupted'])
    .returning('conversation_id')
    .executeTakeFirst();
  if (finished === undefined) {
    const known = database
      .selectFrom('messages')
      .select('conversation_id')
      .where('id', '=', end.messageId)
      .where('user_id', '=', userId);
    return conversationOf(known.executeTakeFirst());
  }
  await reviseMessage(scope, end.messageId);
  await endRun(scope, finished.conversation_id);
  return finished.conversation_id;
}

/** The error for a message that was deleted, or was never there. */
export function messageGone(): SextantError {
  return new SextantError(
    'not-found',
    'This message is gone: its conversation was deleted, perhaps in another window.',
  );
}

async function conversationOf(changed: Promise<{ conversation_id: string } | undefined>): Promise<string> {
  const row = await changed;
  if (row === undefined) throw messageGone();
  return row.conversation_id;
}
