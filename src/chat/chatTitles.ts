import type { Disposable } from '../base/disposable.ts';
import type { Caller } from '../base/rpc.ts';
import type { StoreContract } from '../protocol/store.ts';
import { askForTitle } from './modelTitle.ts';
import { offlineModel } from './offlineModel.ts';
import type { ChatModels, Turn } from './turn.ts';

const PATIENCE_MS = 30_000;

/** Names chats after their first complete answer, by the model that wrote it, unless a person has named them. */
export class ChatTitles implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #models: ChatModels;
  readonly #isOn: () => boolean;
  readonly #closed = new AbortController();
  /** Conversations whose model was asked: it is asked once. */
  readonly #asked = new Set<string>();

  constructor(store: Caller<StoreContract>, models: ChatModels, isOn: () => boolean) {
    this.#store = store;
    this.#models = models;
    this.#isOn = isOn;
  }

  /** To be called after a complete answer. Never rejects. */
  async nameAfter({ answer, model, question }: Turn): Promise<void> {
    const id = answer.conversationId;
    if (model.provider === offlineModel.provider || this.#asked.has(id) || !this.#isOn()) return;
    this.#asked.add(id);
    try {
      const conversation = await this.#store.call('conversations.get', { id });
      const messages = [...(conversation?.messages ?? []), ...(conversation?.comparison ?? [])];
      const written = messages.find((message) => message.id === answer.id)?.content ?? '';
      if (conversation?.titleSource !== 'question' || written === '') return;
      const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(PATIENCE_MS)]);
      const title = await askForTitle(await this.#models.open(model, 'title'), { question, answer: written }, signal);
      if (title !== null) await this.#store.call('conversations.setAutomaticTitle', { id, title });
    } catch {
      // The question's own words remain the title.
    }
  }

  dispose(): void {
    this.#closed.abort();
  }
}
