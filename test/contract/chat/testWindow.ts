import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Caller } from '../../../src/base/rpc.ts';
import type { ChatEvent } from '../../../src/chat/chatEvent.ts';
import type { ChatSession } from '../../../src/chat/chatSession.ts';
import type { WindowChats } from '../../../src/chat/windowChats.ts';
import type { ModelRef } from '../../../src/models/chatModel.ts';
import type { ConversationSummary, Message, StoreContract } from '../../../src/protocol/store.ts';

/** A window's session, by what its view sends and hears. */
export class TestWindow {
  readonly session: ChatSession;
  readonly chats: WindowChats;
  readonly store: Caller<StoreContract>;
  readonly model: { current: ModelRef };
  readonly #events: ChatEvent[] = [];

  constructor(session: ChatSession, chats: WindowChats, store: Caller<StoreContract>, model: { current: ModelRef }) {
    this.session = session;
    this.chats = chats;
    this.store = store;
    this.model = model;
    session.onDidChange((event) => this.#events.push(event));
  }

  /** The id of the conversation that the view draws. */
  get shown(): string | null {
    return this.#events.findLast((event) => event.type === 'conversation')?.conversation?.id ?? null;
  }

  /** Sends a question; resolves when its answer has ended. */
  async ask(text: string): Promise<void> {
    const done = this.ended();
    await this.session.send({ clientMessageId: crypto.randomUUID(), text });
    await done;
  }

  /** Resolves when an answer that is not ended yet ends. */
  async ended(): Promise<void> {
    const before = this.#events.length;
    await this.waitUntil(() => {
      const since = this.#events.slice(before);
      const hasEnded = since.some((event) => event.type === 'message' && isEnd(event.message));
      // A chat that was deleted has no end to tell of.
      const isGone = since.some((event) => event.type === 'conversation' && event.conversation === null);
      return Promise.resolve((hasEnded || isGone) && !this.session.isAnswering);
    });
  }

  /** Resolves when the view is told something of this kind that it has not been told yet. */
  next(type: ChatEvent['type']): Promise<void> {
    const before = this.#events.length;
    return this.waitUntil(() => Promise.resolve(this.#events.slice(before).some((event) => event.type === type)));
  }

  until(matches: (event: ChatEvent) => boolean): Promise<void> {
    return this.waitUntil(() => Promise.resolve(this.#events.some(matches)));
  }

  async waitUntil(holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!(await holds())) {
      assert.ok(Date.now() < deadline, 'it did not come about within ten seconds');
      await once(AbortSignal.timeout(10), 'abort');
    }
  }

  async messages(): Promise<readonly Message[]> {
    return (await this.session.shown())?.messages ?? [];
  }

  /** All chats, newest first. */
  list(): Promise<ConversationSummary[]> {
    return this.store.call('conversations.list', { limit: 100 });
  }

  /** The text of an answer as its events told it. */
  told(messageId: string): string {
    let text = '';
    for (const event of this.#events) {
      if (event.type !== 'delta' || event.messageId !== messageId) continue;
      assert.equal(event.offset, text.length);
      text += event.text;
    }
    return text;
  }
}

function isEnd(message: Message): boolean {
  return message.role === 'assistant' && message.status !== 'running';
}
