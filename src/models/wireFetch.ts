import { errorCode, errorMessage } from '../base/errors.ts';
import type { RequestOrigin } from '../protocol/egress.ts';
import type { Endpoint } from './endpoint.ts';
import { type Failure, WireError, isWireError, networkCode, wordsIn } from './failure.ts';
import { withParameters } from './bodyParameters.ts';
import { pieceJoiner } from './joinPieces.ts';
import { asProviderWants, otherKey } from './requestKey.ts';
import { retryAfterMs } from './retryAfter.ts';
import type { Watchdog } from './watchdog.ts';

/** The part of the platform's `fetch` that the wires use. */
export type WireFetch = (address: string, init: RequestInit) => Promise<Response>;

/** No answer in text is as long; a body that is comes from something else. */
const LARGEST_BODY_BYTES = 64 * 1024 * 1024;

/** Of the body of an error, as much as can hold a message. */
const LARGEST_ERROR_CHARACTERS = 64 * 1024;

const EDGE_CHARACTERS = 2048;

/** Both ends of what came over the wire, to tell what a body was that no reader could read. */
export interface BodyEdges {
  /** The first 2,048 characters, each byte above 127 as it may be. */
  head: string;
  /** The last 32 bytes as Latin-1. */
  tail: string;
}

/**
 * The endpoint's `fetch` as every wire uses it: what is not a good answer is thrown as a
 * {@link WireError}, redirects are not followed (they would carry the key to another host), every byte
 * tells `watchdog` that the provider lives, and the body is limited to 64 MiB. A key that is not served gives way to the
 * provider’s next one. `onHeld` hears how long the request waits for the provider’s limit, and null when it goes. When the caller aborts,
 * the platform's own abort error goes through.
 */
export function wireFetch(
  endpoint: Endpoint,
  origin: RequestOrigin,
  watchdog: Watchdog,
  edges: BodyEdges,
  onHeld?: (waitMs: number | null) => void,
): WireFetch {
  const isLimited = origin.model !== null;
  const ask = async (address: string, init: RequestInit, tried: readonly (string | null)[]): Promise<Response> => {
    const key = tried.at(-1) ?? null;
    // To wait for one's turn is not a silence of the provider's.
    watchdog.pause();
    if (isLimited) await endpoint.limits?.pass(origin, lengthOf(init), watchdog.signal, onHeld);
    onHeld?.(null);
    watchdog.resume();
    watchdog.enter('connect');
    let response: Response;
    try {
      const [to, asked] = await asProviderWants(endpoint, { address, init, key, model: origin.model });
      response = await endpoint.fetch(to, { ...asked, redirect: 'manual', signal: watchdog.signal }, origin);
    } catch (error) {
      throw attemptError(error, watchdog);
    }
    watchdog.enter('first-token');
    const problem = await problemOf(response, watchdog, key);
    // What is left of the body is of no use, and would keep the connection busy.
    if (problem !== null) await response.body?.cancel().catch(() => undefined);
    const other = problem === null || key === null ? null : await otherKey(endpoint, key, problem);
    if (other !== null && !tried.includes(other)) return await ask(address, init, [...tried, other]);
    // One that is used up says nothing of the others.
    if (isLimited && (problem !== null || endpoint.otherKey === undefined))
      endpoint.limits?.learn(origin, response.headers);
    if (problem !== null) throw new WireError(problem);
    endpoint.onServed?.(key);
    return response;
  };
  return async (address, init) => {
    const response = await ask(address, asksForText(origin) ? withOwn(init, endpoint) : init, [endpoint.apiKey]);
    if (response.body === null) return response;
    return new Response(watchedBody(response.body, watchdog, edges), {
      status: response.status,
      headers: response.headers,
    });
  };
}

/** What a user adds to a request is meant for answers, not for lists, embeddings and ranks. */
function asksForText({ purpose }: RequestOrigin): boolean {
  return purpose !== 'list of models' && purpose !== 'embedding' && purpose !== 'rerank';
}

function withOwn(init: RequestInit, { parameters = {} }: Endpoint): RequestInit {
  return typeof init.body === 'string' ? { ...init, body: withParameters(init.body, parameters) } : init;
}

function lengthOf({ body }: RequestInit): number {
  return typeof body === 'string' ? body.length : 0;
}

function attemptError(error: unknown, watchdog: Watchdog): unknown {
  if (watchdog.failure !== null) return new WireError(watchdog.failure);
  if (watchdog.signal.aborted || isWireError(error)) return error;
  if (errorCode(error) === 'local-only') return new WireError({ type: 'local-only' });
  if (errorCode(error) === 'forbidden') return new WireError({ type: 'forbidden', sentence: errorMessage(error) });
  return new WireError({ type: 'network', code: networkCode(error) ?? 'unknown' });
}

async function problemOf(response: Response, watchdog: Watchdog, key: string | null): Promise<Failure | null> {
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    return { type: 'redirect', location: response.headers.get('location') };
  }
  const isPage = /\b(?:text\/html|application\/xhtml)/i.test(response.headers.get('content-type') ?? '');
  if (response.ok) return isPage ? { type: 'web-page' } : null;
  const body = isPage ? '' : await beginning(response, watchdog);
  return {
    type: 'status',
    status: response.status,
    // Some repeat the key that they refuse.
    said: wordsIn(body)?.replaceAll(key ?? /$^/g, '…') ?? null,
    retryAfterMs: retryAfterMs(response.headers, body, Date.now()),
  };
}

/** As much of an error's body as can hold a message. A body that breaks off has said what it had to say. */
async function beginning(response: Response, watchdog: Watchdog): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > LARGEST_ERROR_CHARACTERS) break;
    }
  } catch (error) {
    if (watchdog.signal.aborted) throw attemptError(error, watchdog);
  }
  return text;
}

function watchedBody(
  body: ReadableStream<Uint8Array>,
  watchdog: Watchdog,
  edges: BodyEdges,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const join = pieceJoiner();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            controller.close();
            return;
          }
          watchdog.heard();
          bytes += value.byteLength;
          if (bytes > LARGEST_BODY_BYTES) throw new WireError({ type: 'oversized', limitBytes: LARGEST_BODY_BYTES });
          if (edges.head.length < EDGE_CHARACTERS) {
            edges.head = (edges.head + decoder.decode(value, { stream: true })).slice(0, EDGE_CHARACTERS);
          }
          edges.tail = (edges.tail + String.fromCharCode(...value.subarray(-32))).slice(-32);
          controller.enqueue(join(value));
        } catch (error) {
          controller.error(attemptError(error, watchdog));
          await reader.cancel().catch(() => undefined);
        }
      },
      async cancel(reason) {
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
