/** Files that wait to be indexed: what somebody has just saved first, each path once. */
export class FileQueue {
  readonly #urgent = new Set<string>();
  readonly #waiting = new Set<string>();
  readonly #inWork = new Set<string>();
  /** Of all the above, those that are not in the index yet. */
  readonly #new = new Set<string>();

  /** Files that are not done. */
  get size(): number {
    return this.#urgent.size + this.#waiting.size + this.#inWork.size;
  }

  /** Whether something waits that somebody has just saved. */
  get hasUrgent(): boolean {
    return this.#urgent.size > 0;
  }

  /** Files that are not done and not in the index yet. */
  get newCount(): number {
    return this.#new.size;
  }

  add(path: string, traits: { urgent: boolean; isNew: boolean }): void {
    if (traits.isNew) this.#new.add(path);
    if (traits.urgent) {
      this.#waiting.delete(path);
      this.#urgent.add(path);
    } else if (!this.#urgent.has(path)) this.#waiting.add(path);
  }

  /** Puts those of the paths that wait before all others. */
  hasten(paths: readonly string[]): void {
    for (const path of paths) if (this.#waiting.delete(path)) this.#urgent.add(path);
  }

  /** The next files to work on, at most `count`. One that is being worked on waits until it is done. */
  take(count: number): string[] {
    const taken: string[] = [];
    for (const set of [this.#urgent, this.#waiting]) {
      for (const path of set) {
        if (taken.length === count) return taken;
        if (this.#inWork.has(path)) continue;
        set.delete(path);
        this.#inWork.add(path);
        taken.push(path);
      }
    }
    return taken;
  }

  done(paths: readonly string[]): void {
    for (const path of paths) {
      this.#inWork.delete(path);
      if (!this.#waits(path)) this.#new.delete(path);
    }
  }

  /** Forgets what waits; what is being worked on is still to be done. */
  clear(): void {
    this.#urgent.clear();
    this.#waiting.clear();
    for (const path of this.#new) if (!this.#inWork.has(path)) this.#new.delete(path);
  }

  #waits(path: string): boolean {
    return this.#urgent.has(path) || this.#waiting.has(path);
  }
}
