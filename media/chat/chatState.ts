import { type ReadonlySignal, type Signal, batch, computed, signal } from '@preact/signals-core';
import { type ComposerContext, noContext } from '../../src/protocol/chatContext.ts';
import type { ChatHostContract, ChatNotice, ChatSnapshot } from '../../src/protocol/chatView.ts';
import { noIndex } from '../../src/protocol/contextIndex.ts';
import type { Conversation, Message } from '../../src/protocol/store.ts';
import { type Delta, applyDelta, newerOf } from './messageDelta.ts';

type ModelRef = ChatSnapshot['model'];
type Events = ChatHostContract['events'];

/** A message of the shown conversation, with its state apart, so that a piece redraws this one alone. */
export interface MessageEntry {
  readonly id: string;
  readonly role: Message['role'];
  readonly message: Signal<Message>;
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
  readonly entries = signal<readonly MessageEntry[]>([]);
  /** What is asked once the answer has ended. */
  readonly queue = signal<Conversation['queue']>([]);
  readonly models = signal<Events['models'] | null>(null);
  readonly index = signal<Events['index']>({ status: noIndex, hasWorkspace: false });
  readonly composer = signal<ComposerContext>(noContext);
  readonly notice = signal<ChatNotice | null>(null);
  /** The message that the reader has come for: it is scrolled to and marked. */
  readonly reveal = signal<{ readonly conversationId: string; readonly messageId: string } | null>(null);
  /** Why the last thing the user asked for did not happen; a sentence. */
  readonly failure = signal<string | null>(null);

  /** The answer that is being written. */
  readonly running: ReadonlySignal<MessageEntry | null> = computed(() => {
    const last = this.entries.value.at(-1);
    return last?.role === 'assistant' && last.message.value.status === 'running' ? last : null;
  });

  /** Whether some message that is shown has others beside it. New ones change the list, so their text is none of it. */
  readonly hasVersions: ReadonlySignal<boolean> = computed(() =>
    this.entries.value.some(({ message }) => message.peek().siblingIds.length > 1),
  );

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
    });
  }

  takeConversation(conversation: Conversation | null): void {
    batch(() => {
      const shown = this.conversation.value;
      const head = conversation === null ? null : { id: conversation.id, title: conversation.title };
      const isSame = shown?.id === head?.id && shown?.title === head?.title;
      if (!isSame) this.conversation.value = head;
      if (head === null || shown?.id !== head.id || !isEqual(this.queue.value, conversation?.queue)) {
        this.queue.value = conversation?.queue ?? [];
      }
      const known = new Map(this.entries.value.map((entry) => [entry.id, entry]));
      const entries = (conversation?.messages ?? []).map((message) => {
        const entry = known.get(message.id);
        if (entry === undefined) return newEntry(message);
        setIfOther(entry.message, newerOf(entry.message.value, message));
        return entry;
      });
      const unchanged = entries.length === known.size && entries.every((entry, at) => entry === this.entries.value[at]);
      if (!unchanged) this.entries.value = entries;
    });
  }

  takeMessage(message: Message): boolean {
    if (message.conversationId !== this.conversation.value?.id) return false;
    const entries = this.entries.value;
    const entry = entries.find(({ id }) => id === message.id);
    if (entry !== undefined) setIfOther(entry.message, newerOf(entry.message.value, message));
    else if ((entries.at(-1)?.id ?? null) === message.parentId) this.entries.value = [...entries, newEntry(message)];
    else return false;
    return true;
  }

  takeQueue({ conversationId, queue }: Events['queue']): void {
    if (conversationId === this.conversation.value?.id) this.queue.value = queue;
  }

  takeDelta(delta: Delta): boolean {
    const entry = this.entries.value.findLast(({ id }) => id === delta.messageId);
    const message = entry === undefined ? null : applyDelta(entry.message.value, delta);
    if (entry === undefined || message === null) return false;
    entry.message.value = message;
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
