import { type ReadonlySignal, signal } from '@preact/signals-core';
import { uuidV7 } from '../../src/base/identifiers.ts';
import type { ModelRef, QueuedQuestion } from '../../src/protocol/store.ts';
import type { Ask } from './chatConnection.ts';
import type { MessageRow } from './chatState.ts';
import type { SavedView } from './savedView.ts';

/**
 * Sends questions so that none is lost or asked twice: until the host has stored it a question is
 * kept with its id, and sending the same text again uses the same id.
 */
export class QuestionSender {
  readonly #ask: Ask;
  readonly #saved: SavedView;
  readonly #isSending = signal(false);

  constructor(ask: Ask, saved: SavedView) {
    this.#ask = ask;
    this.#saved = saved;
  }

  get isSending(): ReadonlySignal<boolean> {
    return this.#isSending;
  }

  /** True when the host has the question; else the user has read why not. */
  async send(text: string, otherModels: readonly ModelRef[] = []): Promise<boolean> {
    if (this.#isSending.value) return false;
    const known = this.#saved.outgoing;
    const outgoing = known?.text === text ? known : { clientMessageId: uuidV7(Date.now()), text };
    this.#saved.change({ outgoing });
    this.#saved.flush();
    this.#isSending.value = true;
    const compared = otherModels.length === 0 ? {} : { otherModels };
    const isStored = await this.#ask('send', { ...outgoing, ...compared });
    this.#isSending.value = false;
    if (isStored) this.#saved.change({ outgoing: null });
    return isStored;
  }

  /** True when the question that was on its way at the last reload turns out to have arrived. */
  hasArrived(rows: readonly MessageRow[], queue: readonly QueuedQuestion[]): boolean {
    const { outgoing } = this.#saved;
    const question = rows
      .findLast(({ role }) => role === 'user')
      ?.entry.peek()
      ?.message.peek();
    const isQueued = queue.some(({ id }) => id === outgoing?.clientMessageId);
    return outgoing !== null && (isQueued || question?.content === outgoing.text);
  }
}
