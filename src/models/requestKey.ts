import type { KeyRefusal } from '../protocol/keyRefusal.ts';
import { awsSignature } from './awsSignature.ts';
import type { Endpoint } from './endpoint.ts';
import { type Failure, saysBadKey, saysNoCredit } from './failure.ts';

/** The key to try in place of `key`, which a provider has answered with `problem`; null where none would help or is left. */
export async function otherKey(endpoint: Endpoint, key: string, problem: Failure): Promise<string | null> {
  const refusal = refusalOf(problem);
  return refusal === null ? null : ((await endpoint.otherKey?.(key, refusal)) ?? null);
}

/** Why the key was not served; null where that was not about the key. */
function refusalOf(failure: Failure): KeyRefusal | null {
  if (failure.type !== 'status') return null;
  const { status, said, retryAfterMs } = failure;
  if (status === 402 || saysNoCredit(said)) return { reason: 'no-credit', retryAfterMs };
  if (status === 429) return { reason: 'limit', retryAfterMs };
  const isRefused = status === 401 || ((status === 400 || status === 403) && saysBadKey(said));
  return isRefused ? { reason: 'refused', retryAfterMs } : null;
}

/** A request as its wire has made it, and the key that it goes out with. */
export interface WireRequest {
  readonly address: string;
  readonly init: RequestInit;
  readonly key: string | null;
  readonly model: string | null;
}

/**
 * The request as its provider wants it, where that is not as the wire has it: with `key` in place of the endpoint’s own,
 * in the header for keys of its kind, and at Azure’s address for a deployment.
 */
export async function asProviderWants(endpoint: Endpoint, request: WireRequest): Promise<[string, RequestInit]> {
  const { init, key } = request;
  const address = deploymentAddress(endpoint, request);
  const wireName = endpoint.protocol === 'google' ? 'x-goog-api-key' : 'authorization';
  if (key === null || endpoint.apiKey === null) return [address, init];
  const signature = await awsSignature(address, init, key, new Date());
  const isToken = ACCESS_TOKEN.test(key);
  const isElsewhere =
    signature !== null || (isToken && wireName !== 'authorization') || endpoint.keyHeader !== undefined;
  if (key === endpoint.apiKey && !isElsewhere) return [address, init];
  const headers = new Headers(init.headers);
  for (const [name, value] of headers) {
    if (value !== endpoint.apiKey && value !== `Bearer ${endpoint.apiKey}`) continue;
    headers.delete(name);
    if (signature !== null) for (const [header, sent] of Object.entries(signature)) headers.set(header, sent);
    else if (isToken) headers.set('authorization', `Bearer ${key}`);
    else if (endpoint.keyHeader !== undefined) headers.set(endpoint.keyHeader, key);
    else headers.set(name, name === 'authorization' ? `Bearer ${key}` : key);
  }
  return [address, { ...init, headers }];
}

/** A token of OAuth, of Google (`ya29.…`) or any that is a JWT, as Microsoft Entra’s: it is borne, whatever keys are. */
const ACCESS_TOKEN = /^(?:ya29\.[\w.-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*)$/;

/**
 * Azure’s address with a version names the deployment, which for us is the model:
 * https://learn.microsoft.com/azure/ai-foundry/openai/reference
 */
function deploymentAddress({ baseUrl }: Endpoint, { address, model }: WireRequest): string {
  const [base, version] = baseUrl.split('?');
  if (base === undefined || version === undefined || !address.startsWith(baseUrl)) return address;
  const deployment = model === null ? '' : `/deployments/${encodeURIComponent(model)}`;
  return `${base}${deployment}${address.slice(baseUrl.length)}?${version}`;
}
