import { type ReadonlySignal, batch, computed, effect, signal, untracked } from '@preact/signals-core';
import { errorMessage, isAbort } from '../../src/base/errors.ts';
import type { ChatConnection } from './chatConnection.ts';
import type { ChatState } from './chatState.ts';

/** Finds words in all of the shown chat, and leads from one message that has them to the next. */
export class FindInChat {
  readonly #state: Pick<ChatState, 'conversation' | 'rows' | 'running' | 'reveal' | 'failure'>;
  readonly #connection: Pick<ChatConnection, 'call'>;
  readonly #isOpen = signal(false);
  readonly #query = signal('');
  readonly #hits = signal<readonly string[]>([]);
  readonly #at = signal(0);
  /** The words that the hits are for. */
  readonly #found = signal('');
  #asked: AbortController | undefined;

  constructor(
    state: Pick<ChatState, 'conversation' | 'rows' | 'running' | 'reveal' | 'failure'>,
    connection: Pick<ChatConnection, 'call'>,
  ) {
    this.#state = state;
    this.#connection = connection;
    const question = computed(() => ({
      words: this.#isOpen.value ? this.#query.value : '',
      conversationId: state.conversation.value?.id,
      // What has come, or is written to its end, may have the words too.
      rows: state.rows.value,
      running: state.running.value,
    }));
    effect(() => {
      const { words, conversationId } = question.value;
      untracked(() => {
        this.#ask(words, conversationId);
      });
    });
  }

  get isOpen(): ReadonlySignal<boolean> {
    return this.#isOpen;
  }

  get query(): ReadonlySignal<string> {
    return this.#query;
  }

  /** The ids of the messages that have the words, oldest first. */
  get hits(): ReadonlySignal<readonly string[]> {
    return this.#hits;
  }

  /** True until it is known which messages have the words that were typed last. */
  get isAsking(): boolean {
    return this.#found.value !== this.#query.value;
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
    this.#query.value = query;
  }

  /** Shows the hit so many after this one; after the last comes the first. */
  step(by: number): void {
    const { length } = this.hits.value;
    if (length === 0) return;
    this.#at.value = (this.at + by + length) % length;
    this.#show();
  }

  #ask(words: string, conversationId: string | undefined): void {
    this.#asked?.abort();
    if (words === '' || conversationId === undefined) {
      this.#take(words, []);
      return;
    }
    const asked = new AbortController();
    this.#asked = asked;
    this.#connection.call('findInChat', { conversationId, words }, asked.signal).then(
      (hits) => {
        this.#take(words, hits);
      },
      (error: unknown) => {
        if (!isAbort(error)) this.#state.failure.value = errorMessage(error);
      },
    );
  }

  #take(words: string, hits: readonly string[]): void {
    const isNew = this.#found.peek() !== words;
    batch(() => {
      this.#found.value = words;
      this.#hits.value = hits;
      if (isNew) this.#at.value = Infinity;
    });
    if (isNew) this.#show();
  }

  #show(): void {
    const messageId = this.hits.peek()[this.at];
    const conversationId = this.#state.conversation.peek()?.id;
    if (messageId !== undefined && conversationId !== undefined) {
      this.#state.reveal.value = { conversationId, messageId };
    }
  }
}
