import type { IndexWork, WorkStage } from '../protocol/contextIndex.ts';

/** Counts what the index has done since it was opened, and what each stage of it has taken. */
export class WorkDone {
  readonly #milliseconds = { listing: 0, reading: 0, parsing: 0, embedding: 0, storing: 0, saving: 0, graph: 0 };
  filesRead = 0;
  bytesRead = 0;
  filesParsed = 0;
  chunksEmbedded = 0;

  /** Does the work and adds the time until it is done to a stage. */
  async during<T>(stage: WorkStage, work: () => T | Promise<T>): Promise<T> {
    const startMs = performance.now();
    try {
      return await work();
    } finally {
      this.add(stage, performance.now() - startMs);
    }
  }

  add(stage: WorkStage, milliseconds: number): void {
    this.#milliseconds[stage] += milliseconds;
  }

  report(): IndexWork {
    const { filesRead, bytesRead, filesParsed, chunksEmbedded } = this;
    const rounded = Object.entries(this.#milliseconds).map(([stage, time]) => [stage, Math.round(time)]);
    const milliseconds = Object.fromEntries(rounded) as IndexWork['milliseconds'];
    return { filesRead, bytesRead, filesParsed, chunksEmbedded, milliseconds };
  }
}
