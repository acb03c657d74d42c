import type { ModelRef } from '../models/chatModel.ts';
import type { Held } from '../protocol/held.ts';
import type { Message, QuestionContext, QueuedQuestion, ShownConversation } from '../protocol/store.ts';
import type { WrittenPiece } from './answerWriter.ts';

/** What the session says while it works; each is an event of the chat view. */
export type ChatEvent =
  | { readonly type: 'conversation'; readonly conversation: ShownConversation | null }
  /** The list of conversations or the folders are no longer as they were. */
  | { readonly type: 'conversations' }
  /** Why the chat that was shown is no longer shown; a sentence. */
  | { readonly type: 'gone'; readonly message: string }
  | ConversationEvent;

/** What all views of a conversation are told while their window works at it. */
export type ConversationEvent =
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'queue'; readonly conversationId: string; readonly queue: readonly QueuedQuestion[] }
  | { readonly type: 'held'; readonly messageId: string; readonly held: Held | null }
  | ({ readonly type: 'delta'; readonly messageId: string } & WrittenPiece);

/** A question on its way from the view. */
export interface NewQuestion {
  /** The same one again asks nothing new. */
  readonly clientMessageId: string;
  readonly text: string;
  readonly context?: QuestionContext;
  /** Who answers too, to be compared. */
  readonly otherModels?: readonly ModelRef[];
}
