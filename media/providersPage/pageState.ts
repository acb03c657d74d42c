import { type ReadonlySignal, signal } from '@preact/signals-core';
import { errorMessage, isAbort } from '../../src/base/errors.ts';
import { type Channel, RpcPeer } from '../../src/base/rpc.ts';
import type {
  ProvidersPageContract,
  ProvidersPageHostContract,
  ProvidersPageState,
} from '../../src/protocol/providersPage.ts';
import { providersPageChecks } from '../../src/protocol/providersPageChecks.ts';

type Requests = ProvidersPageHostContract['requests'];

/** What the page shows, kept up to date by the host. */
export class PageState {
  readonly #peer: RpcPeer<ProvidersPageContract, ProvidersPageHostContract>;
  readonly #page = signal<ProvidersPageState | null>(null);
  readonly #failure = signal<string | null>(null);

  constructor(channel: Channel) {
    this.#peer = new RpcPeer<ProvidersPageContract, ProvidersPageHostContract>(channel, {
      handlers: {},
      incoming: providersPageChecks,
      // What an event that does not fit would have said, the host is asked for.
      onInternalError: () => void this.load(),
    });
    this.#peer.on('state', (state) => {
      this.#page.value = state;
    });
  }

  /** Null until the host has answered. */
  get page(): ReadonlySignal<ProvidersPageState | null> {
    return this.#page;
  }

  /** A sentence when something that was asked for did not happen. */
  get failure(): ReadonlySignal<string | null> {
    return this.#failure;
  }

  async load(): Promise<void> {
    try {
      this.#page.value = await this.#peer.call('state', null);
    } catch (error) {
      this.#failure.value = errorMessage(error);
    }
  }

  /** Asks the host for something to happen; where it does not, the user reads why. */
  async ask<M extends keyof Requests>(method: M, params: Parameters<Requests[M]>[0]): Promise<void> {
    this.#failure.value = null;
    try {
      await this.#peer.call(method, params);
    } catch (error) {
      if (!isAbort(error)) this.#failure.value = errorMessage(error);
    }
  }
}
