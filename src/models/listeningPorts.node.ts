import { connect } from 'node:net';
import type { Fetch } from '../privacy/egressGate.ts';

/** Loopback answers within a millisecond, and refuses as fast; Windows tries for a second or two. */
const TIMEOUT_MS = 1000;

/** Those of the origins, all of them on this machine, at which somebody listens. Nothing is said to them. */
export async function listening(origins: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(origins.map(async (origin) => ((await listens(new URL(origin))) ? [origin] : [])));
  return new Set(found.flat());
}

/**
 * Asks only where somebody listens, and fails at once elsewhere: for the first request of a window VS Code reads all
 * certificates of the system, for a sixth of a second in which nothing else goes on.
 */
export function fetchWhereListening(fetch: Fetch): Fetch {
  return async (address, init, origin) => {
    if (!(await listens(new URL(address)))) throw new TypeError('Nobody listens there.');
    return await fetch(address, init, origin);
  };
}

async function listens({ hostname, port, protocol }: URL): Promise<boolean> {
  return await new Promise((resolve) => {
    const usualPort = protocol === 'https:' ? 443 : 80;
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: port === '' ? usualPort : Number(port), timeout: TIMEOUT_MS });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => {
      end(true);
    });
    socket.once('timeout', () => {
      end(false);
    });
    socket.once('error', () => {
      end(false);
    });
  });
}
