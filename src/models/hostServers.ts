import type { Fetch } from '../privacy/egressGate.ts';
import { type LocalAddresses, type LocalServer, findLocalServers, usualAddresses } from './localServers.ts';

/**
 * Looks for the servers of {@link findLocalServers} at other hosts; each counts once, at the first where it is found.
 * No port is touched that `mayAsk` does not allow. Never throws.
 */
export async function findHostServers(
  fetch: Fetch,
  mayAsk: (address: string, provider: string) => boolean,
  hosts: readonly string[],
  usual: LocalAddresses = usualAddresses,
): Promise<LocalServer[]> {
  const found = await Promise.all(
    hosts.map((host) => {
      const places = Object.entries(usual)
        .map(([provider, address]) => [provider, Object.assign(new URL(address), { hostname: host }).origin] as const)
        .filter(([provider, origin]) => mayAsk(origin, provider));
      return findLocalServers(fetch, Object.fromEntries(places));
    }),
  );
  const all = found.flat();
  return all.filter(({ provider }, at) => all.findIndex((other) => other.provider === provider) === at);
}
