import { type ReadonlySignal, batch, computed, signal } from '@preact/signals-core';
import type { ChatState } from './chatState.ts';

/** Finds words in the messages of the shown chat and leads from one message that has them to the next. */
export class FindInChat {
  readonly #state: Pick<ChatState, 'conversation' | 'entries' | 'reveal'>;
  readonly #isOpen = signal(false);
  readonly #query = signal('');
  readonly #at = signal(0);

  /** The ids of the messages that have the words, oldest first. */
  readonly hits: ReadonlySignal<readonly string[]> = computed(() => {
    const words = this.#query.value.toLowerCase();
    if (!this.#isOpen.value || words === '') return [];
    return this.#state.entries.value
      .filter(({ message }) => message.value.content.toLowerCase().includes(words))
      .map(({ id }) => id);
  });

  constructor(state: Pick<ChatState, 'conversation' | 'entries' | 'reveal'>) {
    this.#state = state;
  }

  get isOpen(): ReadonlySignal<boolean> {
    return this.#isOpen;
  }

  get query(): ReadonlySignal<string> {
    return this.#query;
  }

  /** Which of the hits is shown, from 0. */
  get at(): number {
    return Math.min(this.#at.value, Math.max(0, this.hits.value.length - 1));
  }

  open(): void {
    this.#isOpen.value = true;
  }

  close(): void {
    this.#isOpen.value = false;
  }

  /** Looks for other words from now on, from the newest message up. */
  find(query: string): void {
    batch(() => {
      this.#query.value = query;
      this.#at.value = Infinity;
    });
    this.#show();
  }

  /** Shows the hit so many after this one; after the last comes the first. */
  step(by: number): void {
    const { length } = this.hits.value;
    if (length === 0) return;
    this.#at.value = (this.at + by + length) % length;
    this.#show();
  }

  #show(): void {
    const messageId = this.hits.value[this.at];
    const conversationId = this.#state.conversation.value?.id;
    if (messageId !== undefined && conversationId !== undefined) {
      this.#state.reveal.value = { conversationId, messageId };
    }
  }
}
