import type { Failure, TimeoutPhase } from './failure.ts';

/** How long a provider may be silent, milliseconds. Any byte from it, a keep-alive too, ends a silence. */
export interface Timeouts {
  /** Until it answers at all. A local server answers only when it has loaded the model and read the prompt. */
  readonly connectMs: number;
  /** After that, until the first text: a model may think for long without showing it. */
  readonly firstTokenMs: number;
  /** Between two pieces, once there was text. */
  readonly stallMs: number;
}

/** Long enough for a large model on a slow disk; whoever does not want to wait presses Stop. */
export const defaultTimeouts: Timeouts = { connectMs: 300_000, firstTokenMs: 240_000, stallMs: 90_000 };

/** Ends one attempt when its provider is silent for too long, and with it when the caller aborts. */
export class Watchdog {
  readonly #controller = new AbortController();
  readonly #timeouts: Timeouts;
  readonly #outer: AbortSignal;
  readonly #onOuterAbort = (): void => {
    this.#controller.abort(this.#outer.reason);
  };
  #phase: TimeoutPhase = 'connect';
  #heardAt = performance.now();
  #isPaused = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: Failure | null = null;

  constructor(timeouts: Timeouts, signal: AbortSignal) {
    this.#timeouts = timeouts;
    this.#outer = signal;
    if (signal.aborted) this.#onOuterAbort();
    signal.addEventListener('abort', this.#onOuterAbort, { once: true });
    this.#arm(this.#limitMs);
  }

  /** Aborts when time is up or the caller aborts. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The timeout, when it was time that ended the attempt. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** A new phase, with its own limit, starts now. Once there was text there is no way back. */
  enter(phase: TimeoutPhase): void {
    const isShorter = this.#timeouts[`${limitNames[phase]}Ms`] < this.#limitMs;
    this.#phase = phase;
    this.heard();
    if (isShorter) this.#arm(this.#limitMs);
  }

  /** The provider gave a sign of life. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** The silence that follows is the caller's own. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.heard();
  }

  /** Ends what is still under way of the attempt. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#onOuterAbort);
    this.#controller.abort();
  }

  get #limitMs(): number {
    return this.#timeouts[`${limitNames[this.#phase]}Ms`];
  }

  /** One timer that looks again where the silence was broken: cheaper than a new one for every chunk. */
  #arm(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const limitMs = this.#limitMs;
      const silentMs = this.#isPaused ? 0 : performance.now() - this.#heardAt;
      if (silentMs < limitMs) {
        this.#arm(limitMs - silentMs);
        return;
      }
      this.#failure = { type: 'timeout', phase: this.#phase, afterMs: limitMs };
      this.#controller.abort();
    }, Math.ceil(delayMs));
  }
}

const limitNames = { connect: 'connect', 'first-token': 'firstToken', stall: 'stall' } as const;
