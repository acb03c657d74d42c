import type { KeyRefusal } from '../protocol/keyRefusal.ts';
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

/** The request with `key` in place of the endpoint’s own, in whichever header its wire has put that. */
export function withKey(init: RequestInit, { apiKey }: Endpoint, key: string | null): RequestInit {
  if (apiKey === null || key === null || key === apiKey) return init;
  const headers = new Headers(init.headers);
  for (const [name, value] of headers) {
    if (value === apiKey) headers.set(name, key);
    else if (value === `Bearer ${apiKey}`) headers.set(name, `Bearer ${key}`);
  }
  return { ...init, headers };
}
