import { type ReadonlySignal, signal } from '@preact/signals-core';
import { errorMessage, isAbort } from '../../src/base/errors.ts';
import { type Channel, RpcPeer } from '../../src/base/rpc.ts';
import type { LeftOutFile } from '../../src/protocol/contextIndex.ts';
import type { IndexPageContract, IndexPageHostContract, IndexPageState } from '../../src/protocol/indexPage.ts';
import { indexPageChecks } from '../../src/protocol/indexPageChecks.ts';

type Requests = IndexPageHostContract['requests'];

/** Typing faster than this asks once. */
const FILTER_DELAY_MS = 60;

/** What the page shows, kept up to date by the host. */
export class PageState {
  readonly #peer: RpcPeer<IndexPageContract, IndexPageHostContract>;
  readonly #index = signal<IndexPageState | null>(null);
  readonly #leftOut = signal<readonly LeftOutFile[]>([]);
  readonly #failure = signal<string | null>(null);
  readonly #filter = signal<{ text: string; reason: string | null }>({ text: '', reason: null });
  #filterTimer: ReturnType<typeof setTimeout> | undefined;
  #listed = '';
  #asking: AbortController | undefined;

  constructor(channel: Channel) {
    this.#peer = new RpcPeer<IndexPageContract, IndexPageHostContract>(channel, {
      handlers: {},
      incoming: indexPageChecks,
      // What an event that does not fit would have said, the host is asked for.
      onInternalError: () => void this.load(),
    });
    this.#peer.on('state', (state) => {
      this.#take(state);
    });
  }

  /** Null until the host has answered. */
  get index(): ReadonlySignal<IndexPageState | null> {
    return this.#index;
  }

  /** Those files that were left out and that the filter lets through, in order of path. */
  get leftOut(): ReadonlySignal<readonly LeftOutFile[]> {
    return this.#leftOut;
  }

  get filter(): ReadonlySignal<{ readonly text: string; readonly reason: string | null }> {
    return this.#filter;
  }

  /** A sentence when something that was asked for did not happen. */
  get failure(): ReadonlySignal<string | null> {
    return this.#failure;
  }

  async load(): Promise<void> {
    try {
      this.#take(await this.#peer.call('state', null));
    } catch (error) {
      this.#failure.value = errorMessage(error);
    }
  }

  setFilter(change: Partial<{ text: string; reason: string | null }>): void {
    this.#filter.value = { ...this.#filter.value, ...change };
    clearTimeout(this.#filterTimer);
    this.#filterTimer = setTimeout(() => void this.#list(), FILTER_DELAY_MS);
  }

  /** Asks the host for something to happen; where it does not, the user reads why. */
  async ask<M extends keyof Requests>(method: M, params: Parameters<Requests[M]>[0]): Promise<void> {
    try {
      await this.#peer.call(method, params);
      this.#failure.value = null;
    } catch (error) {
      this.#failure.value = errorMessage(error);
    }
  }

  #take(state: IndexPageState): void {
    this.#index.value = state;
    // The list is asked for again when its numbers are no longer those of the state.
    const listed = JSON.stringify(state.status.skipped);
    if (listed === this.#listed) return;
    this.#listed = listed;
    void this.#list();
  }

  async #list(): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const { text, reason } = this.#filter.value;
    const wanted = reason === null ? { text: text.trim() } : { text: text.trim(), reason };
    try {
      this.#leftOut.value = await this.#peer.call('leftOut', wanted, asking.signal);
    } catch (error) {
      if (!isAbort(error)) this.#failure.value = errorMessage(error);
    }
  }
}
