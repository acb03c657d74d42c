import { type Disposable, toDisposable } from './disposable.ts';
import { Emitter, type Event } from './emitter.ts';
import { SextantError } from './errors.ts';
import { type Caller, type Channel, type Contract, RpcPeer, type Silent } from './rpc.ts';
import { t } from './texts.ts';

const DEATH_WINDOW_MS = 60_000;
const DEATHS_IN_WINDOW = 5;

/** A started helper: its pipe, and how to end it for good. */
export interface StartedService {
  readonly channel: Channel;
  stop(): void;
}

interface Running<C extends Contract> {
  readonly peer: RpcPeer<Silent, C>;
  /** Settles when what has to come before any call is done. */
  readonly ready: Promise<void>;
  /** Ends it without counting as a death. */
  stop(): void;
}

/**
 * A worker or process that starts at its first call and again after it died. Calls that were pending
 * when it died are rejected with code `closed`; listeners outlive restarts. One that keeps dying is
 * left alone for a minute.
 */
export class Service<C extends Contract> implements Caller<C>, Disposable {
  readonly #name: string;
  readonly #start: () => StartedService;
  readonly #onStarted: ((peer: RpcPeer<Silent, C>) => Promise<void>) | undefined;
  readonly #listeners = new Set<{ attach(peer: RpcPeer<Silent, C>): Disposable; current: Disposable | undefined }>();
  readonly #deaths: number[] = [];
  readonly #died = new Emitter<null>();
  #running: Running<C> | undefined;
  #disposed = false;

  /** `onStarted` runs before any other call of a fresh start, for example to open what was open before. */
  constructor(name: string, start: () => StartedService, onStarted?: (peer: RpcPeer<Silent, C>) => Promise<void>) {
    this.#name = name;
    this.#start = start;
    this.#onStarted = onStarted;
  }

  /** The helper ended although nobody had asked it to. */
  readonly onDidDie: Event<null> = this.#died.event;

  readonly call: Caller<C>['call'] = (method, params, signal) =>
    new Promise((resolve, reject) => {
      const running = this.#ensureRunning();
      unlessAborted(running.ready, signal)
        .then(() => running.peer.call(method, params, signal))
        .then(resolve, reject);
    });

  readonly on: Caller<C>['on'] = (name, listener) => {
    const entry = {
      attach: (peer: RpcPeer<Silent, C>) => peer.on(name, listener),
      current: this.#running?.peer.on(name, listener),
    };
    this.#listeners.add(entry);
    return toDisposable(() => {
      this.#listeners.delete(entry);
      entry.current?.dispose();
    });
  };

  /** True while the helper runs: to ask without starting it. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Ends the helper; the next call starts it again. */
  stop(): void {
    const running = this.#running;
    this.#running = undefined;
    running?.stop();
  }

  dispose(): void {
    this.#disposed = true;
    this.stop();
    this.#listeners.clear();
    this.#died.dispose();
  }

  #ensureRunning(): Running<C> {
    if (this.#running !== undefined) return this.#running;
    if (this.#disposed) throw new SextantError('closed', t('The {0} was closed.', this.#name));
    const now = performance.now();
    while (this.#deaths[0] !== undefined && now - this.#deaths[0] > DEATH_WINDOW_MS) this.#deaths.shift();
    if (this.#deaths.length >= DEATHS_IN_WINDOW) {
      throw new SextantError(
        'closed',
        t('The {0} keeps ending unexpectedly. See the Sextant log, and try again in a minute.', this.#name),
      );
    }
    return (this.#running = this.#run(this.#start()));
  }

  #run(started: StartedService): Running<C> {
    const peer = new RpcPeer<Silent, C>(started.channel, { handlers: {} });
    for (const listener of this.#listeners) listener.current = listener.attach(peer);
    const stop = (): void => {
      closing.dispose();
      peer.dispose();
      started.stop();
    };
    const died = (): void => {
      if (this.#running === running) this.#running = undefined;
      this.#deaths.push(performance.now());
      stop();
    };
    const closing = started.channel.onClose(() => {
      died();
      this.#died.fire(null);
    });
    const ready = this.#onStarted?.(peer) ?? Promise.resolve();
    const running: Running<C> = { peer, ready, stop };
    ready.catch(() => {
      if (this.#running === running) died();
    });
    return running;
  }
}

/** Waits, but no longer than the signal allows. */
function unlessAborted(ready: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return ready;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new SextantError('aborted', t('The request was cancelled.')));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    ready.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
