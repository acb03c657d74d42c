import { Emitter, type Event } from '../base/emitter.ts';
import type { Clock } from './clock.ts';

/** The user's own pause: for some minutes, or until the window is opened anew. */
export class CompletionPause {
  readonly #clock: Clock;
  readonly #changed = new Emitter<null>();
  #cancelTimer: () => void = () => undefined;
  #isPaused = false;
  #endMs: number | null = null;

  readonly onDidChange: Event<null> = this.#changed.event;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Milliseconds until it ends; null for a pause without an end, undefined where there is none. */
  get leftMs(): number | null | undefined {
    if (!this.#isPaused) return undefined;
    return this.#endMs === null ? null : Math.max(0, this.#endMs - this.#clock.nowMs());
  }

  /** From now on, whatever was before. `minutes` null: until the window is opened anew. */
  start(minutes: number | null): void {
    this.#cancelTimer();
    this.#isPaused = true;
    this.#endMs = null;
    if (minutes !== null) {
      const lengthMs = minutes * 60_000;
      this.#endMs = this.#clock.nowMs() + lengthMs;
      this.#cancelTimer = this.#clock.after(lengthMs, () => {
        this.end();
      });
    }
    this.#changed.fire(null);
  }

  end(): void {
    this.#cancelTimer();
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#changed.fire(null);
  }

  dispose(): void {
    this.#cancelTimer();
    this.#changed.dispose();
  }
}
