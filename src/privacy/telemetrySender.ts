import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import type { RequestOrigin } from '../protocol/egress.ts';
import type { StoreContract } from '../protocol/store.ts';
import type { Fetch } from './egressGate.ts';
import { logsAddress, otlpLogs } from './otlpLogs.ts';
import { redactSecrets } from './redactSecrets.ts';

/** So long an event can be read before it is sent. */
export const HOLD_MS = 86_400_000;

const TIMEOUT_MS = 30_000;
/** At one time; what is left over goes the next time. */
const MOST_BATCHES = 20;
const ORIGIN: RequestOrigin = { purpose: 'telemetry', model: null, files: [] };

export interface TelemetrySenderDependencies {
  readonly store: Caller<StoreContract>;
  readonly fetch: Fetch;
  /** Where to; undefined where nothing may be sent. Asked before each request. */
  readonly address: () => string | undefined;
  /** Sextant's own. */
  readonly version: string;
  readonly log: Pick<Log, 'warn'>;
}

/** Sends the events of use that are a day old, each at most once, to the server that the user has named. */
export class TelemetrySender {
  readonly #dependencies: TelemetrySenderDependencies;

  constructor(dependencies: TelemetrySenderDependencies) {
    this.#dependencies = dependencies;
  }

  /** Never rejects: what could not be sent is tried the next time. Returns how many events went. */
  async send(nowMs = Date.now()): Promise<number> {
    const { store, log } = this.#dependencies;
    let sent = 0;
    for (let batch = 0; batch < MOST_BATCHES && this.#dependencies.address() !== undefined; batch++) {
      try {
        const { events, ...claim } = await store.call('usage.claim', { until: nowMs - HOLD_MS });
        if (events.length === 0) break;
        try {
          await this.#post(otlpLogs(events, this.#dependencies.version));
        } catch (error) {
          await store.call('usage.unclaim', claim);
          throw error;
        }
        sent += events.length;
      } catch (error) {
        log.warn(`telemetry: it could not be sent: ${redactSecrets(errorMessage(error))}`);
        break;
      }
    }
    return sent;
  }

  async #post(body: string): Promise<void> {
    const address = this.#dependencies.address();
    if (address === undefined) throw new Error('it was turned off');
    const init: RequestInit = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      // Who takes the events is who was named.
      redirect: 'error',
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    const response = await this.#dependencies.fetch(logsAddress(address), init, ORIGIN);
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
  }
}
