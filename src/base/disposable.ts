/** Something that holds a resource until it is told to let go. Calling `dispose` again does nothing. */
export interface Disposable {
  dispose(): void;
}

/** A disposable that runs `release` once, on the first `dispose`. */
export function toDisposable(release: () => void): Disposable {
  let released = false;
  return {
    dispose() {
      if (released) return;
      released = true;
      release();
    },
  };
}

/**
 * Owns what is added to it and disposes of it in reverse order. What is added after its own
 * disposal is disposed of at once, so that a late arrival never leaks. An item that throws does not
 * keep the others: the first error is thrown when all are done.
 */
export class DisposableStore implements Disposable {
  readonly #items = new Set<Disposable>();
  #disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.add(item);
    return item;
  }

  dispose(): void {
    this.#disposed = true;
    const items = [...this.#items].reverse();
    this.#items.clear();
    const errors: unknown[] = [];
    for (const item of items) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
