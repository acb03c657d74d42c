import { type Disposable, toDisposable } from './disposable.ts';
import { SextantError } from './errors.ts';
import { type Caller, type Channel, type Contract, RpcPeer, type Silent } from './rpc.ts';

const RESTART_WINDOW_MS = 60_000;
const RESTARTS_IN_WINDOW = 5;

/** A started helper: its pipe, and how to end it for good. */
export interface StartedService {
  readonly channel: Channel;
  stop(): void;
}

interface Running<C extends Contract> {
  readonly peer: RpcPeer<Silent, C>;
  /** Settles when what has to come before any call is done. */
  readonly ready: Promise<void>;
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
  readonly #starts: number[] = [];
  #running: Running<C> | undefined;
  #disposed = false;

  /** `onStarted` runs before any other call of a fresh start, for example to open what was open before. */
  constructor(name: string, start: () => StartedService, onStarted?: (peer: RpcPeer<Silent, C>) => Promise<void>) {
    this.#name = name;
    this.#start = start;
    this.#onStarted = onStarted;
  }

  readonly call: Caller<C>['call'] = (method, params, signal) =>
    new Promise((resolve, reject) => {
      const running = this.#ensureRunning();
      running.ready.then(() => running.peer.call(method, params, signal)).then(resolve, reject);
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
    running?.peer.dispose();
    running?.stop();
  }

  dispose(): void {
    this.#disposed = true;
    this.stop();
    this.#listeners.clear();
  }

  #ensureRunning(): Running<C> {
    if (this.#running !== undefined) return this.#running;
    if (this.#disposed) throw new SextantError('closed', `The ${this.#name} was closed.`);
    const now = performance.now();
    while (this.#starts[0] !== undefined && now - this.#starts[0] > RESTART_WINDOW_MS) this.#starts.shift();
    if (this.#starts.length >= RESTARTS_IN_WINDOW) {
      throw new SextantError('closed', `The ${this.#name} keeps ending unexpectedly. See the Sextant log, and try again in a minute.`);
    }
    this.#starts.push(now);
    const { channel, stop } = this.#start();
    const peer = new RpcPeer<Silent, C>(channel, { handlers: {} });
    for (const listener of this.#listeners) listener.current = listener.attach(peer);
    const ready = this.#onStarted?.(peer) ?? Promise.resolve();
    const running = { peer, stop, ready };
    this.#running = running;
    const forget = (): void => {
      if (this.#running === running) this.#running = undefined;
    };
    channel.onClose(forget);
    ready.catch(() => {
      forget();
      stop();
    });
    return running;
  }
}
