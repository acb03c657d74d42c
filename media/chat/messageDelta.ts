import type { ChatHostContract } from '../../src/protocol/chatView.ts';
import type { Message } from '../../src/protocol/store.ts';

export type Delta = ChatHostContract['events']['delta'];

/**
 * The message with a piece added at its end. A piece that is there already changes nothing, one that
 * overlaps adds its new part. Null when a piece before it is missing or the texts differ.
 */
export function applyDelta(message: Message, delta: Delta): Message | null {
  const content = withPiece(message.content, delta.offset, delta.text);
  const reasoning = withPiece(message.reasoning, delta.reasoningOffset, delta.reasoning);
  if (content === null || reasoning === null) return null;
  const isThere = content === message.content && reasoning === message.reasoning;
  return isThere ? message : { ...message, content, reasoning };
}

function withPiece(text: string, offset: number, piece: string): string | null {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > text.length) return null;
  const known = text.slice(offset, offset + piece.length);
  return piece.startsWith(known) ? text + piece.slice(known.length) : null;
}

/**
 * The one of two states of the same message that knows more: what the host read from its store may be
 * older than the pieces that have arrived since.
 */
export function newerOf(known: Message, incoming: Message): Message {
  // An interrupted answer may turn out to be alive after all; one that has ended is so only when it was opened again.
  const hasEnded = known.status !== 'running' && known.status !== 'interrupted';
  const hasMore =
    goesOn(known.content, incoming.content) ||
    (known.content === incoming.content && goesOn(known.reasoning, incoming.reasoning));
  const isResumed = incoming.resumeCount > known.resumeCount;
  const isStale = incoming.resumeCount < known.resumeCount;
  const isOlder = isStale || (!isResumed && incoming.status === 'running' && (hasEnded || hasMore));
  return isOlder ? { ...known, context: incoming.context.length > 0 ? incoming.context : known.context } : incoming;
}

function goesOn(text: string, from: string): boolean {
  return text.length > from.length && text.startsWith(from);
}
