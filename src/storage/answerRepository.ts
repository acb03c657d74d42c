import type { Kysely } from 'kysely';
import { SextantError } from '../base/errors.ts';
import type { ContextPassage, FinishTurn } from '../protocol/store.ts';
import type { MessageMetadata } from './messageRows.ts';
import type { StoreSchema } from './schema.ts';
import type { Scope } from './scope.ts';

/** Returns the conversation's id, as the ones below do. */
export async function setContext(
  { database }: Scope,
  { messageId, context }: { messageId: string; context: readonly ContextPassage[] },
): Promise<string> {
  return conversationOf(
    database
      .updateTable('messages')
      .set({ context_snapshot: JSON.stringify(context) })
      .where('id', '=', messageId)
      .returning('conversation_id')
      .executeTakeFirst(),
  );
}

/** Only the piece is written, whatever stands there already. */
export async function appendToAnswer(
  { database }: Scope,
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
      .where('status', 'in', ['running', 'interrupted'])
      .returning('conversation_id')
      .executeTakeFirst(),
  );
}

/** Refused when somebody else answers by now. */
export async function renewLease(
  { database }: Scope,
  { conversationId, owner, leaseUntil }: { conversationId: string; owner: string; leaseUntil: number },
): Promise<void> {
  const [renewed] = await database
    .updateTable('conversations')
    .set({ run_lease_until: leaseUntil })
    .where('id', '=', conversationId)
    .where('run_owner', '=', owner)
    .execute();
  if (renewed?.numUpdatedRows !== 1n) throw new SextantError('conflict', 'This answer is no longer this window’s.');
}

/** Finishing what has finished already changes nothing. */
export async function finishTurn({ database, nowMs }: Scope, end: FinishTurn): Promise<string> {
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
    .where('status', 'in', ['running', 'interrupted'])
    .returning('conversation_id')
    .executeTakeFirst();
  if (finished === undefined) {
    const known = database.selectFrom('messages').select('conversation_id').where('id', '=', end.messageId);
    return conversationOf(known.executeTakeFirst());
  }
  const conversationId = finished.conversation_id;
  if (!(await hasRunning(database, conversationId))) {
    await database
      .updateTable('conversations')
      .set({ status: 'finished', run_owner: null, run_lease_until: null, updated_at: nowMs })
      .where('id', '=', conversationId)
      .execute();
  }
  return conversationId;
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

async function hasRunning(database: Kysely<StoreSchema>, conversationId: string): Promise<boolean> {
  const row = await database
    .selectFrom('messages')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('status', '=', 'running')
    .executeTakeFirst();
  return row !== undefined;
}
