import { FileQueue } from './fileQueue.ts';

/** Files that go through the stages together, and how many such batches at once. */
const BATCH = 16;
const LANES = 3;

/** What is done with the files of a queue, and when. */
export interface LaneWork {
  readonly mayWork: () => boolean;
  /** Takes files through the stages. Never throws. */
  readonly process: (paths: readonly string[]) => Promise<void>;
  /** Waits until there is a share of the processor for more, or until `isUrgent`. */
  readonly pace: (isUrgent: () => boolean) => Promise<void>;
  /** Called when there may be nothing left to do. */
  readonly onRest: () => void;
}

/** Works off the files that wait, several batches at once, so that both threads of the index have something to do. */
export class FileLanes {
  readonly queue = new FileQueue();
  readonly #work: LaneWork;
  readonly #idleListeners = new Set<() => void>();
  #lanes = 0;

  constructor(work: LaneWork) {
    this.#work = work;
  }

  get isRunning(): boolean {
    return this.#lanes > 0;
  }

  /** Starts as many lanes as there is work for. */
  start(): void {
    while (this.#lanes < LANES && this.#work.mayWork() && this.queue.size > this.#lanes * BATCH) {
      this.#lanes++;
      void this.#run().finally(() => {
        this.#lanes--;
        this.#work.onRest();
      });
    }
    this.#work.onRest();
  }

  /** Resolves when nothing waits and nothing is being worked on, or at the next {@link tellIdle}. */
  whenIdle(): Promise<void> {
    if (this.queue.size === 0 && this.#lanes === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.add(resolve));
  }

  tellIdle(): void {
    const listeners = [...this.#idleListeners];
    this.#idleListeners.clear();
    for (const listener of listeners) listener();
  }

  /** Takes batches until there are none. */
  async #run(): Promise<void> {
    while (this.#work.mayWork()) {
      await this.#work.pace(() => this.queue.hasUrgent);
      const batch = this.queue.take(BATCH);
      if (batch.length === 0) return;
      await this.#work.process(batch);
      this.queue.done(batch);
    }
  }
}
