import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import { SextantError, errorMessage, isSextantError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import {
  HISTORY_PAGE,
  type HistoryIndexContract,
  type HistoryIndexState,
  type HistoryMatch,
  type HistoryRequest,
  type HistoryResults,
  type HistoryStatus,
} from '../protocol/historyIndex.ts';
import type { StoreContract } from '../protocol/store.ts';

/** The index process: it can be asked, and can die. */
export interface HistoryIndexProcess extends Caller<HistoryIndexContract> {
  readonly onDidDie: Event<null>;
}

/** Where the index is kept, and with whose key where the store is encrypted. */
export interface HistorySearchPlace {
  /** Absolute path of a folder of its own. */
  readonly directory: string;
  /** The secret of the store key with this id; null when it is not known. */
  findKey(keyId: string): Promise<Uint8Array | null>;
}

/** Changes come in swarms while an answer is written; only its end is of interest. */
const SETTLE_MS = 200;
/** Who opens the chat waits for other things first. */
const START_AFTER_MS = 2000;
/** What has failed may have been a full disk, or a process that died. */
const RETRY_MS = 30_000;
const PAGE_CHANGES = 200;
const MOST_OFFSET = 10_000;

/**
 * Searches all messages, and keeps the index of them up: what the store tells goes to the index process in
 * small pages, with pauses, so that nobody who chats waits for it. A newer search cancels the one before.
 */
export class HistorySearch implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #index: HistoryIndexProcess;
  readonly #place: HistorySearchPlace;
  readonly #log: Log;
  readonly #subscriptions = new DisposableStore();
  readonly #statusChanged = this.#subscriptions.add(new Emitter<HistoryStatus>());
  readonly #closing = new AbortController();
  #status: HistoryStatus = { phase: 'opening', messages: 0, missing: 0 };
  #running: AbortController | undefined;
  #pumping: Promise<void> | undefined;
  #pumpAgain = false;
  #isEmpty = true;
  /** Id of the key that the index process has opened the index with; undefined while it has not. */
  #openedWith: string | null | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueMs = Infinity;

  readonly onDidChangeStatus = this.#statusChanged.event;

  constructor(store: Caller<StoreContract>, index: HistoryIndexProcess, place: HistorySearchPlace, log: Log) {
    this.#store = store;
    this.#index = index;
    this.#place = place;
    this.#log = log;
    this.#subscriptions.add(store.on('changed', this.#updateSoon));
    this.#subscriptions.add(
      index.onDidDie(() => {
        this.#openedWith = undefined;
        this.#updateSoon();
      }),
    );
    this.#subscriptions.add(
      index.on('history.changed', (state) => {
        // Whether it has everything is known once the store was asked what there is.
        if (this.#status.phase !== 'opening' || state.failure !== undefined)
          this.#setState(state, this.#status.missing);
        // Another owner may have died: then this window goes on.
        if (state.isOwner) this.#updateSoon();
      }),
    );
  }

  get status(): HistoryStatus {
    return this.#status;
  }

  /** Brings the index up to date in the background, once there is nothing more urgent. */
  start(): void {
    this.#updateIn(START_AFTER_MS);
  }

  /** Takes in what the store has and the index has not; resolves when it has all, or `status` says why not. */
  catchUp(): Promise<void> {
    return this.#update();
  }

  /** A page of hits, best first. Rejects with code `aborted` when a newer search came, or `signal` says so. */
  async search(request: HistoryRequest, signal?: AbortSignal): Promise<HistoryResults> {
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    const cancelled = AbortSignal.any([
      running.signal,
      this.#closing.signal,
      ...(signal === undefined ? [] : [signal]),
    ]);
    const { query, filter } = request;
    const offset = within(request.offset, 0, MOST_OFFSET);
    const limit = within(request.limit, 1, HISTORY_PAGE);
    if (query.trim() === '') return { hits: [], total: 0, canDeepen: false, status: this.#status };
    if (this.#status.phase === 'opening') this.#updateSoon();
    await this.#open(cancelled);
    const conversations = await this.#store.call('history.conversations', filter, cancelled);
    const found = await this.#index.call('history.search', { query, offset, limit, conversations, filter }, cancelled);
    const canDeepen = found.canDeepen && offset === 0;
    const isDeep = canDeepen && request.isDeep === true;
    const matches = isDeep ? await this.#deepen(query, found.matches, cancelled) : found.matches;
    const hits = await this.#store.call('history.describe', { query, matches }, cancelled);
    return { hits, total: found.total, canDeepen: canDeepen && !isDeep, status: this.#status };
  }

  async #deepen(query: string, matches: readonly HistoryMatch[], signal: AbortSignal): Promise<HistoryMatch[]> {
    const passages = await this.#store.call('history.passages', { matches }, signal);
    return await this.#index.call('history.deepen', { query, matches, passages }, signal);
  }

  /** Makes the index anew; resolves when it has all messages again. */
  async rebuild(): Promise<void> {
    await this.#open(this.#closing.signal);
    this.#setState(await this.#index.call('history.reset', null), 0);
    await this.#update();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#closing.abort();
    this.#subscriptions.dispose();
  }

  readonly #updateSoon = (): void => {
    this.#updateIn(SETTLE_MS);
  };

  /** What is due sooner stays so; nobody waits until what failed is tried again. */
  #updateIn(ms: number): void {
    const dueMs = performance.now() + ms;
    if (this.#closing.signal.aborted || this.#dueMs <= dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => {
      this.#dueMs = Infinity;
      void this.#update();
    }, ms);
  }

  /** Resolves when all is taken, or cannot be. One runs at a time; who comes meanwhile waits for another round. */
  async #update(): Promise<void> {
    if (this.#pumping !== undefined) {
      this.#pumpAgain = true;
      await this.#pumping;
      return;
    }
    this.#pumping = this.#pumpUntilDone();
    try {
      await this.#pumping;
    } finally {
      this.#pumping = undefined;
    }
  }

  async #pumpUntilDone(): Promise<void> {
    do {
      try {
        await this.#pump();
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.#log.warn(`history: the search could not be brought up to date: ${errorMessage(error)}`);
        const message = isSextantError(error)
          ? error.message
          : t('The history cannot be searched now. See the Sextant log.');
        this.#setStatus({ ...this.#status, phase: 'failed', message });
        this.#updateIn(RETRY_MS);
      }
    } while (this.#takeAnotherRound());
  }

  #takeAnotherRound(): boolean {
    const isWanted = this.#pumpAgain && !this.#closing.signal.aborted;
    this.#pumpAgain = false;
    return isWanted;
  }

  async #pump(): Promise<void> {
    const { signal } = this.#closing;
    if (!(await this.#hasHistory(signal))) {
      this.#setStatus({ phase: 'ready', messages: 0, missing: 0 });
      return;
    }
    await this.#open(signal);
    let state = await this.#index.call('history.state', null, signal);
    while (state.isOwner && state.failure === undefined) {
      const startedMs = performance.now();
      const page = await this.#nextPage(state, signal);
      this.#setState(state, page.latest - page.after);
      if (page.epoch === state.epoch && page.revision === state.revision) return;
      state = await this.#index.call('history.apply', page, signal);
      this.#setState(state, page.latest - state.revision);
      // Another window's process has taken over, or this one was opened anew: the next round tells.
      if (state.epoch !== page.epoch || state.revision !== page.revision) return;
      // Whoever chats needs the store and this thread more.
      await pause(Math.min(performance.now() - startedMs, SETTLE_MS));
    }
    this.#setState(state, 0);
  }

  /** The index is encrypted whenever the store is, and with its key. */
  async #open(signal: AbortSignal): Promise<void> {
    const encryption = await this.#store.call('encryption.get', null, signal);
    const keyId = encryption.state === 'off' ? null : encryption.keyId;
    if (keyId === this.#openedWith) return;
    const secret = keyId === null ? null : await this.#place.findKey(keyId);
    if (keyId !== null && secret === null) {
      throw new SextantError('locked', t('The chats are encrypted, and their key is not known here.'));
    }
    await this.#index.call('history.open', { directory: this.#place.directory, secret }, signal);
    this.#openedWith = keyId;
    this.#updateSoon();
  }

  /** False as long as there never was a message: then no process need be started. */
  async #hasHistory(signal: AbortSignal): Promise<boolean> {
    this.#isEmpty &&=
      (await this.#store.call('history.changes', { epoch: null, after: 0, limit: 1 }, signal)).latest === 0;
    return !this.#isEmpty;
  }

  /** What follows; from the beginning where the index is of another history. */
  async #nextPage({ epoch, revision }: HistoryIndexState, signal: AbortSignal) {
    const next = (after: number) => this.#store.call('history.changes', { epoch, after, limit: PAGE_CHANGES }, signal);
    const page = await next(epoch === null ? 0 : revision);
    const isSame = page.epoch === epoch && page.latest >= revision;
    return isSame || page.after === 0 ? page : await next(0);
  }

  #setState({ messages, failure }: HistoryIndexState, missing: number): void {
    this.#setStatus({
      phase: failure !== undefined ? 'failed' : missing > PAGE_CHANGES ? 'building' : 'ready',
      messages,
      missing: Math.max(0, missing),
      ...(failure === undefined ? {} : { message: failure }),
    });
  }

  #setStatus(status: HistoryStatus): void {
    this.#status = status;
    this.#statusChanged.fire(status);
  }
}

function within(value: number, least: number, most: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(least, Math.trunc(value)), most) : least;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
