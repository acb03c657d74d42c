const SLICE_MS = 8;

/**
 * Lets others have their turn: whoever works long awaits {@link breathe} between small steps when the
 * slice is over, and a search that arrived meanwhile is answered first. Without it one folder's walk
 * would hold up everything for seconds.
 */
export class TimeSlice {
  #startedMs = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#startedMs >= SLICE_MS;
  }

  /** Waits for one turn of the event loop. */
  async breathe(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.#startedMs = performance.now();
  }
}
