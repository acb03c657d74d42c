import { type ReadonlySignal, signal } from '@preact/signals-core';
import { errorMessage, isAbort } from '../../../src/base/errors.ts';
import type { MessageFilter } from '../../../src/protocol/chatHistory.ts';
import type { HistoryHit, HistoryStatus } from '../../../src/protocol/historyIndex.ts';
import type { AskHistory } from './historyLists.ts';

/** What a search of the messages has come to. */
export interface MessageResults {
  /** What was asked; null before the first search. */
  readonly query: string | null;
  readonly hits: readonly HistoryHit[];
  readonly total: number;
  readonly failure: string | null;
  /** What of the history was searched; null while nobody has said. */
  readonly status: HistoryStatus | null;
}

const nothing: MessageResults = { query: null, hits: [], total: 0, failure: null, status: null };
/** While messages are still read, somebody who waits for one sees it come. */
const AGAIN_MS = 2000;
/** Who types on asks another question; the deep model is asked for the one that stays. */
const STAYS_MS = 300;
const LOOK_AGAIN_MS = 200;

/** What the user’s hand is at: it moves over the list, or has come to a place in it. */
export type Hand = 'away' | 'moving' | 'in the list';

/**
 * Searches while the user types: a newer question ends an older one, whose answer is shown until the new one is there.
 * The deep model’s order follows the first one by itself, once and as a whole, and never for somebody who has begun to
 * go through the list.
 */
export class MessageSearch {
  readonly #ask: AskHistory;
  readonly #hand: () => Hand;
  readonly #results = signal<MessageResults>(nothing);
  readonly #isBusy = signal(false);
  #asking: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: { readonly query: string; readonly filter: MessageFilter } | null = null;
  /** What is shown is in the deep model’s order: so it stays when it is asked for again. */
  #isDeep = false;

  constructor(ask: AskHistory, hand: () => Hand) {
    this.#ask = ask;
    this.#hand = hand;
  }

  get results(): ReadonlySignal<MessageResults> {
    return this.#results;
  }

  get isBusy(): ReadonlySignal<boolean> {
    return this.#isBusy;
  }

  /** Searches anew. Nothing to search for ends the search. */
  async search(query: string, filter: MessageFilter): Promise<void> {
    this.#isDeep = false;
    await this.#search(query, filter);
  }

  async #search(query: string, filter: MessageFilter): Promise<void> {
    this.#asking?.abort();
    clearTimeout(this.#timer);
    this.#asked = { query, filter };
    if (query.trim() === '') {
      this.#asking = null;
      this.#isBusy.value = false;
      this.#results.value = nothing;
      return;
    }
    await this.#load(0);
  }

  /** Asks for more hits, unless that is under way. */
  async more(): Promise<void> {
    const { hits, total, failure } = this.#results.value;
    if (this.#isBusy.value || failure !== null || hits.length >= total) return;
    // Beginning again would take away what was scrolled to.
    clearTimeout(this.#timer);
    await this.#load(hits.length);
  }

  /** Asks again: for the history as it is now, or after a failure. */
  async again(): Promise<void> {
    if (this.#asked !== null) await this.#search(this.#asked.query, this.#asked.filter);
  }

  async #load(offset: number): Promise<void> {
    if (this.#asked === null) return;
    const { query, filter } = this.#asked;
    const asking = new AbortController();
    this.#asking = asking;
    this.#isBusy.value = true;
    const before = offset === 0 ? [] : this.#results.value.hits;
    try {
      const page = { query, filter, offset, isDeep: this.#isDeep };
      const { hits, total, status, canDeepen } = await this.#ask('searchHistory', page, asking.signal);
      const known = new Set(before.map(({ messageId }) => messageId));
      const added = hits.filter(({ messageId }) => !known.has(messageId));
      const all = [...before, ...added];
      // An empty page is the end, whatever the total said.
      if (this.#asking !== asking) return;
      this.#results.value = { query, hits: all, total: added.length === 0 ? all.length : total, failure: null, status };
      const isReading = status.phase === 'opening' || status.phase === 'building' || status.missing > 0;
      if (offset === 0 && isReading) this.#timer = setTimeout(() => void this.again(), AGAIN_MS);
      else if (canDeepen) this.#timer = setTimeout(() => void this.#deepen(asking), STAYS_MS);
    } catch (error) {
      if (this.#asking !== asking || isAbort(error)) return;
      const failure = errorMessage(error);
      this.#results.value = { query, hits: before, total: before.length, failure, status: null };
    } finally {
      if (this.#asking === asking) this.#isBusy.value = false;
    }
  }

  async #deepen(asking: AbortController): Promise<void> {
    const { query, hits: shown } = this.#results.value;
    if (this.#asked === null || this.#hand() === 'in the list') return;
    try {
      const page = { ...this.#asked, offset: 0, isDeep: true };
      const { hits, total, status } = await this.#ask('searchHistory', page, asking.signal);
      while (this.#hand() === 'moving') await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      // Somebody has gone on meanwhile: to another question, down the list, or into it.
      if (this.#results.value.hits !== shown || this.#asking !== asking || this.#hand() === 'in the list') return;
      this.#isDeep = true;
      this.#results.value = { query, hits, total, failure: null, status };
    } catch {
      // What is shown was found all the same.
    }
  }
}
