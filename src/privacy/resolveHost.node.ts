import { lookup } from 'node:dns/promises';

/** Asks the system, as a request does. See `ResolveHost`. */
export async function resolveHost(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true }).catch(() => []);
  // A scope, as in fe80::1%eth0, is no part of an address in a URL.
  return found.map(({ address }) => address.replace(/%.*$/u, ''));
}
