import { type Disposable, toDisposable } from '../base/disposable.ts';
import type { LocalAddresses, LocalProvider } from './localServers.ts';

export interface LocalServerWatchParts {
  /** Where servers may be; null where they are not to be looked for. */
  readonly addresses: () => LocalAddresses | null;
  /** Those of the origins at which somebody listens. */
  readonly listening: (origins: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Somebody has begun or ceased to listen where these servers may be. */
  readonly changed: (providers: readonly LocalProvider[]) => Promise<void>;
}

/** A server that comes or goes is noticed in this time; looking costs a handshake for each port. */
const EVERY_MS = 2000;

/**
 * Notices when servers on this machine come and go, while somebody sees what depends on it. It only looks whether
 * somebody listens; who that is, is asked once for each change, so that a server hears nothing of the waiting.
 */
export class LocalServerWatch implements Disposable {
  readonly #parts: LocalServerWatchParts;
  readonly #everyMs: number;
  readonly #viewers = new Set<() => boolean>();
  #known: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isLooking = false;

  constructor(parts: LocalServerWatchParts, everyMs = EVERY_MS) {
    this.#parts = parts;
    this.#everyMs = everyMs;
  }

  /** Looks for as long as it is not disposed of, whenever `isSeen`. */
  add(isSeen: () => boolean): Disposable {
    // The same function may be given twice.
    const viewer = (): boolean => isSeen();
    this.#viewers.add(viewer);
    this.#timer ??= setInterval(() => void this.#look(), this.#everyMs);
    return toDisposable(() => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size === 0) this.dispose();
    });
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#viewers.clear();
  }

  async #look(): Promise<void> {
    const addresses = this.#parts.addresses();
    if (this.#isLooking || addresses === null || ![...this.#viewers].some((isSeen) => isSeen())) return;
    this.#isLooking = true;
    try {
      const places = Object.entries(addresses) as [LocalProvider, string][];
      const found = await this.#parts.listening(places.map(([, origin]) => origin));
      const before = this.#known;
      this.#known = found;
      const changed = places.filter(([, origin]) => found.has(origin) !== before.has(origin));
      if (changed.length > 0) await this.#parts.changed(changed.map(([provider]) => provider));
    } catch {
      // What is wrong with a provider stands beside it.
    } finally {
      this.#isLooking = false;
    }
  }
}
