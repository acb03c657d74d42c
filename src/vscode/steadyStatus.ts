import type { Disposable } from '../base/disposable.ts';
import type { IndexStatus } from '../protocol/contextIndex.ts';

/** A save is indexed in less: nobody needs to see it. */
const QUIET_MS = 800;
/** Numbers that change faster cannot be read. */
const STEP_MS = 1000;

/**
 * The state of the index as a status bar can show it without flickering: work that is over in a moment is not
 * shown at all, and its numbers change once a second.
 */
export class SteadyStatus implements Disposable {
  readonly #show: (status: IndexStatus) => void;
  #shown: IndexStatus;
  #next: IndexStatus;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `show` is called at once with `first`, and then with what is to be shown instead. */
  constructor(first: IndexStatus, show: (status: IndexStatus) => void) {
    this.#show = show;
    this.#shown = first;
    this.#next = first;
    show(first);
  }

  take(status: IndexStatus): void {
    this.#next = status;
    if (!isWorking(status)) this.#take();
    else
      this.#timer ??= setTimeout(
        () => {
          this.#take();
        },
        isWorking(this.#shown) ? STEP_MS : QUIET_MS,
      );
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #take(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#shown = this.#next;
    this.#show(this.#shown);
  }
}

function isWorking({ phase }: IndexStatus): boolean {
  return phase === 'opening' || phase === 'scanning' || phase === 'indexing';
}
