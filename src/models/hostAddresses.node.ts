import { readFile } from 'node:fs/promises';
import { isLoopback } from '../privacy/isLoopback.ts';
import { isPrivateAddress } from '../privacy/isPrivateAddress.ts';

/** How the surroundings of a container or of WSL are looked at. */
export interface HostLookup {
  /** The addresses of a name; none where it has none. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** Linux's table of routes, as in `/proc/net/route`; rejects where there is none. */
  readonly routes: () => Promise<string>;
}

export const readRoutes = (): Promise<string> => readFile('/proc/net/route', 'utf8');

/** What Docker and Podman call it. */
const NAMES = ['host.docker.internal', 'host.containers.internal'];
/** A name server that does not answer keeps nobody waiting. */
const PATIENCE_MS = 1000;

/**
 * Host names or IPv4 addresses at which the computer may be that a window's container or WSL runs on, none for other
 * kinds of window. `remote` is VS Code's name for the kind (`vscode.env.remoteName`). A name counts only where all that
 * it stands for is of a private network.
 */
export async function hostAddresses(remote: string | undefined, lookup: HostLookup): Promise<readonly string[]> {
  const isContainer = remote === 'dev-container' || remote === 'attached-container';
  if (!isContainer && remote !== 'wsl') return [];
  const named = await Promise.all(
    (isContainer ? NAMES : []).map(async (name) => {
      const found = await inTime(lookup.resolve(name));
      return found.length > 0 && found.every(isNearby) ? [name] : [];
    }),
  );
  const gateway = gatewayIn(await lookup.routes().catch(() => ''));
  return [...named.flat(), ...(gateway === null ? [] : [gateway])];
}

function isNearby(address: string): boolean {
  const url = address.includes(':') ? `http://[${address}]` : `http://${address}`;
  return isPrivateAddress(url) && !isLoopback(url);
}

/**
 * Where what is for nobody nearer goes. Only from 172.16.0.0/12, of which Docker and WSL take their networks: with the
 * network of its host, the gateway of a container is somebody's router.
 */
function gatewayIn(routes: string): string | null {
  for (const line of routes.split('\n').slice(1)) {
    const [, destination, gateway = ''] = line.split('\t');
    if (destination !== '00000000' || !/^[0-9A-F]{8}$/iu.test(gateway)) continue;
    // The bytes stand in the order of the processor: the last first.
    const bytes = [...Buffer.from(gateway, 'hex')].reverse();
    if (bytes[0] === 172 && (bytes[1] ?? 0) >> 4 === 1) return bytes.join('.');
  }
  return null;
}

async function inTime(found: Promise<readonly string[]>): Promise<readonly string[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, []);
  });
  return await Promise.race([found.catch(() => []), late]).finally(() => {
    clearTimeout(timer);
  });
}
