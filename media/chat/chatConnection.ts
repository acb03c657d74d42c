import { errorMessage, isAbort } from '../../src/base/errors.ts';
import { type Channel, RpcPeer } from '../../src/base/rpc.ts';
import { t } from '../../src/base/texts.ts';
import { chatViewChecks } from '../../src/protocol/chatViewChecks.ts';
import type { ChatHostContract, ChatViewContract } from '../../src/protocol/chatView.ts';
import type { ChatState } from './chatState.ts';

type Requests = ChatHostContract['requests'];
type Method = keyof Requests;
type Events = ChatHostContract['events'];
type EventName = Extract<keyof Events, string>;

/** How long a host that starts up may take before the view says that it waits. */
const PATIENCE_MS = 10_000;

/**
 * The view's half of the boundary: keeps the state up to date, asks for a snapshot when an event does
 * not fit, and puts the sentence of an error where the user looks.
 */
export class ChatConnection {
  readonly #peer: RpcPeer<ChatViewContract, ChatHostContract>;
  readonly #state: ChatState;
  /** The events that came while a snapshot was on its way: it may be older than they are. */
  #sinceAsked: (() => boolean)[] = [];
  #asking: AbortController | undefined;
  #isStale = false;

  constructor(channel: Channel, state: ChatState) {
    this.#state = state;
    this.#peer = new RpcPeer<ChatViewContract, ChatHostContract>(channel, {
      handlers: {},
      incoming: chatViewChecks,
      // What was in an event that does not fit is lost: the host is asked for all of it.
      onInternalError: () => void this.resync(),
    });
    this.#take('conversation', ({ conversation }) => {
      state.takeConversation(conversation);
    });
    this.#take('gone', ({ message }) => {
      state.failure.value = message;
    });
    this.#take('message', ({ message }) => state.takeMessage(message));
    this.#take('queue', (queue) => {
      state.takeQueue(queue);
    });
    this.#take('held', (held) => {
      state.takeHeld(held);
    });
    this.#take('delta', (delta) => state.takeDelta(delta));
    this.#take('models', (models) => {
      state.models.value = models;
    });
    this.#take('index', (index) => {
      state.index.value = index;
    });
    this.#take('composer', ({ composer }) => {
      state.composer.value = composer;
    });
    this.#take('setup', ({ setup }) => {
      state.setup.value = setup;
    });
    this.#take('edits', () => {
      state.filesVersion.value += 1;
    });
    this.#take('window', ({ report }) => {
      state.window.value = report;
    });
    this.#take('firstRun', ({ firstRun }) => {
      state.firstRun.value = firstRun;
    });
    this.#take('notice', ({ notice }) => {
      state.notice.value = notice;
      // What was in the way may be gone.
      if (state.connection.value.kind === 'failed') void this.resync();
    });
  }

  /** Hears text that a command puts into the input; null only asks for the focus. See the contract. */
  onDraft(listener: (draft: { text: string | null; hasWaited: boolean }) => void): void {
    this.#peer.on('draft', listener);
  }

  /** Hears that past chats or folders have changed. */
  onHistoryChange(listener: () => void): void {
    this.#peer.on('conversations', listener);
  }

  /** Tells the host that the view is drawn and its input can be used. */
  sayReady(): void {
    this.#peer.emit('ready', null);
  }

  /** Tells the host whether the page has the focus, for the keys that mean something only then. */
  sayFocus(isFocused: boolean): void {
    this.#peer.emit('focus', { isFocused });
  }

  /** Draws everything anew from the host's truth. When one is on its way, another is asked for after it. */
  async resync(): Promise<void> {
    this.#isStale = true;
    if (this.#asking !== undefined) return;
    while (this.#isStale) {
      this.#isStale = false;
      await this.#askSnapshot();
    }
  }

  /** Gives up waiting for the host and asks it again. */
  startOver(): void {
    this.#state.connection.value = { kind: 'waiting' };
    this.#isStale = true;
    if (this.#asking === undefined) void this.resync();
    else this.#asking.abort();
  }

  /** Asks the host; rejects with its error. */
  call<M extends Method>(
    method: M,
    params: Parameters<Requests[M]>[0],
    signal?: AbortSignal,
  ): Promise<ReturnType<Requests[M]>> {
    return this.#peer.call(method, params, signal);
  }

  /** Asks the host for something to happen; true when it did, else the user reads why not. */
  async ask<M extends Method>(method: M, params: Parameters<Requests[M]>[0]): Promise<boolean> {
    const { failure } = this.#state;
    try {
      await this.#peer.call(method, params);
      failure.value = null;
      return true;
    } catch (error) {
      if (!isAbort(error)) failure.value = errorMessage(error);
      return false;
    }
  }

  /** Hears an event; `take` returns false when it does not fit what is known. */
  #take<E extends EventName>(name: E, take: (payload: Events[E]) => boolean | undefined): void {
    this.#peer.on(name, (payload) => {
      const fits = (): boolean => take(payload) !== false;
      if (this.#asking !== undefined) this.#sinceAsked.push(fits);
      if (!fits() && this.#asking === undefined) void this.resync();
    });
  }

  async #askSnapshot(): Promise<void> {
    const { connection, failure } = this.#state;
    const asking = new AbortController();
    this.#asking = asking;
    const patience = setTimeout(() => {
      if (connection.value.kind !== 'waiting') return;
      connection.value = { kind: 'failed', message: t('Sextant has not answered yet. It may still be starting.') };
    }, PATIENCE_MS);
    try {
      this.#state.takeSnapshot(await this.#peer.call('snapshot', null, asking.signal));
    } catch (error) {
      const message = errorMessage(error);
      if (connection.value.kind === 'connected') failure.value = message;
      else if (!isAbort(error)) connection.value = { kind: 'failed', message };
    } finally {
      clearTimeout(patience);
      this.#asking = undefined;
    }
    const fits = this.#sinceAsked.splice(0).map((replay) => replay());
    if (fits.includes(false)) this.#isStale = true;
  }
}

/** What a component needs to ask for things. */
export type Ask = ChatConnection['ask'];
