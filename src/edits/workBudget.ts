/** Thrown inside the engine when a comparison would take too long; never leaves it. */
export class OutOfWork extends Error {
  override readonly name = 'OutOfWork';
}

/** Counts steps, so that no input, however hostile, makes the engine compare without end. */
export class WorkBudget {
  readonly limit: number;
  #spent = 0;

  constructor(limit = 60_000_000) {
    this.limit = limit;
  }

  get spent(): number {
    return this.#spent;
  }

  /** Throws {@link OutOfWork} when the steps are used up. */
  spend(steps: number): void {
    this.#spent += steps;
    if (this.#spent > this.limit) throw new OutOfWork();
  }
}
