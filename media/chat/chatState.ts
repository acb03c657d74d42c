import { type ReadonlySignal, type Signal, batch, computed, signal } from '@preact/signals-core';
import { type ComposerContext, noContext } from '../../src/protocol/chatContext.ts';
import {
  type ChatHostContract,
  type ChatNotice,
  type ChatSnapshot,
  type FirstRun,
  messagePage,
} from '../../src/protocol/chatView.ts';
import type { Held } from '../../src/protocol/held.ts';
import type { WindowReport } from '../../src/protocol/chatWindow.ts';
import { type SetupState, usualSetup } from '../../src/protocol/chatSetup.ts';
import { noIndex } from '../../src/protocol/contextIndex.ts';
import type { Message, MessageOutline, QueuedQuestion, ShownConversation } from '../../src/protocol/store.ts';
import { type Delta, applyDelta, newerOf } from './messageDelta.ts';

type ModelRef = ChatSnapshot['model'];
type Events = ChatHostContract['events'];

/** A message of the shown conversation, with its state apart, so that a piece redraws this one alone. */
export interface MessageEntry {
  readonly id: string;
  readonly role: Message['role'];
  readonly message: Signal<Message>;
}

/** The place of a message in the shown conversation; `entry` is null while the message itself is not here. */
export interface MessageRow extends MessageOutline {
  readonly entry: Signal<MessageEntry | null>;
}

/** Whether the host has been heard. */
export type Connection =
  { readonly kind: 'waiting' } | { readonly kind: 'connected' } | { readonly kind: 'failed'; readonly message: string };

/**
 * What the view shows of the host's truth. Methods that take an event return false when it does not
 * fit what is known, so that a snapshot has to be asked for.
 */
export class ChatState {
  readonly connection = signal<Connection>({ kind: 'waiting' });
  readonly conversation = signal<{ readonly id: string; readonly title: string } | null>(null);
  /** Every message of the branch that is shown, oldest first. */
  readonly rows = signal<readonly MessageRow[]>([]);
  /** Where each of them is among the rows, by its id. */
  readonly places: ReadonlySignal<ReadonlyMap<string, number>> = computed(
    () => new Map(this.rows.value.map(({ id }, at) => [id, at])),
  );
  /** Answers to the last question that stand side by side; the last row is one of them. Empty where there are none. */
  readonly comparison = signal<readonly MessageEntry[]>([]);
  /** Whether the shown conversation has messages in other branches. */
  readonly hasVersions = signal(false);
  /** What is asked once the answer has ended. */
  readonly queue = signal<readonly QueuedQuestion[]>([]);
  /** The answers whose requests wait before they go out, by the answer’s id. */
  readonly held = signal<ReadonlyMap<string, Held>>(new Map());
  readonly models = signal<Events['models'] | null>(null);
  readonly index = signal<Events['index']>({ status: noIndex, hasWorkspace: false });
  readonly composer = signal<ComposerContext>(noContext);
  /** Null where nothing is sent, or it is not known yet. */
  readonly window = signal<WindowReport | null>(null);
  readonly setup = signal<SetupState>({ ...usualSetup, personas: [], note: null });
  /** Grows when what changes in answers come to may be otherwise. */
  readonly filesVersion = signal(0);
  readonly notice = signal<ChatNotice | null>(null);
  /** What a new user reads besides; null once there was an answer. */
  readonly firstRun = signal<FirstRun | null>(null);
  /** The name of the tab that the page is in; null in the sidebar. */
  readonly tab = signal<string | null>(null);
  /** The message that the reader has come for: it is scrolled to and marked, or with `below` put there, in pixels. */
  readonly reveal = signal<{ conversationId: string; messageId: string; below?: number } | null>(null);
  /** Why the last thing the user asked for did not happen; a sentence. */
  readonly failure = signal<string | null>(null);

  /** The answer that is being written. */
  readonly running: ReadonlySignal<MessageEntry | null> = computed(() => {
    const last = this.rows.value.at(-1)?.entry.value ?? null;
    if (last?.role === 'assistant' && last.message.value.status === 'running') return last;
    return this.comparison.value.find(({ message }) => message.value.status === 'running') ?? null;
  });

  /** The rows whose messages are here, and of these the ones that may have changed since. */
  readonly #filled = new Set<MessageRow>();
  readonly #stale = new Set<MessageRow>();

  /** Names a model as the user knows it: its own name, which a narrow view shows first, and its provider’s. */
  modelName({ provider, model }: ModelRef): string {
    const group = this.models.value?.providers.find((choice) => choice.provider === provider);
    const choice = group?.models.find(({ ref }) => ref.model === model);
    const own = choice?.displayName ?? model;
    const providerName = group?.displayName ?? provider;
    return own === providerName ? own : `${own} · ${providerName}`;
  }

  takeSnapshot(snapshot: ChatSnapshot): void {
    batch(() => {
      this.connection.value = { kind: 'connected' };
      this.takeConversation(snapshot.conversation);
      this.models.value = { model: snapshot.model, providers: snapshot.providers, offers: snapshot.offers };
      this.index.value = { status: snapshot.index, hasWorkspace: snapshot.hasWorkspace };
      this.notice.value = snapshot.notice;
      this.composer.value = snapshot.composer;
      this.window.value = snapshot.window;
      this.setup.value = snapshot.setup;
      this.firstRun.value = snapshot.firstRun;
      this.tab.value = snapshot.tab;
    });
  }

  takeConversation(conversation: ShownConversation | null): void {
    batch(() => {
      const shown = this.conversation.value;
      const head = conversation === null ? null : { id: conversation.id, title: conversation.title };
      const isSame = shown?.id === head?.id && shown?.title === head?.title;
      if (!isSame) this.conversation.value = head;
      if (head === null || shown?.id !== head.id || !isEqual(this.queue.value, conversation?.queue)) {
        this.queue.value = conversation?.queue ?? [];
      }
      this.hasVersions.value = conversation?.hasVersions ?? false;
      this.#takeOutline(conversation?.outline ?? []);
      for (const row of this.#filled) this.#stale.add(row);
      for (const message of conversation?.messages ?? []) this.#put(message);
      this.#takeComparison(conversation?.comparison ?? []);
    });
  }

  takeMessage(message: Message): boolean {
    if (message.conversationId !== this.conversation.value?.id) return false;
    if (message.siblingIds.length > 1) this.hasVersions.value = true;
    const compared = this.comparison.value.find(({ id }) => id === message.id);
    if (compared !== undefined) setIfOther(compared.message, newerOf(compared.message.value, message));
    if (!this.#put(message) && compared === undefined) {
      const rows = this.rows.value;
      if ((rows.at(-1)?.id ?? null) !== message.parentId) return false;
      this.rows.value = [...rows, { id: message.id, role: message.role, entry: signal(null) }];
      this.#put(message);
    }
    return true;
  }

  /** Takes messages that were asked for; those that are not shown any more are passed over. */
  takePage(conversationId: string, messages: readonly Message[]): void {
    if (conversationId !== this.conversation.value?.id) return;
    batch(() => {
      for (const message of messages) this.#put(message);
    });
  }

  /** Whether the message of a row is to be asked for. */
  isMissing(row: MessageRow): boolean {
    return row.entry.peek() === null || this.#stale.has(row);
  }

  /** Lets go of the messages of all rows but those from and to (excluding) and the newest, which nobody tells again. */
  forgetOutside(from: number, to: number): void {
    const newest = this.rows.peek().length - messagePage;
    for (const row of this.#filled) {
      const at = this.places.peek().get(row.id);
      if (at !== undefined && ((at >= from && at < to) || at >= newest)) continue;
      row.entry.value = null;
      this.#filled.delete(row);
      this.#stale.delete(row);
    }
  }

  takeQueue({ conversationId, queue }: Events['queue']): void {
    if (conversationId === this.conversation.value?.id) this.queue.value = queue;
  }

  takeHeld({ messageId, held }: Events['held']): void {
    const others = [...this.held.value].filter(([id]) => id !== messageId);
    this.held.value = new Map(held === null ? others : [...others, [messageId, held]]);
  }

  takeDelta(delta: Delta): boolean {
    const compared = this.comparison.value.find(({ id }) => id === delta.messageId);
    const entry = this.#row(delta.messageId)?.entry.value ?? compared;
    const message = entry === undefined ? null : applyDelta(entry.message.value, delta);
    if (entry === undefined || message === null) return false;
    entry.message.value = message;
    return true;
  }

  #row(id: string): MessageRow | undefined {
    const at = this.places.value.get(id);
    return at === undefined ? undefined : this.rows.value[at];
  }

  #takeOutline(outline: readonly MessageOutline[]): void {
    const before = this.rows.value;
    if (outline.length === before.length && outline.every(({ id }, at) => id === before[at]?.id)) return;
    this.rows.value = outline.map(({ id, role }) => this.#row(id) ?? { id, role, entry: signal(null) });
    for (const row of this.#filled) if (this.#row(row.id) !== row) this.#filled.delete(row);
  }

  /** What stands in a row too is the same entry there. */
  #takeComparison(messages: readonly Message[]): void {
    const known = this.comparison.value;
    const entries = messages.map((message) => {
      const own = this.#row(message.id)?.entry.value ?? known.find(({ id }) => id === message.id);
      if (own === undefined) return newEntry(message);
      setIfOther(own.message, newerOf(own.message.value, message));
      return own;
    });
    if (entries.length !== known.length || entries.some((entry, at) => entry !== known[at])) {
      this.comparison.value = entries;
    }
  }

  /** Puts a message into its row; false when it has none. */
  #put(message: Message): boolean {
    const row = this.#row(message.id);
    if (row === undefined) return false;
    const entry = row.entry.value;
    if (entry === null) row.entry.value = newEntry(message);
    else setIfOther(entry.message, newerOf(entry.message.value, message));
    this.#filled.add(row);
    this.#stale.delete(row);
    return true;
  }
}

function newEntry(message: Message): MessageEntry {
  return { id: message.id, role: message.role, message: signal(message) };
}

/** A host that tells the same again causes no drawing. */
function setIfOther(target: Signal<Message>, message: Message): void {
  const known = target.value;
  const names = Object.keys(message) as (keyof Message)[];
  const isSame = names.every((name) => {
    const value = message[name];
    return value === known[name] || (typeof value === 'object' && isEqual(value, known[name]));
  });
  if (!isSame) target.value = message;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
