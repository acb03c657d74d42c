import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import type { Caller } from '../base/rpc.ts';
import { Turns } from '../base/turns.ts';
import type { OnHeld } from '../protocol/held.ts';
import type { Message, StoreContract } from '../protocol/store.ts';
import { callAgain } from './callAgain.ts';
import type { ConversationEvent } from './chatEvent.ts';
import { ChatTitles } from './chatTitles.ts';
import { RunningAnswers } from './runningAnswers.ts';
import type { ChatModels } from './turn.ts';

/** Something about a conversation, for every session that shows it. */
export interface Told {
  readonly conversationId: string;
  /** Null: it has changed otherwise, and is to be read again by all but `teller`, which has done so. */
  readonly event: ConversationEvent | null;
  readonly teller?: object;
}

/**
 * What all chats of a window share, however many views show one: the answers that it writes, which go on without a
 * view, the order in which turns start, and what the views of one conversation are told alike.
 */
export class WindowChats implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #parts = new DisposableStore();
  readonly #told = this.#parts.add(new Emitter<Told>());
  readonly answers: RunningAnswers;
  readonly titles: ChatTitles;
  /** Turns start one after the other, so that each sees whether another one runs. */
  readonly starts = new Turns();

  readonly onDidTell = this.#told.event;

  constructor(store: Caller<StoreContract>, models: ChatModels, titlesByModel: () => boolean) {
    this.#store = store;
    this.answers = this.#parts.add(new RunningAnswers(store, models));
    this.titles = this.#parts.add(new ChatTitles(store, models, titlesByModel));
  }

  tell(told: Told): void {
    this.#told.fire(told);
  }

  /** Tells that this answer waits, or no longer does. */
  holding({ id: messageId, conversationId }: Message): OnHeld {
    return (held) => {
      this.tell({ conversationId, event: { type: 'held', messageId, held } });
    };
  }

  /** Tells a message as it is on disk; with `end` where the store could not take that end any more. Never rejects. */
  async announce(messageId: string, end?: Pick<Message, 'status' | 'error'>): Promise<void> {
    try {
      const message = await callAgain(() => this.#store.call('messages.get', { messageId }));
      if (message === null) return;
      const told = end === undefined ? message : { ...message, status: end.status, error: end.error };
      this.tell({ conversationId: message.conversationId, event: { type: 'message', message: told } });
    } catch {
      // The store is gone or refuses: the notice over the chat says so, and the next refresh draws anew.
    }
  }

  dispose(): void {
    this.#parts.dispose();
  }
}
