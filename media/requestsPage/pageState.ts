import { type ReadonlySignal, batch, signal } from '@preact/signals-core';
import { type Channel, RpcPeer } from '../../src/base/rpc.ts';
import type { RequestPurpose, SentRequest } from '../../src/protocol/egress.ts';
import type {
  RequestsPageCommand,
  RequestsPageContract,
  RequestsPageHostContract,
  RequestsPageState,
} from '../../src/protocol/requestsPage.ts';
import { requestsPageChecks } from '../../src/protocol/requestsPageChecks.ts';
import { LatestQuestion } from '../common/latestQuestion.ts';

const DAY_MS = 86_400_000;
/** As many as the host gives at once; fewer are the last. */
const PAGE = 100;

/** What the user wants to see. */
export interface Wanted {
  /** 0: from the beginning. */
  readonly days: number;
  /** True: only what has left this machine. */
  readonly leftOnly: boolean;
  readonly purpose: RequestPurpose | null;
}

/** What the page shows: sums of all, and as much of the list as was asked for. */
export class PageState {
  readonly #peer: RpcPeer<RequestsPageContract, RequestsPageHostContract>;
  readonly #page = signal<RequestsPageState | null>(null);
  readonly #list = signal<readonly SentRequest[]>([]);
  readonly #hasMore = signal(false);
  readonly #question = new LatestQuestion();
  readonly #wanted = signal<Wanted>({ days: 30, leftOnly: false, purpose: null });

  constructor(channel: Channel) {
    this.#peer = new RpcPeer<RequestsPageContract, RequestsPageHostContract>(channel, {
      handlers: {},
      incoming: requestsPageChecks,
      // What an event that does not fit would have said, the host is asked for.
      onInternalError: () => void this.load(),
    });
    this.#peer.on('changed', () => {
      this.#question.look(() => this.load());
    });
  }

  /** Null until the host has answered. */
  get page(): ReadonlySignal<RequestsPageState | null> {
    return this.#page;
  }

  /** Newest first. */
  get list(): ReadonlySignal<readonly SentRequest[]> {
    return this.#list;
  }

  get hasMore(): ReadonlySignal<boolean> {
    return this.#hasMore;
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
    void this.load();
  }

  /** Asks for everything anew. A list that was gone on with keeps its length. */
  async load(): Promise<void> {
    await this.#question.ask(async (signal) => {
      const since = this.#since();
      const page = await this.#peer.call('state', { since }, signal);
      const list: SentRequest[] = [];
      const length = Math.max(PAGE, this.#list.value.length);
      let isLast = false;
      while (list.length < length && !isLast) {
        const next = await this.#next(page, since, list.at(-1), signal);
        list.push(...next);
        isLast = next.length < PAGE;
      }
      batch(() => {
        this.#page.value = page;
        // A list that is the same is not drawn again: whoever has opened one of its rows keeps it open.
        if (JSON.stringify(list) !== JSON.stringify(this.#list.value)) this.#list.value = list;
        this.#hasMore.value = !isLast;
      });
    });
  }

  /** Goes on with the list. */
  async loadMore(): Promise<void> {
    const page = this.#page.value;
    if (page === null) return;
    await this.#question.ask(async (signal) => {
      const next = await this.#next(page, this.#since(), this.#list.value.at(-1), signal);
      batch(() => {
        this.#list.value = [...this.#list.value, ...next];
        this.#hasMore.value = next.length === PAGE;
      });
    });
  }

  async run(command: RequestsPageCommand): Promise<void> {
    await this.#question.ask(async () => {
      await this.#peer.call('runCommand', { command });
    });
    await this.load();
  }

  async #next(
    page: RequestsPageState,
    since: number,
    last: SentRequest | undefined,
    signal: AbortSignal,
  ): Promise<readonly SentRequest[]> {
    const { leftOnly, purpose } = this.#wanted.value;
    const away = new Set(page.sums.filter(({ isLocal }) => !isLocal).map(({ address }) => address));
    if (leftOnly && away.size === 0) return [];
    return await this.#peer.call(
      'list',
      {
        since,
        ...(leftOnly ? { addresses: [...away] } : {}),
        ...(purpose === null ? {} : { purpose }),
        ...(last === undefined ? {} : { before: { at: last.at, id: last.id } }),
      },
      signal,
    );
  }

  #since(): number {
    const { days } = this.#wanted.value;
    return days === 0 ? 0 : Date.now() - days * DAY_MS;
  }
}
