import { type ReadonlySignal, signal } from '@preact/signals-core';
import { type Channel, RpcPeer } from '../../src/base/rpc.ts';
import type {
  PrivacyAction,
  PrivacyPageContract,
  PrivacyPageHostContract,
  PrivacySection,
} from '../../src/protocol/privacyPage.ts';
import { privacyPageChecks } from '../../src/protocol/privacyPageChecks.ts';
import { LatestQuestion } from '../common/latestQuestion.ts';

/** What the page shows: what is true now, as sentences. */
export class PageState {
  readonly #peer: RpcPeer<PrivacyPageContract, PrivacyPageHostContract>;
  readonly #sections = signal<readonly PrivacySection[]>([]);
  readonly #question = new LatestQuestion();

  constructor(channel: Channel) {
    this.#peer = new RpcPeer<PrivacyPageContract, PrivacyPageHostContract>(channel, {
      handlers: {},
      incoming: privacyPageChecks,
      // What an event that does not fit would have said, the host is asked for.
      onInternalError: () => void this.load(),
    });
    this.#peer.on('changed', () => {
      this.#question.look(() => this.load());
    });
  }

  /** Empty until the host has answered. */
  get sections(): ReadonlySignal<readonly PrivacySection[]> {
    return this.#sections;
  }

  /** A sentence when something that was asked for did not happen. */
  get failure(): ReadonlySignal<string | null> {
    return this.#question.failure;
  }

  async load(): Promise<void> {
    await this.#question.ask(async (signal) => {
      const sections = await this.#peer.call('state', null, signal);
      // What is the same is not drawn again, so that a screen reader is not disturbed.
      if (JSON.stringify(sections) !== JSON.stringify(this.#sections.value)) this.#sections.value = sections;
    });
  }

  async act(action: PrivacyAction): Promise<void> {
    await this.#question.ask(async () => {
      await this.#peer.call('act', { action });
    });
    if (this.failure.value === null) await this.load();
  }
}
