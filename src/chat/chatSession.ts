import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { SextantError, errorCode } from '../base/errors.ts';
import type { Caller } from '../base/rpc.ts';
import { Turns } from '../base/turns.ts';
import type { ModelRef } from '../models/chatModel.ts';
import { questionLimit } from '../protocol/chatView.ts';
import type { ConversationChanges, ConversationPage } from '../protocol/library.ts';
import type { Conversation, ConversationSummary, Message, StartedTurn, StoreContract } from '../protocol/store.ts';
import type { WrittenPiece } from './answerWriter.ts';
import { callAgain } from './callAgain.ts';
import type { ContextSource } from './context.ts';
import { conversationTitle } from './conversationTitle.ts';
import { askForTitle } from './modelTitle.ts';
import { offlineModel } from './offlineModel.ts';
import { RunningAnswers } from './runningAnswers.ts';
import type { ChatModels, Turn } from './turn.ts';

/** What the session says while it works; each is an event of the chat view. */
export type ChatEvent =
  | { readonly type: 'conversation'; readonly conversation: Conversation | null }
  /** The list of conversations or the folders are no longer as they were. */
  | { readonly type: 'conversations' }
  /** Why the chat that was shown is no longer shown; a sentence. */
  | { readonly type: 'gone'; readonly message: string }
  | { readonly type: 'message'; readonly message: Message }
  | ({ readonly type: 'delta'; readonly messageId: string } & WrittenPiece);

/** What a session asks of the window that it runs in. */
export interface ChatSurroundings {
  readonly workspaceUri: string | null;
  /** The model that answers the next question. */
  currentModel(): ModelRef;
  /** Null when the user has switched the workspace context off. */
  contextSource(): ContextSource | null;
  /** Whether the model that has answered first is asked to name the chat. */
  titlesByModel(): boolean;
}

/** A question on its way from the view. */
interface Sent {
  /** The same one again asks nothing new. */
  readonly clientMessageId: string;
  readonly text: string;
}

const REFRESH_DELAY_MS = 150;
/** How often to look whether a window that answers elsewhere still lives. */
const WATCH_MS = 5_000;
const PAGE = 100;
const TITLE_PATIENCE_MS = 30_000;

/**
 * One window's chat: which conversation is shown, and the turns that this window runs. It holds no
 * history of its own; the store is the truth, also about what other windows do.
 */
export class ChatSession implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #models: ChatModels;
  readonly #surroundings: ChatSurroundings;
  readonly #subscriptions = new DisposableStore();
  readonly #events = this.#subscriptions.add(new Emitter<ChatEvent>());
  readonly #answers: RunningAnswers;
  /** Turns start one after the other, so that each sees whether another one runs. */
  readonly #starts = new Turns();
  readonly #closed = new AbortController();
  /** Conversations whose model was asked for a title: it is asked once. */
  readonly #titled = new Set<string>();
  #shownId: string | null = null;
  /** Null is a choice too, once a new chat was asked for: what other windows show is then no longer of interest. */
  #isChosen = false;
  #refresh: { readonly dueAtMs: number; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  readonly onDidChange = this.#events.event;

  constructor(store: Caller<StoreContract>, models: ChatModels, surroundings: ChatSurroundings) {
    this.#store = store;
    this.#models = models;
    this.#surroundings = surroundings;
    this.#answers = this.#subscriptions.add(new RunningAnswers(store, models));
    this.#subscriptions.add({
      dispose: () => {
        this.#closed.abort();
        clearTimeout(this.#refresh?.timer);
      },
    });
    this.#subscriptions.add(
      store.on('changed', ({ conversationId }) => {
        // What this window writes while it answers reaches the view by events of its own.
        if (conversationId === null || !this.#answers.has(conversationId)) this.#refreshSoon(REFRESH_DELAY_MS);
      }),
    );
  }

  /** True while the shown conversation is being answered by this window. */
  get isAnswering(): boolean {
    return this.#shownId !== null && this.#answers.has(this.#shownId);
  }

  /** Shows the conversation that was shown last, if it belongs to this workspace. */
  async restore(): Promise<void> {
    if (!this.#isChosen) await this.#restoreLast();
  }

  /** The conversation that is shown, as it is on disk. */
  async shown(): Promise<Conversation | null> {
    const id = this.#shownId;
    if (id === null) return null;
    const conversation = await callAgain(() => this.#store.call('conversations.get', { id }));
    if (conversation === null && this.#shownId === id) {
      this.#shownId = null;
      const message = 'The chat that was shown here is no longer stored. Perhaps it was deleted in another window.';
      this.#events.fire({ type: 'gone', message });
    }
    // Another window answers, or did: look again, so that its end or its death shows.
    if (conversation?.isRunning === true && !this.#answers.has(id)) this.#refreshSoon(WATCH_MS);
    return conversation;
  }

  list(page: Partial<ConversationPage> = {}): Promise<ConversationSummary[]> {
    return this.#store.call('conversations.list', { limit: PAGE, ...page });
  }

  /** With a message's id, in the branch that this is in. */
  async open(id: string | null, messageId?: string): Promise<void> {
    this.#shownId = id;
    this.#isChosen = true;
    if (messageId !== undefined) await this.#reveal(messageId);
    if (!(await this.#tellShown())) return;
    await this.#store.call('user.setActiveConversation', { conversationId: this.#shownId });
  }

  /** Renames, pins, archives or moves. */
  async update(ids: readonly string[], changes: ConversationChanges): Promise<void> {
    await this.#store.call('conversations.update', { ids, changes });
    this.#refreshSoon(0);
  }

  /** Stops what is answered in them. For some seconds {@link undelete} brings them back. */
  async delete(ids: readonly string[]): Promise<void> {
    await this.#answers.stop(ids);
    await this.#store.call('conversations.delete', { ids });
    await this.#hide(ids);
  }

  /** As the store does; what is answered in its chats is stopped before they are deleted. Gives their ids. */
  async deleteFolder(folder: { id: string; conversations: 'keep' | 'delete' }): Promise<readonly string[]> {
    if (folder.conversations === 'delete') await this.#answers.stopInFolder(folder.id);
    const deleted = await this.#store.call('folders.delete', folder);
    await this.#hide(deleted);
    return deleted;
  }

  async undelete(ids: readonly string[]): Promise<void> {
    await this.#store.call('conversations.undelete', { ids });
    this.#refreshSoon(0);
  }

  /** Stores the question and starts the answer. Sending the same `clientMessageId` twice asks once. */
  send(question: Sent): Promise<{ conversationId: string }> {
    return this.#starts.run(() => this.#send(question));
  }

  /** Asks a question of the shown conversation in other words, as a branch beside it. */
  editMessage(question: Sent & { readonly messageId: string }): Promise<void> {
    return this.#starts.run(() => this.#edit(question));
  }

  /** Answers the question of `messageId` (an answer of the shown conversation) again, beside that answer. */
  regenerate(messageId: string, model: ModelRef = this.#surroundings.currentModel()): Promise<void> {
    return this.#starts.run(() => this.#regenerate(messageId, model));
  }

  /** Goes on with an answer of the shown conversation that was cut short, by the model that had begun it. */
  continueAnswer(messageId: string): Promise<void> {
    return this.#starts.run(() => this.#continue(messageId));
  }

  /** Shows the branch of the shown conversation that the message is in. */
  async showBranch(messageId: string): Promise<void> {
    const id = this.#shownId;
    if (id === null) throw notShown();
    this.#refuseWhileAnswering(id);
    await this.#store.call('conversations.showBranch', { id, messageId });
    await this.#tellShown();
  }

  /** Stops the answer that is being written in the shown conversation; what came stays. */
  async stop(): Promise<void> {
    if (this.#shownId !== null) await this.#answers.stop([this.#shownId]);
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** Gives up the leases, so that the next window need not wait to see that these answers were cut off. */
  releaseLeases(): Promise<void> {
    return this.#answers.releaseLeases();
  }

  /** After a deletion. */
  async #hide(ids: readonly string[]): Promise<void> {
    if (this.#shownId !== null && ids.includes(this.#shownId)) await this.open(null);
    this.#refreshSoon(0);
  }

  /** What is answered here, or is gone by now, is shown as it is. */
  async #reveal(messageId: string): Promise<void> {
    const conversation = await this.shown();
    if (conversation === null || this.isAnswering) return;
    if (conversation.messages.some(({ id }) => id === messageId)) return;
    const branch = { id: conversation.id, messageId };
    await this.#store.call('conversations.showBranch', branch).catch((error: unknown) => {
      if (errorCode(error) !== 'not-found') throw error;
    });
  }

  async #restoreLast(): Promise<void> {
    const { activeConversationId } = await this.#store.call('user.get', null);
    const id = activeConversationId;
    const conversation = id === null ? null : await this.#store.call('conversations.get', { id });
    if (this.#isChosen) return;
    this.#isChosen = true;
    if (conversation?.workspaceUri === this.#surroundings.workspaceUri) this.#shownId = conversation.id;
  }

  async #send({ clientMessageId, text }: Sent): Promise<{ conversationId: string }> {
    checkQuestion(text);
    const before = await this.shown();
    if (before !== null) this.#refuseWhileAnswering(before.id);
    const messages = before?.messages ?? [];
    const turn = await this.#startTurn(before, { clientMessageId, text, parentId: messages.at(-1)?.id ?? null });
    const { conversationId } = turn.user;
    if (turn.created) this.#run(turn.user, turn.assistant, messages);
    if (before === null) await this.open(conversationId);
    else for (const message of [turn.user, turn.assistant]) this.#events.fire({ type: 'message', message });
    this.#refreshSoon(0);
    return { conversationId };
  }

  async #edit({ messageId, clientMessageId, text }: Sent & { readonly messageId: string }): Promise<void> {
    checkQuestion(text);
    const conversation = await this.shown();
    const at = conversation?.messages.findIndex(({ id, role }) => id === messageId && role === 'user') ?? -1;
    const edited = conversation?.messages[at];
    if (conversation === null || edited === undefined) throw notShown();
    this.#refuseWhileAnswering(conversation.id);
    const { parentId } = edited;
    const turn = await this.#startTurn(conversation, { clientMessageId, text, parentId });
    if (turn.created) this.#run(turn.user, turn.assistant, conversation.messages.slice(0, at));
    await this.#tellShown();
  }

  #startTurn(
    conversation: Conversation | null,
    question: Sent & { readonly parentId: string | null },
  ): Promise<StartedTurn> {
    return this.#store.call('turns.start', {
      ...question,
      // Sent again because its reply was lost, the first question of a chat must find that chat.
      conversationId: conversation?.id ?? question.clientMessageId,
      title: conversationTitle(question.text),
      workspaceUri: this.#surroundings.workspaceUri,
      model: this.#surroundings.currentModel(),
      ...this.#answers.lease(),
    });
  }

  async #regenerate(messageId: string, model: ModelRef): Promise<void> {
    if (this.isAnswering) return;
    const shown = await this.#findAnswer(messageId);
    const lease = this.#answers.lease();
    const assistant = await this.#store.call('turns.answerAgain', { userMessageId: shown.user.id, model, ...lease });
    this.#run(shown.user, assistant, shown.before);
    await this.#tellShown();
  }

  async #continue(messageId: string): Promise<void> {
    if (this.isAnswering) return;
    const { user, answer, before } = await this.#findAnswer(messageId);
    // What only quotes has nothing in mind that it could go on with.
    if (answer.model?.provider === offlineModel.provider) return this.#regenerate(messageId, answer.model);
    const lease = this.#answers.lease();
    const resumed = await callAgain(() => this.#store.call('turns.resume', { messageId, ...lease }));
    this.#run(user, resumed, before);
    await this.#tellShown();
  }

  /** An answer that is shown, its question, and what stands before. */
  async #findAnswer(messageId: string): Promise<{ user: Message; answer: Message; before: readonly Message[] }> {
    const messages = (await this.shown())?.messages ?? [];
    const at = messages.findIndex(({ id }) => id === messageId);
    const [user, answer] = [messages[at - 1], messages[at]];
    if (user?.role !== 'user' || answer === undefined) throw notShown();
    return { user, answer, before: messages.slice(0, at - 1) };
  }

  #refuseWhileAnswering(conversationId: string): void {
    if (!this.#answers.has(conversationId)) return;
    throw new SextantError('conflict', 'An answer is still being written. Stop it, or wait for its end.');
  }

  #run(user: Message, answer: Message, before: readonly Message[]): void {
    const { conversationId } = user;
    const turn = {
      answer,
      model: answer.model ?? this.#surroundings.currentModel(),
      question: user.content,
      history: before.filter(({ content }) => content !== '').map(({ role, content }) => ({ role, text: content })),
      context: this.#surroundings.contextSource(),
    };
    const listener = {
      onContext: () => void this.#announce(conversationId, answer.id),
      onWritten: (piece: WrittenPiece) => {
        if (this.#shownId === conversationId) this.#events.fire({ type: 'delta', messageId: answer.id, ...piece });
      },
    };
    void this.#answers.run(turn, listener).then(async (end) => {
      await this.#announce(conversationId, answer.id, end);
      this.#refreshSoon(0);
      if (end.status === 'complete') await this.#askForTitle(turn);
    });
  }

  /** After its first complete answer a chat is named by the model that wrote it, unless a person has named it. */
  async #askForTitle({ answer, model, question }: Turn): Promise<void> {
    const id = answer.conversationId;
    if (model.provider === offlineModel.provider || this.#titled.has(id)) return;
    if (!this.#surroundings.titlesByModel()) return;
    this.#titled.add(id);
    try {
      const conversation = await this.#store.call('conversations.get', { id });
      const written = conversation?.messages.find((message) => message.id === answer.id)?.content ?? '';
      if (conversation?.titleSource !== 'question' || written === '') return;
      const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(TITLE_PATIENCE_MS)]);
      const title = await askForTitle(await this.#models.open(model), { question, answer: written }, signal);
      if (title !== null) await this.#store.call('conversations.setAutomaticTitle', { id, title });
    } catch {
      // The question's own words remain the title.
    }
  }

  /** Tells the view a message as it is on disk; with `end` where the store could not take that end any more. */
  async #announce(conversationId: string, messageId: string, end?: Pick<Message, 'status' | 'error'>): Promise<void> {
    if (this.#shownId !== conversationId) return;
    try {
      const message = await callAgain(() => this.#store.call('messages.get', { messageId }));
      if (message === null || this.#shownId !== conversationId) return;
      const told = end === undefined ? message : { ...message, status: end.status, error: end.error };
      this.#events.fire({ type: 'message', message: told });
    } catch {
      // The store is gone or refuses: the notice over the chat says so, and the next refresh draws anew.
    }
  }

  /** Tells the view the conversation that is shown; false when the user has opened another one meanwhile. */
  async #tellShown(): Promise<boolean> {
    const conversation = await this.shown();
    if (this.#shownId !== (conversation?.id ?? null)) return false;
    this.#events.fire({ type: 'conversation', conversation });
    return true;
  }

  /** A refresh that is due earlier stays: changes that come without a pause must not put it off for ever. */
  #refreshSoon(delayMs: number): void {
    const dueAtMs = performance.now() + delayMs;
    if (this.#refresh !== undefined && this.#refresh.dueAtMs <= dueAtMs) return;
    clearTimeout(this.#refresh?.timer);
    this.#refresh = { dueAtMs, timer: setTimeout(() => void this.#tellAll(), delayMs) };
  }

  async #tellAll(): Promise<void> {
    this.#refresh = undefined;
    try {
      this.#events.fire({ type: 'conversations' });
      // Before it is known what to show, there is nothing to tell; it would come after what is told then.
      if (this.#isChosen && !this.isAnswering) await this.#tellShown();
    } catch {
      // As above: the next change asks again.
    }
  }
}

function checkQuestion(text: string): void {
  if (text.trim() === '') throw new SextantError('invalid', 'Type a question first.');
  if (text.length > questionLimit) {
    throw new SextantError(
      'invalid',
      'The question is longer than a million characters. Shorten it, or ask about a file.',
    );
  }
}

function notShown(): SextantError {
  return new SextantError('not-found', 'This message is no longer in the conversation.');
}
