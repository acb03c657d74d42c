import type { ChatHostContract } from '../../src/protocol/chatView.ts';
import type { Message } from '../../src/protocol/store.ts';

export type Delta = ChatHostContract['events']['delta'];

/**
 * The message with a piece added at its end. A piece that is there already changes nothing, one that
 * overlaps adds its new part. Null when a piece before it is missing or the texts differ.
 */
export function applyDelta(message: Message, { offset, text, reasoning }: Delta): Message | null {
  const { content } = message;
  if (offset > content.length || !Number.isSafeInteger(offset) || offset < 0) return null;
  const known = content.slice(offset, offset + text.length);
  if (!text.startsWith(known)) return null;
  if (text !== '' && known.length === text.length) return message;
  return { ...message, content: content + text.slice(known.length), reasoning: message.reasoning + reasoning };
}

/**
 * The one of two states of the same message that knows more: what the host read from its store may be
 * older than the pieces that have arrived since.
 */
export function newerOf(known: Message, incoming: Message): Message {
  // An interrupted answer may turn out to be alive after all; one that has ended never does.
  const hasEnded = known.status !== 'running' && known.status !== 'interrupted';
  const hasMore = known.content.length > incoming.content.length && known.content.startsWith(incoming.content);
  const isOlder = incoming.status === 'running' && (hasEnded || hasMore);
  return isOlder ? { ...known, context: incoming.context.length > 0 ? incoming.context : known.context } : incoming;
}
