import { type ReadonlySignal, signal } from '@preact/signals-core';
import { type Channel, RpcPeer } from '../../src/base/rpc.ts';
import type { UsageDimension } from '../../src/protocol/usage.ts';
import type {
  UsagePageCommand,
  UsagePageContract,
  UsagePageHostContract,
  UsagePageState,
} from '../../src/protocol/usagePage.ts';
import { usagePageChecks } from '../../src/protocol/usagePageChecks.ts';
import { LatestQuestion } from '../common/latestQuestion.ts';
import type { Measure } from './measures.ts';

/** What the user wants to see. */
export interface Wanted {
  /** 0: all. */
  readonly days: number;
  /** Null until one is chosen: then money where anything has cost some, tokens where nothing has. */
  readonly measure: Measure | null;
  readonly by: Exclude<UsageDimension, 'day'>;
}

/** What the page shows, and of what. */
export class PageState {
  readonly #peer: RpcPeer<UsagePageContract, UsagePageHostContract>;
  readonly #page = signal<UsagePageState | null>(null);
  readonly #question = new LatestQuestion();
  readonly #wanted = signal<Wanted>({ days: 30, measure: null, by: 'model' });

  constructor(channel: Channel) {
    this.#peer = new RpcPeer<UsagePageContract, UsagePageHostContract>(channel, {
      handlers: {},
      incoming: usagePageChecks,
      // What an event that does not fit would have said, the host is asked for.
      onInternalError: () => void this.load(),
    });
    this.#peer.on('changed', () => {
      this.#question.look(() => this.load());
    });
  }

  /** Null until the host has answered. */
  get page(): ReadonlySignal<UsagePageState | null> {
    return this.#page;
  }

  get wanted(): ReadonlySignal<Wanted> {
    return this.#wanted;
  }

  /** A sentence when something that was asked for did not happen. */
  get failure(): ReadonlySignal<string | null> {
    return this.#question.failure;
  }

  want(change: Partial<Wanted>): void {
    this.#wanted.value = { ...this.#wanted.value, ...change };
    if (change.days !== undefined) void this.load();
  }

  async load(): Promise<void> {
    await this.#question.ask(async (signal) => {
      const page = await this.#peer.call('state', { days: this.#wanted.value.days }, signal);
      // What is the same is not drawn again: whoever reads in a table keeps the place.
      if (JSON.stringify(page) !== JSON.stringify(this.#page.value)) this.#page.value = page;
    });
  }

  async run(command: UsagePageCommand): Promise<void> {
    await this.#question.ask(async () => {
      await this.#peer.call('runCommand', { command });
    });
    await this.load();
  }
}
