import { errorMessage } from '../base/errors.ts';
import { uuidV7 } from '../base/identifiers.ts';
import type { Log } from '../base/log.ts';
import type { SentRequest } from '../protocol/egress.ts';

/** What ends within this time is written together. */
const TOGETHER_MS = 1_000;
/** A store that does not answer must not keep a question from its answer for longer. */
const LONGEST_WAIT_MS = 1_000;
/** What a store that does not write has waiting for it. */
const MOST_WAITING = 10_000;
const BATCH = 500;

/**
 * Writes down what is sent. What leaves the machine is on disk before it goes; what stays on it is written a moment
 * later, together with its end. What the store does not take waits until it does.
 */
export class EgressLedger {
  readonly #save: (requests: readonly SentRequest[]) => Promise<unknown>;
  readonly #log: Pick<Log, 'warn'>;
  #waiting = new Map<string, SentRequest>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(save: (requests: readonly SentRequest[]) => Promise<unknown>, log: Pick<Log, 'warn'>) {
    this.#save = save;
    this.#log = log;
  }

  /** To be awaited before a request goes. Returns what is to be called at its end with the bytes that came back. */
  async begin(
    request: Omit<SentRequest, 'id' | 'at' | 'bytesIn'>,
    isLocal: boolean,
  ): Promise<(bytesIn: number) => void> {
    const at = Date.now();
    const begun: SentRequest = { ...request, files: [...new Set(request.files)], id: uuidV7(at), at, bytesIn: 0 };
    this.#waiting.set(begun.id, begun);
    if (isLocal) this.#writeLater();
    else await Promise.race([this.flush(), pause(LONGEST_WAIT_MS)]);
    return (bytesIn) => {
      this.#waiting.set(begun.id, { ...begun, bytesIn });
      this.#writeLater();
    };
  }

  /** Writes what has come so far. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  #writeLater(): void {
    this.#timer ??= setTimeout(() => void this.flush(), TOGETHER_MS);
  }

  async #write(): Promise<void> {
    const requests = [...this.#waiting.values()].slice(0, BATCH);
    if (requests.length === 0) return;
    try {
      await this.#save(requests);
    } catch (error) {
      this.#log.warn(`ledger: ${requests.length} requests are not written down yet: ${errorMessage(error)}`);
      this.#dropOldest();
      return;
    }
    // One that has ended meanwhile is to be written once more.
    for (const request of requests) if (this.#waiting.get(request.id) === request) this.#waiting.delete(request.id);
    if (this.#waiting.size > 0) this.#writeLater();
  }

  #dropOldest(): void {
    const surplus = this.#waiting.size - MOST_WAITING;
    for (const id of [...this.#waiting.keys()].slice(0, Math.max(0, surplus))) this.#waiting.delete(id);
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}
