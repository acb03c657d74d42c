import type { Endpoint } from './endpoint.ts';
import { WireError } from './failure.ts';

/**
 * Throws a {@link WireError} when a header of the endpoint cannot be sent. To be asked first: the
 * platform's own error repeats the value.
 */
export function checkHeaders(endpoint: Endpoint): void {
  for (const [name, value] of Object.entries({ ...keyHeaders(endpoint), ...endpoint.headers })) {
    try {
      new Headers({ [name]: value });
    } catch {
      throw new WireError({ type: 'bad-header', header: name.replace(/[^!-~]/g, '').slice(0, 40) });
    }
  }
}

/** Headers of a request with a JSON body, on the wires that Sextant writes itself. */
export function postHeaders(endpoint: Endpoint): Record<string, string> {
  return { 'content-type': 'application/json', ...getHeaders(endpoint) };
}

/** Headers of a request without a body: the key as the endpoint's protocol wants it, then the user's own. */
export function getHeaders(endpoint: Endpoint): Record<string, string> {
  const own = Object.fromEntries(Object.entries(endpoint.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { accept: 'application/json, text/event-stream', ...keyHeaders(endpoint), ...own };
}

function keyHeaders({ protocol, apiKey }: Endpoint): Record<string, string> {
  switch (protocol) {
    case 'anthropic':
      return { 'anthropic-version': '2023-06-01', ...(apiKey === null ? {} : { 'x-api-key': apiKey }) };
    case 'google':
      return apiKey === null ? {} : { 'x-goog-api-key': apiKey };
    case 'openai':
    case 'openai-compatible':
    case 'ollama':
      return apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  }
}
