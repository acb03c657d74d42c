import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { RequestOrigin } from '../protocol/egress.ts';
import { describeFailure } from './describeFailure.ts';
import type { Endpoint } from './endpoint.ts';
import { type Failure, WireError, failureOf } from './failure.ts';
import { parseJson } from './json.ts';
import { checkHeaders, getHeaders, postHeaders } from './requestHeaders.ts';
import { Watchdog } from './watchdog.ts';
import { wireFetch } from './wireFetch.ts';

interface JsonRequest {
  readonly timeoutMs: number;
  readonly body?: unknown;
  /** What the ledger says of it. By default the endpoint is asked about its models. */
  readonly origin?: RequestOrigin;
}

const listing: RequestOrigin = { purpose: 'list of models', model: null, files: [] };

/**
 * Asks an endpoint for a JSON document; with `body`, as a POST. Every silence is limited to `timeoutMs`.
 * Throws a model error, also when `signal` is one whose time is up; code `aborted` when it aborts otherwise.
 */
export async function fetchJson(
  endpoint: Endpoint,
  address: string,
  signal: AbortSignal,
  { timeoutMs, body, origin = listing }: JsonRequest,
): Promise<unknown> {
  const watchdog = new Watchdog({ connectMs: timeoutMs, firstTokenMs: timeoutMs, stallMs: timeoutMs }, signal);
  const edges = { head: '', tail: '' };
  try {
    checkHeaders(endpoint);
    const response = await wireFetch(
      endpoint,
      origin,
      watchdog,
      edges,
    )(
      address,
      body === undefined
        ? { headers: getHeaders(endpoint) }
        : { method: 'POST', headers: postHeaders(endpoint), body: JSON.stringify(body) },
    );
    const document = parseJson(await response.text());
    if (document === undefined) {
      throw new WireError({ type: edges.head.trimStart().startsWith('<') ? 'web-page' : 'unreadable' });
    }
    return document;
  } catch (error) {
    const isTimeUp = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
    if (signal.aborted && !isTimeUp) throw new SextantError('aborted', t('The request was cancelled.'));
    const timeUp: Failure = { type: 'timeout', phase: 'connect', afterMs: timeoutMs };
    throw describeFailure(signal.aborted ? timeUp : (watchdog.failure ?? failureOf(error)), endpoint, '', false);
  } finally {
    watchdog.dispose();
  }
}
