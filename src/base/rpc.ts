import { type Disposable, toDisposable } from './disposable.ts';
import { Emitter } from './emitter.ts';
import { SextantError, errorCode, errorMessage, isAbort, isSextantError } from './errors.ts';
import { t } from './texts.ts';

/**
 * One side of a boundary: the requests it answers and the events it sends. A request is a function
 * type of one parameter, so that a method's name ties its parameter to its result.
 */
export interface Contract {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a bound for any parameter, as Function types need
  readonly requests: Record<string, (params: any) => unknown>;
  readonly events: Record<string, unknown>;
}

/** Several interfaces as the one type that {@link Contract} asks for, which an interface by itself is not. */
export type Flat<T> = { readonly [K in keyof T]: T[K] };

/** The side of a boundary that answers nothing and says nothing. */
export interface Silent extends Contract {
  readonly requests: Record<never, never>;
  readonly events: Record<never, never>;
}

type Requests<C extends Contract> = keyof C['requests'] & string;
type Events<C extends Contract> = keyof C['events'] & string;
type Params<C extends Contract, M extends Requests<C>> = Parameters<C['requests'][M]>[0];
type Result<C extends Contract, M extends Requests<C>> = Awaited<ReturnType<C['requests'][M]>>;

/** What answers a contract's requests. The signal aborts when the caller cancels or goes away. */
export type Handlers<C extends Contract> = {
  readonly [M in Requests<C>]: (params: Params<C, M>, signal: AbortSignal) => Result<C, M> | Promise<Result<C, M>>;
};

/** Checks a request's parameter where the sender is not trusted; throws what the sender is told. */
export type Validators<C extends Contract> = {
  readonly [M in Requests<C>]: (params: unknown) => Params<C, M>;
};

/** Checks what the other side tells and answers, where that is not trusted to be well-formed; throws on what does not fit. */
export interface IncomingChecks<C extends Contract> {
  readonly events: { readonly [E in Events<C>]: (payload: unknown) => C['events'][E] };
  /** Of requests that are answered with nothing, nothing is taken. */
  readonly results: {
    readonly [M in Requests<C> as undefined extends Result<C, M> ? never : M]: (result: unknown) => Result<C, M>;
  };
}

/** A pipe for frames: a webview, a worker thread, a child process. Frames are structured-cloneable. */
export interface Channel {
  send(frame: unknown): void;
  onFrame(listener: (frame: unknown) => void): Disposable;
  onClose(listener: () => void): Disposable;
}

type Frame =
  | { readonly kind: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'event'; readonly name: string; readonly payload: unknown };

/** As it arrives: nothing about it is certain. */
interface WireError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data?: unknown;
}

interface Pending {
  readonly method: string;
  resolve(result: unknown): void;
  reject(error: SextantError): void;
}

export interface PeerOptions<Local extends Contract, Remote extends Contract> {
  readonly handlers: Handlers<Local>;
  /** Needed where frames come from less trusted ground, such as a webview. */
  readonly validators?: Validators<Local>;
  /** Where it is given, events that do not fit are dropped, and requests with such an answer fail with code `invalid`. */
  readonly incoming?: IncomingChecks<Remote>;
  /** Hears of errors that are not the caller's to understand: the caller gets code `internal`. */
  readonly onInternalError?: (method: string, error: unknown) => void;
}

/**
 * One end of a boundary. It answers `Local` and calls `Remote`. Every request gets exactly one
 * result or one error; closing rejects what is pending; names that the contract does not have are
 * refused, those of the prototype too.
 */
export class RpcPeer<Local extends Contract, Remote extends Contract> implements Disposable {
  readonly #channel: Channel;
  readonly #options: PeerOptions<Local, Remote>;
  readonly #pending = new Map<number, Pending>();
  readonly #running = new Map<number, AbortController>();
  readonly #events = new Map<string, Emitter<unknown>>();
  readonly #subscriptions: readonly Disposable[];
  #nextId = firstId();
  #closed = false;

  constructor(channel: Channel, options: PeerOptions<Local, Remote>) {
    this.#channel = channel;
    this.#options = options;
    this.#subscriptions = [
      channel.onFrame((frame) => {
        this.#receive(frame);
      }),
      channel.onClose(() => {
        this.dispose();
      }),
    ];
  }

  /** Asks the other side. Rejects with a {@link SextantError}; code `aborted` when `signal` aborts. */
  call<M extends Requests<Remote>>(
    method: M,
    params: Params<Remote, M>,
    signal?: AbortSignal,
  ): Promise<Result<Remote, M>> {
    if (this.#closed) return Promise.reject(closedError());
    if (signal?.aborted === true) return Promise.reject(abortedError());
    const id = this.#nextId++;
    return new Promise<unknown>((resolve, reject) => {
      const cancel = (): void => {
        this.#pending.delete(id);
        this.#post({ kind: 'cancel', id });
        reject(abortedError());
      };
      const settled = (): void => signal?.removeEventListener('abort', cancel);
      this.#pending.set(id, {
        method,
        resolve(result) {
          settled();
          resolve(result);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        this.#post({ kind: 'request', id, method, params });
      } catch (error) {
        this.#take(id)?.reject(uncloneableError(method, error));
      }
    }) as Promise<Result<Remote, M>>;
  }

  /** Tells the other side; nothing comes back. Ignored once the boundary is closed. */
  emit<E extends Events<Local>>(name: E, payload: Local['events'][E]): void {
    if (!this.#closed) this.#post({ kind: 'event', name, payload });
  }

  /** Hears what the other side tells. */
  on<E extends Events<Remote>>(name: E, listener: (payload: Remote['events'][E]) => void): Disposable {
    let emitter = this.#events.get(name);
    if (emitter === undefined) this.#events.set(name, (emitter = new Emitter()));
    return emitter.event((payload) => {
      listener(payload as Remote['events'][E]);
    });
  }

  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of pending) call.reject(closedError());
    for (const emitter of this.#events.values()) emitter.dispose();
    this.#events.clear();
  }

  #post(frame: Frame): void {
    this.#channel.send(frame);
  }

  #receive(value: unknown): void {
    if (this.#closed || !isFrame(value)) return;
    switch (value.kind) {
      case 'request':
        void this.#serve(value.id, value.method, value.params);
        return;
      case 'cancel':
        this.#running.get(value.id)?.abort();
        return;
      case 'result':
        this.#settle(value.id, value.result);
        return;
      case 'error':
        this.#take(value.id)?.reject(fromWire(value.error));
        return;
      case 'event':
        this.#hear(value.name, value.payload);
    }
  }

  #settle(id: number, result: unknown): void {
    const call = this.#take(id);
    if (call === undefined) return;
    try {
      call.resolve(checked(this.#options.incoming?.results, call.method, result));
    } catch (error) {
      call.reject(new SextantError('invalid', errorMessage(error), { cause: error }));
    }
  }

  #hear(name: string, payload: unknown): void {
    const events = this.#options.incoming?.events;
    if (events !== undefined && !Object.hasOwn(events, name)) return;
    let heard: unknown;
    try {
      heard = checked(events, name, payload);
    } catch (error) {
      this.#options.onInternalError?.(name, error);
      return;
    }
    this.#events.get(name)?.fire(heard);
  }

  #take(id: number): Pending | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    return call;
  }

  async #serve(id: number, method: string, params: unknown): Promise<void> {
    // A second request under the id of a running one could not be told apart in the answer.
    if (this.#running.has(id)) return;
    const controller = new AbortController();
    this.#running.set(id, controller);
    let reply: Frame;
    try {
      reply = { kind: 'result', id, result: await this.#answer(method, params, controller.signal) };
    } catch (error) {
      reply = this.#failure(id, method, error);
    }
    if (!this.#running.delete(id)) return;
    try {
      this.#post(reply);
    } catch (error) {
      this.#post(this.#failure(id, method, uncloneableError(method, error)));
    }
  }

  #failure(id: number, method: string, error: unknown): Frame {
    if (errorCode(error) === 'internal') this.#options.onInternalError?.(method, error);
    return { kind: 'error', id, error: toWire(error) };
  }

  #answer(method: string, params: unknown, signal: AbortSignal): unknown {
    const { handlers, validators } = this.#options;
    if (!Object.hasOwn(handlers, method)) throw new SextantError('unsupported', t('There is no method “{0}”.', method));
    const name = method as Requests<Local>;
    const checked = validators === undefined ? (params as Params<Local, typeof name>) : validators[name](params);
    return handlers[name](checked, signal);
  }
}

/** What a check leaves of a value: all of it where nothing is checked, nothing where no value is expected. */
function checked(checks: object | undefined, name: string, value: unknown): unknown {
  if (checks === undefined) return value;
  const known = checks as Readonly<Record<string, (value: unknown) => unknown>>;
  return Object.hasOwn(checks, name) ? known[name]?.(value) : undefined;
}

/**
 * Where a peer begins to count. Each begins elsewhere: a page that was reloaded talks over the pipe of the
 * page before it, and must not take the answers that were meant for that one.
 */
function firstId(): number {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return random * 2 ** 20 + 1;
}

function isFrame(value: unknown): value is Frame {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const frame = value as Partial<Record<'id' | 'method' | 'name' | 'error', unknown>> & { kind: unknown };
  switch (frame.kind) {
    case 'request':
      return Number.isSafeInteger(frame.id) && typeof frame.method === 'string';
    case 'cancel':
    case 'result':
      return Number.isSafeInteger(frame.id);
    case 'error':
      return Number.isSafeInteger(frame.id) && typeof frame.error === 'object' && frame.error !== null;
    case 'event':
      return typeof frame.name === 'string';
    default:
      return false;
  }
}

function toWire(error: unknown): WireError {
  if (isAbort(error)) return { code: 'aborted', message: abortedError().message };
  return isSextantError(error)
    ? { code: error.code, message: error.message, data: jsonObject(error.data) }
    : { code: 'internal', message: errorMessage(error) };
}

function fromWire(error: WireError): SextantError {
  const message = typeof error.message === 'string' ? error.message : 'The other side reported an error without words.';
  return new SextantError(errorCode(error), message, { data: jsonObject(error.data) });
}

/** What JSON keeps of an error's data, so that data which cannot be cloned does not cost the whole reply. */
function jsonObject(value: unknown): Record<string, unknown> {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(value));
    return typeof copy === 'object' && copy !== null && !Array.isArray(copy) ? { ...copy } : {};
  } catch {
    return {};
  }
}

function uncloneableError(method: string, cause: unknown): SextantError {
  return new SextantError(
    'internal',
    t('What “{0}” was given or returned cannot be sent: {1}', method, errorMessage(cause)),
    {
      cause,
    },
  );
}

function closedError(): SextantError {
  return new SextantError('closed', t('The other side has gone away. Try again.'));
}

function abortedError(): SextantError {
  return new SextantError('aborted', t('The request was cancelled.'));
}

/** The calling half of a peer: what code needs that only asks and listens. */
export type Caller<C extends Contract> = Pick<RpcPeer<Silent, C>, 'call' | 'on'>;

/** Two ends of a pipe inside one process: what one sends the other receives in a later microtask. */
export function channelPair(): [Channel, Channel] {
  const frameListeners = [new Set<(frame: unknown) => void>(), new Set<(frame: unknown) => void>()] as const;
  const end = (own: 0 | 1): Channel => ({
    send(frame) {
      queueMicrotask(() => {
        for (const listener of [...frameListeners[own === 0 ? 1 : 0]]) listener(frame);
      });
    },
    onFrame(listener) {
      frameListeners[own].add(listener);
      return toDisposable(() => frameListeners[own].delete(listener));
    },
    onClose: () => toDisposable(() => undefined),
  });
  return [end(0), end(1)];
}
