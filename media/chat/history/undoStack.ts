import { type ReadonlySignal, computed, signal } from '@preact/signals-core';
import { UNDO_MS } from '../../../src/protocol/library.ts';

/** The store counts from when it deleted, and hears of the undo a little later than it was clicked. */
const ON_THE_WAY_MS = 500;
/** Early enough for one renewal to be lost. */
const RENEW_MS = UNDO_MS / 3;
/** What was done before so many other things is not remembered. */
const MOST = 20;

/** Something that was done and can be taken back for a while. */
export interface Undoable {
  readonly text: string;
  readonly undo: () => Promise<unknown>;
  /** One of the chats that it deleted: the store keeps them only for a while. */
  readonly deletedId?: string;
}

/**
 * What was done, the last first. It can be taken back for some seconds after the last thing that was done or taken
 * back, and for as long as somebody is about to.
 */
export class UndoStack {
  /** Begins anew the time for which the store keeps what was deleted. */
  readonly #renew: (deletedIds: readonly string[]) => Promise<unknown>;
  readonly #entries = signal<readonly Undoable[]>([]);
  #isHeld = false;
  #end: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setInterval> | undefined;

  constructor(renew: (deletedIds: readonly string[]) => Promise<unknown>) {
    this.#renew = renew;
  }

  /** What would be taken back now. */
  readonly last: ReadonlySignal<Undoable | null> = computed(() => this.#entries.value.at(-1) ?? null);
  readonly count: ReadonlySignal<number> = computed(() => this.#entries.value.length);

  push(done: Undoable): void {
    this.#keep();
    this.#entries.value = [...this.#entries.value, done].slice(-MOST);
  }

  /** Takes the last one out, for its `undo` to be called. */
  take(): Undoable | null {
    const taken = this.last.value;
    this.#entries.value = this.#entries.value.slice(0, -1);
    this.#keep();
    return taken;
  }

  /** Says that somebody is about to take something back, or no longer. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    clearInterval(this.#renewal);
    if (isHeld) {
      this.#renewal = setInterval(() => {
        this.#keep();
      }, RENEW_MS);
    }
    this.#keep();
  }

  /** Begins the time anew for all of them. */
  #keep(): void {
    clearTimeout(this.#end);
    const deleted = this.#entries.value.flatMap(({ deletedId }) => deletedId ?? []);
    // What the store no longer has, the undo tells.
    if (deleted.length > 0) this.#renew(deleted).catch(() => undefined);
    if (this.#isHeld) return;
    this.#end = setTimeout(() => (this.#entries.value = []), UNDO_MS - ON_THE_WAY_MS);
  }
}
