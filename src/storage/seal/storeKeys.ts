import type { KnownKeys, StoreKey } from './seal.ts';

/** The keys that this process has been given, and which of them the store is sealed with. */
export class StoreKeys implements KnownKeys {
  readonly #keys = new Map<string, StoreKey>();
  current: StoreKey | null = null;

  get all(): readonly StoreKey[] {
    return [...this.#keys.values()];
  }

  add(key: StoreKey): void {
    this.#keys.set(key.id, key);
  }

  find(id: string): StoreKey | undefined {
    return this.#keys.get(id);
  }
}
