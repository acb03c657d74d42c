import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { SextantError } from '../base/errors.ts';
import { uuidV7 } from '../base/identifiers.ts';
import type { Caller } from '../base/rpc.ts';
import { Turns } from '../base/turns.ts';
import type { ModelRef } from '../models/chatModel.ts';
import { questionLimit } from '../protocol/chatView.ts';
import type { ConversationChanges, ConversationPage } from '../protocol/library.ts';
import type { Conversation, ConversationSummary, Message, StoreContract } from '../protocol/store.ts';
import type { WrittenPiece } from './answerWriter.ts';
import type { ContextSource } from './context.ts';
import { conversationTitle } from './conversationTitle.ts';
import { type ChatModels, runTurn } from './turn.ts';

/** What the session says while it works; each is an event of the chat view. */
export type ChatEvent =
  | { readonly type: 'conversation'; readonly conversation: Conversation | null }
  /** The list of conversations or the folders are no longer as they were. */
  | { readonly type: 'conversations' }
  | { readonly type: 'message'; readonly message: Message }
  | ({ readonly type: 'delta'; readonly messageId: string } & WrittenPiece);

/** What a session asks of the window that it runs in. */
export interface ChatSurroundings {
  readonly workspaceUri: string | null;
  /** The model that answers the next question. */
  currentModel(): ModelRef;
  /** Null when the user has switched the workspace context off. */
  contextSource(): ContextSource | null;
}

interface RunningTurn {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

const LEASE_MS = 15_000;
const LEASE_RENEWAL_MS = 5_000;
const REFRESH_DELAY_MS = 150;
const PAGE = 100;

/**
 * One window's chat: which conversation is shown, and the turns that this window runs. It holds no
 * history of its own; the store is the truth, also about what other windows do.
 */
export class ChatSession implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #models: ChatModels;
  readonly #surroundings: ChatSurroundings;
  readonly #owner = uuidV7(Date.now());
  readonly #running = new Map<string, RunningTurn>();
  readonly #subscriptions = new DisposableStore();
  readonly #events = this.#subscriptions.add(new Emitter<ChatEvent>());
  /** Turns start one after the other, so that each sees whether another one runs. */
  readonly #starts = new Turns();
  #shownId: string | null = null;
  /** Null is a choice too, once a new chat was asked for: what other windows show is then no longer of interest. */
  #isChosen = false;
  #refresh: { readonly dueAtMs: number; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  readonly onDidChange = this.#events.event;

  constructor(store: Caller<StoreContract>, models: ChatModels, surroundings: ChatSurroundings) {
    this.#store = store;
    this.#models = models;
    this.#surroundings = surroundings;
    const renewal = setInterval(() => void this.#renewLeases(Date.now() + LEASE_MS), LEASE_RENEWAL_MS);
    this.#subscriptions.add({
      dispose: () => {
        clearInterval(renewal);
        clearTimeout(this.#refresh?.timer);
      },
    });
    this.#subscriptions.add(
      store.on('changed', ({ conversationId }) => {
        // What this window writes while it answers reaches the view by events of its own.
        if (conversationId === null || !this.#running.has(conversationId)) this.#refreshSoon(REFRESH_DELAY_MS);
      }),
    );
  }

  /** True while the shown conversation is being answered by this window. */
  get isAnswering(): boolean {
    return this.#shownId !== null && this.#running.has(this.#shownId);
  }

  /** Shows the conversation that was shown last, if it belongs to this workspace. */
  async restore(): Promise<void> {
    if (!this.#isChosen) await this.#restoreLast();
  }

  /** The conversation that is shown, as it is on disk. */
  async shown(): Promise<Conversation | null> {
    const id = this.#shownId;
    if (id === null) return null;
    const conversation = await this.#store.call('conversations.get', { id });
    if (conversation === null && this.#shownId === id) this.#shownId = null;
    // Another window answers, or did: look again, so that its end or its death shows.
    if (conversation?.isRunning === true && !this.#running.has(id)) this.#refreshSoon(LEASE_RENEWAL_MS);
    return conversation;
  }

  list(page: Partial<ConversationPage> = {}): Promise<ConversationSummary[]> {
    return this.#store.call('conversations.list', { limit: PAGE, ...page });
  }

  async open(id: string | null): Promise<void> {
    this.#shownId = id;
    this.#isChosen = true;
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
    const running = ids.flatMap((id) => this.#running.get(id) ?? []);
    for (const { abort } of running) abort.abort();
    await Promise.all(running.map(({ done }) => done));
    await this.#store.call('conversations.delete', { ids });
    if (this.#shownId !== null && ids.includes(this.#shownId)) await this.open(null);
    this.#refreshSoon(0);
  }

  async undelete(ids: readonly string[]): Promise<void> {
    await this.#store.call('conversations.undelete', { ids });
    this.#refreshSoon(0);
  }

  /** Stores the question and starts the answer. Sending the same `clientMessageId` twice asks once. */
  send(question: { clientMessageId: string; text: string }): Promise<{ conversationId: string }> {
    return this.#starts.run(() => this.#send(question));
  }

  /** Answers the question of `messageId` (an answer of the shown conversation) again, beside that answer. */
  retry(messageId: string): Promise<void> {
    return this.#starts.run(() => this.#retry(messageId));
  }

  /** Stops the answer that is being written in the shown conversation; what came stays. */
  async stop(): Promise<void> {
    const running = this.#shownId === null ? undefined : this.#running.get(this.#shownId);
    running?.abort.abort();
    await running?.done;
  }

  dispose(): void {
    for (const { abort } of this.#running.values()) abort.abort();
    this.#subscriptions.dispose();
  }

  /** Gives up the leases, so that the next window need not wait to see that these answers were cut off. */
  async releaseLeases(): Promise<void> {
    await this.#renewLeases(0);
  }

  async #restoreLast(): Promise<void> {
    const { activeConversationId } = await this.#store.call('user.get', null);
    const id = activeConversationId;
    const conversation = id === null ? null : await this.#store.call('conversations.get', { id });
    if (this.#isChosen) return;
    this.#isChosen = true;
    if (conversation?.workspaceUri === this.#surroundings.workspaceUri) this.#shownId = conversation.id;
  }

  async #send(question: { clientMessageId: string; text: string }): Promise<{ conversationId: string }> {
    const { clientMessageId, text } = question;
    if (text.trim() === '') throw new SextantError('invalid', 'Type a question first.');
    if (text.length > questionLimit) {
      throw new SextantError(
        'invalid',
        'The question is longer than a million characters. Shorten it, or ask about a file.',
      );
    }
    const before = await this.shown();
    if (before !== null && this.#running.has(before.id)) {
      throw new SextantError('conflict', 'An answer is still being written. Stop it, or wait for its end.');
    }
    const model = this.#surroundings.currentModel();
    const turn = await this.#store.call('turns.start', {
      // Sent again because its reply was lost, the first question of a chat must find that chat.
      conversationId: before?.id ?? clientMessageId,
      title: conversationTitle(text),
      workspaceUri: this.#surroundings.workspaceUri,
      clientMessageId,
      text,
      model,
      parentId: before?.messages.at(-1)?.id ?? null,
      owner: this.#owner,
      leaseUntil: Date.now() + LEASE_MS,
    });
    const { conversationId } = turn.user;
    if (turn.created) this.#run(turn.user, turn.assistant, before?.messages ?? []);
    if (before === null) await this.open(conversationId);
    else for (const message of [turn.user, turn.assistant]) this.#events.fire({ type: 'message', message });
    this.#refreshSoon(0);
    return { conversationId };
  }

  async #retry(messageId: string): Promise<void> {
    const conversation = await this.shown();
    if (conversation !== null && this.#running.has(conversation.id)) return;
    const messages = conversation?.messages ?? [];
    const at = messages.findIndex(({ id }) => id === messageId);
    const user = messages[at - 1];
    if (conversation === null || user?.role !== 'user') {
      throw new SextantError('not-found', 'This answer is no longer in the conversation.');
    }
    const assistant = await this.#store.call('turns.answerAgain', {
      userMessageId: user.id,
      model: this.#surroundings.currentModel(),
      owner: this.#owner,
      leaseUntil: Date.now() + LEASE_MS,
    });
    this.#run(user, assistant, messages.slice(0, at - 1));
    await this.#tellShown();
  }

  #run(user: Message, assistant: Message, before: readonly Message[]): void {
    const abort = new AbortController();
    const { conversationId } = user;
    const turn = {
      answer: assistant,
      model: assistant.model ?? this.#surroundings.currentModel(),
      question: user.content,
      history: before.filter(({ content }) => content !== '').map(({ role, content }) => ({ role, text: content })),
      context: this.#surroundings.contextSource(),
    };
    const ifShown = (event: ChatEvent): void => {
      if (this.#shownId === conversationId) this.#events.fire(event);
    };
    const listener = {
      onContext: () => void this.#announce(conversationId, assistant.id),
      onWritten: (piece: WrittenPiece) => {
        ifShown({ type: 'delta', messageId: assistant.id, ...piece });
      },
    };
    const done = runTurn(turn, this.#store, this.#models, listener, abort.signal).then(async (end) => {
      this.#running.delete(conversationId);
      await this.#announce(conversationId, assistant.id, end);
      this.#refreshSoon(0);
    });
    this.#running.set(conversationId, { abort, done });
  }

  /** Tells the view a message as it is on disk; with `end` where the store could not take that end any more. */
  async #announce(conversationId: string, messageId: string, end?: Pick<Message, 'status' | 'error'>): Promise<void> {
    if (this.#shownId !== conversationId) return;
    try {
      const conversation = await this.#store.call('conversations.get', { id: conversationId });
      const message = conversation?.messages.find(({ id }) => id === messageId);
      if (message === undefined || this.#shownId !== conversationId) return;
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
      if (!this.isAnswering) await this.#tellShown();
    } catch {
      // As above: the next change asks again.
    }
  }

  async #renewLeases(leaseUntil: number): Promise<void> {
    const renewals = [...this.#running.keys()].map((conversationId) =>
      this.#store.call('turns.renewLease', { conversationId, owner: this.#owner, leaseUntil }).catch(() => undefined),
    );
    await Promise.all(renewals);
  }
}
