import type { Fetch } from './egressGate.ts';
import { isPrivateAddress } from './isPrivateAddress.ts';

/** What asks servers that a model or a page has named: none of them may lead into the user’s own network unseen. */
export interface PublicWeb {
  readonly fetch: Fetch;
  /** Whether an address leads to this machine or its own network, by its host or by what that name stands for. */
  isPrivate(address: string): Promise<boolean>;
}

/** The IP addresses of a host; none where that is not known, as where only a proxy knows names. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/**
 * See {@link PublicWeb}. No name is looked up while nothing may leave this machine, for that tells others of it.
 * Whoever answers for a name can still answer otherwise a moment later, when the request itself goes out.
 */
export function publicWeb(fetch: Fetch, resolveHost: ResolveHost, isLocalOnly: () => boolean): PublicWeb {
  return {
    fetch,
    isPrivate: async (address) => {
      if (isPrivateAddress(address)) return true;
      if (isLocalOnly()) return false;
      const addresses = await resolveHost(new URL(address).hostname);
      return addresses.some((each) => isPrivateAddress(`http://${each.includes(':') ? `[${each}]` : each}/`));
    },
  };
}
