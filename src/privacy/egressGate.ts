import type { RequestOrigin } from '../protocol/egress.ts';
import type { EgressLedger } from './egressLedger.ts';
import { isLoopback } from './isLoopback.ts';
import { type Policy, refusal } from './policy.ts';

/** How everything in Sextant reaches a server. Whoever asks says what for, and which files go along. */
export type Fetch = (address: string, init: RequestInit, origin: RequestOrigin) => Promise<Response>;

/**
 * The one way out: nothing leaves Sextant but through here. Each request is in the ledger before it goes; what the
 * policies do not allow is refused with code `local-only` or `forbidden` and goes nowhere.
 */
export class EgressGate {
  readonly #fetch: (address: string, init: RequestInit) => Promise<Response>;
  readonly #ledger: Pick<EgressLedger, 'begin'>;
  readonly #policies: () => readonly Policy[];

  constructor(
    fetch: (address: string, init: RequestInit) => Promise<Response>,
    ledger: Pick<EgressLedger, 'begin'>,
    policies: () => readonly Policy[],
  ) {
    this.#fetch = fetch;
    this.#ledger = ledger;
    this.#policies = policies;
  }

  readonly fetch: Fetch = async (address, init, origin) => {
    const record = await this.open(address, bodyBytes(init.body), origin);
    let response: Response;
    try {
      response = await this.#fetch(address, init);
    } catch (error) {
      record(0);
      throw error;
    }
    const { body, status, statusText, headers } = response;
    if (body === null) {
      record(0);
      return response;
    }
    return new Response(countedBody(body, record), { status, statusText, headers });
  };

  /**
   * Lets a request out that `fetch` does not carry. Returns what is to be called at its end with the bytes that
   * came back.
   */
  async open(address: string, bytesOut: number, origin: RequestOrigin): Promise<(bytesIn: number) => void> {
    const { provider, ...sent } = origin;
    const problem = refusal(this.#policies(), address, provider);
    if (problem !== null) throw problem;
    return await this.#ledger.begin({ ...sent, address: withoutQuery(address), bytesOut }, isLoopback(address));
  }
}

function withoutQuery(address: string): string {
  return address.replace(/[?#].*$/s, '');
}

function bodyBytes(body: RequestInit['body']): number {
  if (typeof body === 'string') return new TextEncoder().encode(body).byteLength;
  if (body instanceof Uint8Array || body instanceof ArrayBuffer) return body.byteLength;
  return 0;
}

/** Passes a body through, and says at its end, however that comes, how long it was. */
function countedBody(body: ReadableStream<Uint8Array>, record: (bytesIn: number) => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            record(bytes);
            controller.close();
            return;
          }
          bytes += value.byteLength;
          controller.enqueue(value);
        } catch (error) {
          record(bytes);
          controller.error(error);
        }
      },
      async cancel(reason) {
        record(bytes);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
