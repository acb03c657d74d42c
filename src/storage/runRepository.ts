import { type Selectable, sql } from 'kysely';
import { SextantError } from '../base/errors.ts';
import { isAnswering } from './messageRows.ts';
import { ownConversation } from './owned.ts';
import { reviseMessage } from './revisionRepository.ts';
import type { ConversationRow } from './schema.ts';
import type { Scope } from './scope.ts';

/*
 * Who is answering in a conversation, and whether that window still lives: it renews a lease while it
 * does. A status is compared as a literal where an index holds only the rows that have it.
 */

/** Takes over from an owner whose lease has run out: what it left unfinished is interrupted from now on. */
export async function claimRun(
  scope: Scope,
  conversation: Pick<Selectable<ConversationRow>, 'id' | 'status' | 'run_owner' | 'run_lease_until'>,
  owner: string,
): Promise<void> {
  if (isAnswering(conversation, scope.nowMs)) {
    if (conversation.run_owner === owner) return;
    throw isBeingAnswered();
  }
  await interrupt(scope, conversation.id);
}

/** The error for who wants to answer where somebody else does. */
export function isBeingAnswered(): SextantError {
  return new SextantError(
    'conflict',
    'This conversation is being answered in another window. Wait for it, or stop it there.',
  );
}

/** Refused when somebody else answers by now. */
export async function renewLease(
  { database, userId }: Scope,
  { conversationId, owner, leaseUntil }: { conversationId: string; owner: string; leaseUntil: number },
): Promise<void> {
  const [renewed] = await database
    .updateTable('conversations')
    .set({ run_lease_until: leaseUntil })
    .where('id', '=', conversationId)
    .where('user_id', '=', userId)
    .where('run_owner', '=', owner)
    .execute();
  if (renewed?.numUpdatedRows !== 1n) throw new SextantError('conflict', 'This answer is no longer this window’s.');
}

/** Nobody answers any more, unless another answer of the conversation is still being written. */
export async function endRun(scope: Scope, conversationId: string): Promise<void> {
  if ((await readRunning(scope, conversationId)).length > 0) return;
  await scope.database
    .updateTable('conversations')
    .set({ status: 'finished', run_owner: null, run_lease_until: null, updated_at: scope.nowMs })
    .where('id', '=', conversationId)
    .where('user_id', '=', scope.userId)
    .execute();
}

/** Ends what is being answered in a conversation, by whomever. */
export async function stopRun(scope: Scope, conversationId: string): Promise<void> {
  for (const id of await readRunning(scope, conversationId)) {
    await scope.database.updateTable('messages').set({ status: 'stopped' }).where('id', '=', id).execute();
  }
  await endRun(scope, conversationId);
}

/** Milliseconds until the next lease runs out unless it is renewed; null when nobody answers. */
export async function nextLeaseEnd(scope: Scope): Promise<number | null> {
  const runs = await readRuns(scope);
  if (runs.length === 0) return null;
  return Math.max(0, Math.min(...runs.map((run) => (run.run_lease_until ?? 0) - scope.nowMs)));
}

/**
 * Writes down that the answers of windows that are gone were interrupted, as readers already see them; so
 * they can be found by the search too. Gives the ids of their conversations.
 */
export async function interruptDeadRuns(scope: Scope): Promise<string[]> {
  const dead = (await readRuns(scope)).filter((run) => !isAnswering(run, scope.nowMs)).map(({ id }) => id);
  for (const id of dead) {
    await interrupt(scope, id);
    await endRun(scope, id);
  }
  return dead;
}

function readRuns({ database, userId }: Scope) {
  return database
    .selectFrom('conversations')
    .select(['id', 'status', 'run_owner', 'run_lease_until'])
    .where('user_id', '=', userId)
    .where('status', '=', sql.lit('running'))
    .execute();
}

async function interrupt(scope: Scope, conversationId: string): Promise<void> {
  for (const id of await readRunning(scope, conversationId)) {
    await scope.database.updateTable('messages').set({ status: 'interrupted' }).where('id', '=', id).execute();
    await reviseMessage(scope, id);
  }
}

async function readRunning(scope: Scope, conversationId: string): Promise<string[]> {
  const rows = await scope.database
    .selectFrom('messages')
    .select('id')
    .where('conversation_id', '=', ownConversation(scope, conversationId))
    .where('status', '=', sql.lit('running'))
    .execute();
  return rows.map(({ id }) => id);
}
