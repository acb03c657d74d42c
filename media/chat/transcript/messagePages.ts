import { errorMessage, isAbort } from '../../../src/base/errors.ts';
import type { Disposable } from '../../../src/base/disposable.ts';
import { messagePage } from '../../../src/protocol/chatView.ts';
import type { ChatConnection } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';

/** So many messages before and after those that are drawn are there before they are drawn. */
const AHEAD = 20;
/** Those farther away are let go. */
const KEPT = 150;
/** When to ask again for what could not be read. Milliseconds. */
const RETRY_MS = 2_000;

/** Gets the messages around those that are drawn from the store, a page at a time, and lets go of those far away. */
export class MessagePages implements Disposable {
  readonly #state: ChatState;
  readonly #connection: Pick<ChatConnection, 'call'>;
  #from = 0;
  #to = 0;
  #asking: AbortController | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(state: ChatState, connection: Pick<ChatConnection, 'call'>) {
    this.#state = state;
    this.#connection = connection;
  }

  /** The rows from and to (excluding) are drawn. */
  want(from: number, to: number): void {
    [this.#from, this.#to] = [from, to];
    this.#state.forgetOutside(from - KEPT, to + KEPT);
    this.#ask();
  }

  dispose(): void {
    clearTimeout(this.#retry);
    this.#asking?.abort();
  }

  #ask(): void {
    if (this.#asking !== undefined || this.#retry !== undefined) return;
    const conversationId = this.#state.conversation.peek()?.id;
    const page = this.#missing();
    if (conversationId === undefined || page === null) return;
    const asking = new AbortController();
    this.#asking = asking;
    this.#connection.call('listMessages', { conversationId, ...page }, asking.signal).then(
      (messages) => {
        this.#asking = undefined;
        this.#state.takePage(conversationId, messages);
        // One that is gone is in the next outline no more.
        if (messages.some(({ id }) => id === page.lastId)) this.#ask();
        else this.#askLater();
      },
      (error: unknown) => {
        this.#asking = undefined;
        if (isAbort(error)) return;
        this.#state.failure.value = errorMessage(error);
        this.#askLater();
      },
    );
  }

  #askLater(): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#ask();
    }, RETRY_MS);
  }

  /** The page to ask for next: one with what is drawn, else with what is near it; null where all is there. */
  #missing(): { readonly lastId: string; readonly limit: number } | null {
    const rows = this.#state.rows.peek();
    for (const ahead of [0, AHEAD]) {
      const from = Math.max(0, this.#from - ahead);
      const last = rows.slice(from, this.#to + ahead).findLastIndex((row) => this.#state.isMissing(row));
      const lastId = rows[from + last]?.id;
      if (last === -1 || lastId === undefined) continue;
      const first = rows.slice(from, from + last).findIndex((row) => this.#state.isMissing(row));
      return { lastId, limit: Math.min(messagePage, (first === -1 ? 0 : last - first) + 1 + AHEAD) };
    }
    return null;
  }
}
