import assert from 'node:assert/strict';
import type { Endpoint } from '../../../src/models/endpoint.ts';
import { type Failure, failureOf } from '../../../src/models/failure.ts';
import { Watchdog, defaultTimeouts } from '../../../src/models/watchdog.ts';
import { wireFetch } from '../../../src/models/wireFetch.ts';
import type { Fetch } from '../../../src/privacy/egressGate.ts';

const origin = { purpose: 'chat', model: 'model', files: ['a.ts'] } as const;

function endpoint(fetch: Fetch): Endpoint {
  return { displayName: 'Acme', protocol: 'openai', baseUrl: 'https://acme.test/v1', apiKey: null, headers: {}, fetch };
}

/** Reads all of what a `fetch` that answers with `response` lets through. */
async function read(respond: () => Promise<Response>): Promise<string | Failure> {
  const watchdog = new Watchdog(defaultTimeouts, new AbortController().signal);
  try {
    const fetch = wireFetch(endpoint(respond), origin, watchdog, { head: '', tail: '' });
    const response = await fetch('https://acme.test/v1', {});
    return await response.text();
  } catch (error) {
    return failureOf(error);
  } finally {
    watchdog.dispose();
  }
}

/** What Node's fetch throws: a TypeError that says nothing, and the reason as its cause. */
function failedFetch(cause: Error & { code?: string }): () => Promise<Response> {
  return () => Promise.reject(new TypeError('fetch failed', { cause }));
}

function endless(chunk: Uint8Array): Response {
  return new Response(
    new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(chunk);
      },
    }),
  );
}

describe('the fetch of every wire', () => {
  it('lets a good answer through', async () => {
    assert.equal(await read(() => Promise.resolve(new Response('good'))), 'good');
  });

  it('stops a body without end', async () => {
    const megabyte = new Uint8Array(1024 * 1024).fill(0x61);
    assert.deepEqual(await read(() => Promise.resolve(endless(megabyte))), {
      type: 'oversized',
      limitBytes: 64 * 1024 * 1024,
    });
  });

  it('reads only the beginning of an error without end', async () => {
    const { body } = endless(new Uint8Array(1000).fill(0x61));
    const failure = await read(() => Promise.resolve(new Response(body, { status: 500 })));
    assert.deepEqual(failure, { type: 'status', status: 500, said: null, retryAfterMs: null });
  });

  for (const [title, body, said] of [
    ['OpenAI', '{"error":{"message":"No."}}', 'No.'],
    ['Ollama', '{"error":"No."}', 'No.'],
    ['Google, as an array', '[{"error":{"message":"No."}}]', 'No.'],
    ['FastAPI', '{"detail":"No."}', 'No.'],
    ['a gateway', '{"message":"No."}', 'No.'],
    ['a list of errors', '{"errors":[{"message":"No."}]}', 'No.'],
    ['something deeper', '{"error":{"message":{"text":"No."}}}', null],
    ['plain text', 'No.', null],
  ] as const) {
    it(`hears what ${title} says`, async () => {
      const failure = await read(() => Promise.resolve(new Response(body, { status: 400 })));
      assert.deepEqual(failure, { type: 'status', status: 400, said, retryAfterMs: null });
    });
  }

  for (const [title, cause, code] of [
    ['its code', Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'ECONNRESET'],
    [
      'a code further down',
      new Error('x', { cause: Object.assign(new Error('y'), { code: 'CERT_HAS_EXPIRED' }) }),
      'CERT_HAS_EXPIRED',
    ],
    ["Chromium's words", new Error('net::ERR_NAME_NOT_RESOLVED'), 'ERR_NAME_NOT_RESOLVED'],
    ['nothing', new Error('x'), 'unknown'],
  ] as const) {
    it(`knows a failed connection by ${title}`, async () => {
      assert.deepEqual(await read(failedFetch(cause)), { type: 'network', code });
    });
  }

  it('knows two addresses of a host that both refuse', async () => {
    const refused = Object.assign(new AggregateError([new Error('a'), new Error('b')]), { code: 'ECONNREFUSED' });
    assert.deepEqual(await read(failedFetch(refused)), { type: 'network', code: 'ECONNREFUSED' });
  });

  it('is not led in circles by an error that causes itself', async () => {
    const error = new Error('x');
    error.cause = error;
    assert.deepEqual(await read(failedFetch(error)), { type: 'network', code: 'unknown' });
  });
});
