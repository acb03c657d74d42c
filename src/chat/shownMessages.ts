import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { Caller } from '../base/rpc.ts';
import type { MessageNode, MessagePage } from '../protocol/library.ts';
import type { Conversation, Feedback, Message, QueuedQuestion, StoreContract } from '../protocol/store.ts';
import { callAgain } from './callAgain.ts';
import { checkQuestion } from './checkQuestion.ts';

/** What is shown, as its session knows it. */
export interface ShownChat {
  /** The id of the shown conversation; throws where none is. */
  id(): string;
  /** Throws while this window writes an answer in it. */
  refuseWhileAnswering(): void;
  /** Stops those of its answers that are being written; resolves when they have ended. */
  stop(messageIds: readonly string[]): Promise<void>;
  /** Tells the view the conversation, or one message of it, anew. */
  tell(): Promise<unknown>;
  tellMessage(messageId: string): Promise<void>;
  tellQueue(conversationId: string, queue: readonly QueuedQuestion[]): void;
}

/** What a reader does with the messages of the shown conversation, other than asking. */
export class ShownMessages {
  readonly #store: Caller<StoreContract>;
  readonly #shown: ShownChat;

  constructor(store: Caller<StoreContract>, shown: ShownChat) {
    this.#store = store;
    this.#shown = shown;
  }

  /** Lets a question wait for its turn. */
  async queue(conversationId: string, question: QueuedQuestion): Promise<void> {
    const queue = await callAgain(() => this.#store.call('queue.put', { conversationId, ...question }));
    this.#shown.tellQueue(conversationId, queue);
  }

  /** Changes the text of a question that waits. */
  async changeQueued(question: QueuedQuestion): Promise<void> {
    checkQuestion(question.text);
    await this.queue(this.#shown.id(), question);
  }

  async dropQueued(id: string): Promise<void> {
    const conversationId = this.#shown.id();
    this.#shown.tellQueue(conversationId, await this.#store.call('queue.remove', { conversationId, id }));
  }

  /** As the store's `messages.page` and `messages.find`. */
  page(page: MessagePage): Promise<readonly Message[]> {
    return callAgain(() => this.#store.call('messages.page', page));
  }

  find(words: { conversationId: string; words: string }): Promise<readonly string[]> {
    return callAgain(() => this.#store.call('messages.find', words));
  }

  /** All that is shown of a conversation, for the clipboard. */
  async markdown(id: string): Promise<string> {
    const conversation = await callAgain(() => this.#store.call('conversations.get', { id }));
    if (conversation === null) throw notShown();
    const said = conversation.messages.map(
      ({ role, content }) => `## ${role === 'user' ? 'Question' : 'Answer'}\n\n${content.trim()}\n`,
    );
    return said.join('\n');
  }

  /** Every message, those of all branches. */
  branches(): Promise<readonly MessageNode[]> {
    return this.#store.call('conversations.branches', { id: this.#shown.id() });
  }

  /** Shows the branch that the message is in. */
  async showBranch(messageId: string): Promise<void> {
    this.#shown.refuseWhileAnswering();
    await this.#store.call('conversations.showBranch', { id: this.#shown.id(), messageId });
    await this.#shown.tell();
  }

  /** Goes on with one of the answers that are compared; the others remain beside it, as far as they have come. */
  async keep(messageId: string): Promise<void> {
    const id = this.#shown.id();
    const { comparison = [] } = (await this.#store.call('conversations.get', { id })) ?? {};
    await this.#shown.stop(comparison.map((each) => each.id).filter((each) => each !== messageId));
    await this.#store.call('conversations.showBranch', { id, messageId });
    await this.#shown.tell();
  }

  /** Takes a file's change of an answer for unwanted, or no longer. */
  async discard(messageId: string, path: string, isDiscarded: boolean): Promise<void> {
    const { discarded = [] } = (await this.#store.call('messages.get', { messageId })) ?? {};
    const others = discarded.filter((each) => each !== path);
    const change = { messageId, discarded: isDiscarded ? [...others, path] : others };
    await this.#store.call('messages.setDiscarded', change);
    await this.#shown.tellMessage(messageId);
  }

  /** Deletes a question with all that follows it, or an answer with what follows that; see the store. */
  async delete(messageId: string): Promise<void> {
    this.#shown.refuseWhileAnswering();
    await this.#store.call('messages.delete', { messageId });
    await this.#shown.tell();
  }

  /** Goes on from before a message; it and what follows it stay, as another version. */
  async takeOut(messageId: string): Promise<void> {
    this.#shown.refuseWhileAnswering();
    await this.#store.call('messages.takeOut', { messageId });
    await this.#shown.tell();
  }

  async setFeedback(messageId: string, feedback: Feedback | null): Promise<void> {
    await this.#store.call('messages.setFeedback', { messageId, feedback });
    await this.#shown.tellMessage(messageId);
  }
}

/** An answer that is shown, or compared, its question, and what stands before. */
export function findAnswer(
  shown: Conversation | null,
  messageId: string,
): { readonly user: Message; readonly answer: Message; readonly before: readonly Message[] } {
  const messages = shown?.messages ?? [];
  const compared = shown?.comparison?.find(({ id }) => id === messageId);
  const at = compared === undefined ? messages.findIndex(({ id }) => id === messageId) : messages.length - 1;
  const [user, answer] = [messages[at - 1], compared ?? messages[at]];
  if (user?.role !== 'user' || answer === undefined) throw notShown();
  return { user, answer, before: messages.slice(0, at - 1) };
}

/** The error for a message that the view shows and the conversation no longer has. */
export function notShown(): SextantError {
  return new SextantError('not-found', t('This message is no longer in the conversation.'));
}

/** Why a chat that the view shows is shown no more. */
export function shownChatGone(): string {
  return 'The chat that was shown here is no longer stored. Perhaps it was deleted in another window.';
}

/** The error for what has to wait until an answer has ended. */
export function stillAnswering(): SextantError {
  return new SextantError('conflict', t('An answer is still being written. Stop it, or wait for its end.'));
}
