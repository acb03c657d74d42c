import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { errorCode } from '../base/errors.ts';
import type { Caller } from '../base/rpc.ts';
import type { ModelRef } from '../models/chatModel.ts';
import { messagePage } from '../protocol/chatView.ts';
import type { ConversationChanges } from '../protocol/library.ts';
import type {
  Conversation,
  ConversationSummary,
  Message,
  ShownConversation,
  StartTurn,
  StartedTurn,
  StoreContract,
} from '../protocol/store.ts';
import { contextToKeep } from './attach/questionContext.ts';
import { turnHistory } from './attach/readConversation.ts';
import type { WrittenPiece } from './answerWriter.ts';
import { callAgain } from './callAgain.ts';
import type { ChatEvent, ConversationEvent, NewQuestion } from './chatEvent.ts';
import type { ChatSurroundings } from './chatSurroundings.ts';
import { checkQuestion } from './checkQuestion.ts';
import { conversationTitle } from './conversationTitle.ts';
import { offlineModel } from './offlineModel.ts';
import { ShownMessages, findAnswer, notShown, shownChatGone, stillAnswering } from './shownMessages.ts';
import type { Turn } from './turn.ts';
import type { WhenToSummarise } from './window/fitPrompt.ts';
import type { Told, WindowChats } from './windowChats.ts';

const REFRESH_DELAY_MS = 150;
/** How often to look whether a window that answers elsewhere still lives. */
const WATCH_MS = 5_000;

/**
 * The chat of one view: which conversation is shown, and what is asked in it. It holds no history of its own; the
 * store is the truth, also about what other windows do, and what runs belongs to the window.
 */
export class ChatSession implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #surroundings: ChatSurroundings;
  readonly #subscriptions = new DisposableStore();
  readonly #events = this.#subscriptions.add(new Emitter<ChatEvent>());
  readonly #window: WindowChats;
  #shownId: string | null = null;
  /** Null is a choice too, once a new chat was asked for: what other windows show is then no longer of interest. */
  #isChosen = false;
  #refresh: { readonly dueAtMs: number; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  readonly onDidChange = this.#events.event;
  readonly messages: ShownMessages;

  constructor(store: Caller<StoreContract>, window: WindowChats, surroundings: ChatSurroundings) {
    this.#store = store;
    this.#surroundings = surroundings;
    this.#window = window;
    this.messages = new ShownMessages(store, {
      id: () => this.#requireShown(),
      refuseWhileAnswering: () => {
        this.#refuseWhileAnswering(this.#requireShown());
      },
      stop: (messageIds) => this.#window.answers.stop([this.#requireShown()], messageIds),
      tell: () => this.#tellEverywhere(),
      tellMessage: (messageId) => window.announce(messageId),
      tellQueue: (conversationId, queue) => {
        window.tell({ conversationId, event: { type: 'queue', conversationId, queue } });
      },
    });
    this.#subscriptions.add(window.onDidTell(this.#hear.bind(this)));
    this.#subscriptions.add({
      dispose: () => {
        clearTimeout(this.#refresh?.timer);
      },
    });
    this.#subscriptions.add(
      store.on('changed', ({ conversationId }) => {
        // What this window writes while it answers reaches the view by events of its own.
        if (conversationId === null || !this.#window.answers.has(conversationId)) this.#refreshSoon(REFRESH_DELAY_MS);
      }),
    );
  }

  get shownId(): string | null {
    return this.#shownId;
  }

  /** True while the shown conversation is being answered by this window. */
  get isAnswering(): boolean {
    return this.#shownId !== null && this.#window.answers.has(this.#shownId);
  }

  /** In the main view: shows the conversation that was shown there last, if it belongs to this workspace. */
  async restore(): Promise<void> {
    if (!this.#isChosen && this.#surroundings.isMain) await this.#restoreLast();
  }

  /** The conversation that is shown, as it is on disk. */
  shown(): Promise<Conversation | null> {
    return this.#readShown((id) => this.#store.call('conversations.get', { id }));
  }

  /** As a view needs it to be drawn at its end. */
  outline(): Promise<ShownConversation | null> {
    return this.#readShown((id) => this.#store.call('conversations.outline', { id, newest: messagePage }));
  }

  /** With a message's id, in the branch that this is in. */
  async open(id: string | null, messageId?: string): Promise<void> {
    this.#shownId = id;
    this.#isChosen = true;
    if (messageId !== undefined) await this.#reveal(messageId);
    if (!(await this.#tellShown())) return;
    if (!this.#surroundings.isMain) return;
    // It is only where the next window begins: nobody waits for the disk to read a chat.
    this.#store.call('user.setActiveConversation', { conversationId: this.#shownId }).catch(() => undefined);
  }

  /** Renames, pins, archives or moves. */
  async update(ids: readonly string[], changes: ConversationChanges): Promise<void> {
    await this.#store.call('conversations.update', { ids, changes });
    this.#refreshSoon(0);
  }

  /** Stops what is answered in them. For some seconds {@link undelete} brings them back. */
  async delete(ids: readonly string[]): Promise<void> {
    await this.#window.answers.stop(ids);
    await this.#store.call('conversations.delete', { ids });
    await this.#hide(ids);
  }

  /** As the store does; what is answered in its chats is stopped before they are deleted. Gives their ids. */
  async deleteFolder(folder: { id: string; conversations: 'keep' | 'delete' }): Promise<readonly string[]> {
    if (folder.conversations === 'delete') await this.#window.answers.stopInFolder(folder.id);
    const deleted = await this.#store.call('folders.delete', folder);
    await this.#hide(deleted);
    return deleted;
  }

  async undelete(ids: readonly string[]): Promise<void> {
    await this.#store.call('conversations.undelete', { ids });
    this.#refreshSoon(0);
  }

  /** Stores the question and starts the answer, or queues it where one is written. The same `clientMessageId` twice asks once. */
  send(question: NewQuestion): Promise<{ conversationId: string }> {
    return this.#window.starts.run(() => this.#send(question));
  }

  /** Asks a question of the shown conversation in other words, or with another context, as a branch; stops as {@link askQueuedNow}. */
  editMessage(question: NewQuestion & { readonly messageId: string }): Promise<void> {
    return this.#window.starts.run(() => this.#edit(question));
  }

  /** Answers the question of `messageId` (an answer of the shown conversation) again, beside that answer. */
  regenerate(messageId: string, model?: ModelRef, summarise?: WhenToSummarise): Promise<void> {
    return this.#window.starts.run(() => this.#regenerate(messageId, model, summarise));
  }

  /** Goes on with an answer of the shown conversation that was cut short, by the model that had begun it. */
  continueAnswer(messageId: string): Promise<void> {
    return this.#window.starts.run(() => this.#continue(messageId));
  }

  /** Asks a question that waits, before all others; an answer that is being written here is stopped, and what came stays. */
  askQueuedNow(id: string): Promise<void> {
    return this.#window.starts.run(async () => {
      await this.stop();
      await this.#askQueued(await this.shown(), id);
    });
  }

  /** Stops what is being written in the shown conversation, or one answer of it; what came stays. */
  async stop(answerId?: string): Promise<void> {
    if (this.#shownId !== null)
      await this.#window.answers.stop([this.#shownId], answerId === undefined ? undefined : [answerId]);
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #hide(ids: readonly string[]): Promise<void> {
    if (this.#shownId !== null && ids.includes(this.#shownId)) await this.open(null);
    this.#refreshSoon(0);
  }

  /** What is answered here, or is gone by now, is shown as it is. */
  async #reveal(messageId: string): Promise<void> {
    const conversation = await this.outline();
    if (conversation === null || this.isAnswering) return;
    if (conversation.outline.some(({ id }) => id === messageId)) return;
    const branch = { id: conversation.id, messageId };
    await this.#store.call('conversations.showBranch', branch).catch((error: unknown) => {
      if (errorCode(error) !== 'not-found') throw error;
    });
  }

  async #readShown<C extends ConversationSummary>(read: (id: string) => Promise<C | null>): Promise<C | null> {
    const id = this.#shownId;
    if (id === null) return null;
    const conversation = await callAgain(() => read(id));
    if (conversation === null && this.#shownId === id) {
      this.#shownId = null;
      this.#events.fire({ type: 'gone', message: shownChatGone() });
    }
    // Another window answers, or did: look again, so that its end or its death shows.
    if (conversation?.isRunning === true && !this.#window.answers.has(id)) this.#refreshSoon(WATCH_MS);
    return conversation;
  }

  async #restoreLast(): Promise<void> {
    const { activeConversationId: id } = await this.#store.call('user.get', null);
    // Where it belongs is all that matters here, and a long chat is not read for that.
    const conversation = id === null ? null : await this.#store.call('conversations.outline', { id, newest: 1 });
    if (this.#isChosen) return;
    this.#isChosen = true;
    if (conversation?.workspaceUri === this.#surroundings.workspaceUri) this.#shownId = conversation.id;
  }

  async #send(question: NewQuestion): Promise<{ conversationId: string }> {
    checkQuestion(question.text);
    const before = await this.shown();
    if (before?.isRunning === true || (before !== null && this.#window.answers.has(before.id))) {
      const { clientMessageId: id, otherModels = [], ...queued } = question;
      if (otherModels.length > 0) throw stillAnswering();
      await this.messages.queue(before.id, { id, ...queued });
      return { conversationId: before.id };
    }
    return { conversationId: await this.#ask(before, question) };
  }

  /** Asks at the end of what is shown of a conversation, or begins one. Gives its id. */
  async #ask(before: Conversation | null, question: NewQuestion): Promise<string> {
    const messages = before?.messages ?? [];
    const turn = await this.#startTurn(before, { ...question, parentId: messages.at(-1)?.id ?? null });
    const { conversationId } = turn.user;
    const answers = turn.created ? [turn.assistant, ...turn.others] : [];
    for (const answer of answers) this.#run(turn.user, answer, messages);
    if (before === null) await this.open(conversationId);
    else if (turn.others.length > 0) await this.#tellEverywhere(conversationId);
    else {
      const queue = before.queue.filter(({ id }) => id !== question.clientMessageId);
      const events: ConversationEvent[] = [turn.user, turn.assistant].map((message) => ({ type: 'message', message }));
      if (queue.length < before.queue.length) events.push({ type: 'queue', conversationId, queue });
      for (const event of events) this.#window.tell({ conversationId, event });
    }
    this.#refreshSoon(0);
    return conversationId;
  }

  /** Asks a question that waits, or else the one that waits longest; nothing where none does. */
  async #askQueued(conversation: Conversation | null, id = conversation?.queue[0]?.id): Promise<void> {
    const queued = conversation?.queue.find((each) => each.id === id);
    if (queued === undefined) return;
    const { id: clientMessageId, ...question } = queued;
    await this.#ask(conversation, { clientMessageId, ...question });
  }

  async #edit(question: NewQuestion & { readonly messageId: string }): Promise<void> {
    const { messageId, clientMessageId, text } = question;
    checkQuestion(text);
    const conversation = await this.shown();
    const at = conversation?.messages.findIndex(({ id, role }) => id === messageId && role === 'user') ?? -1;
    const edited = conversation?.messages[at];
    if (conversation === null || edited === undefined) throw notShown();
    await this.stop();
    const { parentId } = edited;
    const context = question.context ?? contextToKeep(edited);
    const turn = await this.#startTurn(conversation, { clientMessageId, text, parentId, context });
    if (turn.created) this.#run(turn.user, turn.assistant, conversation.messages.slice(0, at));
    await this.#tellEverywhere();
  }

  #startTurn(
    conversation: Conversation | null,
    { context, ...question }: NewQuestion & Pick<StartTurn, 'parentId'>,
  ): Promise<StartedTurn> {
    const { model, ...along } = context ?? {};
    const manner = this.#surroundings.manner(conversation);
    const answering = model ?? manner.model;
    return this.#store.call('turns.start', {
      ...question,
      ...along,
      // Sent again because its reply was lost, the first question of a chat must find that chat.
      conversationId: conversation?.id ?? question.clientMessageId,
      title: conversationTitle(question.text),
      workspaceUri: this.#surroundings.workspaceUri,
      model: answering,
      as: manner.as,
      ...this.#window.answers.lease(answering),
    });
  }

  async #regenerate(messageId: string, wanted?: ModelRef, summarise?: WhenToSummarise): Promise<void> {
    const conversation = await this.shown();
    const isCompared = conversation?.comparison?.some(({ id }) => id === messageId) === true;
    if (this.isAnswering && !isCompared) return;
    const { user, before } = findAnswer(conversation, messageId);
    const { as, model } = this.#surroundings.manner(conversation);
    const run = { model: wanted ?? model, as, insteadOf: messageId, ...this.#window.answers.lease(wanted ?? model) };
    const assistant = await this.#store.call('turns.answerAgain', { userMessageId: user.id, ...run });
    this.#run(user, assistant, before, { isFresh: true, ...(summarise === undefined ? {} : { summarise }) });
    await this.#tellEverywhere();
  }

  async #continue(messageId: string): Promise<void> {
    if (this.isAnswering) return;
    const { user, answer, before } = findAnswer(await this.shown(), messageId);
    // What only quotes has nothing in mind that it could go on with.
    if (answer.model?.provider === offlineModel.provider) return this.#regenerate(messageId, answer.model);
    const lease = this.#window.answers.lease(answer.model ?? offlineModel);
    const resumed = await callAgain(() => this.#store.call('turns.resume', { messageId, ...lease }));
    this.#run(user, resumed, before);
    await this.#tellEverywhere();
  }

  #requireShown(): string {
    if (this.#shownId === null) throw notShown();
    return this.#shownId;
  }

  #refuseWhileAnswering(conversationId: string): void {
    if (this.#window.answers.has(conversationId)) throw stillAnswering();
  }

  #run(user: Message, answer: Message, before: readonly Message[], how?: Pick<Turn, 'isFresh' | 'summarise'>): void {
    const { conversationId } = user;
    const { window } = this.#surroundings;
    const { mode, persona } = answer.as ?? { mode: 'ask', persona: null };
    const manner = this.#surroundings.manner({ mode, personaId: persona?.id ?? null });
    const turn: Turn = {
      answer,
      manner,
      model: answer.model ?? manner.model,
      question: user.content,
      sent: user.sent ?? [],
      history: turnHistory(before),
      context: this.#surroundings.contextSource(),
      ...(window === undefined ? {} : { window }),
      ...how,
    };
    const listener = {
      onContext: () => void this.#window.announce(answer.id),
      onHeld: this.#window.holding(answer),
      onWritten: (piece: WrittenPiece) => {
        this.#window.tell({ conversationId, event: { type: 'delta', messageId: answer.id, ...piece } });
      },
    };
    void this.#window.answers.run(turn, listener).then(async (end) => {
      await this.#window.announce(answer.id, end);
      this.#refreshSoon(0);
      // Of several that are compared, what follows waits for the last one.
      if (end.status !== 'complete' || this.#window.answers.has(conversationId)) return;
      void this.#window.titles.nameAfter(turn);
      const askNext = async () => this.#askQueued(await this.#store.call('conversations.get', { id: conversationId }));
      // What cannot be asked now waits on, and is shown.
      await this.#window.starts.run(askNext).catch(() => undefined);
    });
  }

  /** What this or another view of the window has done in the conversation that is shown. */
  #hear({ conversationId, event, teller }: Told): void {
    if (conversationId !== this.#shownId || teller === this) return;
    if (event !== null) this.#events.fire(event);
    else this.#tellShown().catch(() => undefined);
  }

  /** As {@link #tellShown}, and in all views that show the conversation. */
  async #tellEverywhere(conversationId = this.#shownId): Promise<void> {
    if (conversationId !== null) this.#window.tell({ conversationId, event: null, teller: this });
    if (conversationId === this.#shownId) await this.#tellShown();
  }

  /** Tells the view the conversation that is shown; false when the user has opened another one meanwhile. */
  async #tellShown(): Promise<boolean> {
    const conversation = await this.outline();
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
