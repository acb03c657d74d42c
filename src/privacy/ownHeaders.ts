import type { Fetch } from './egressGate.ts';

/** What stands in a header for the key, which is in no setting. */
export const KEY_MARK = '${key}';

/**
 * A way out that adds headers to each request. `keyFor` gives the key for an origin (`https://otel.example.com`); it is
 * asked only where a header has {@link KEY_MARK}, each time, and should throw where there is none.
 */
export function withOwnHeaders(
  send: Fetch,
  headers: () => Readonly<Record<string, string>>,
  keyFor: (origin: string) => Promise<string>,
): Fetch {
  return async (address, init, purpose) => {
    const own = new Headers(init.headers);
    const named = Object.entries(headers());
    const needsKey = named.some(([, value]) => value.includes(KEY_MARK));
    const key = needsKey ? await keyFor(new URL(address).origin) : '';
    for (const [name, value] of named)
      own.set(
        name,
        value.replaceAll(KEY_MARK, () => key),
      );
    return await send(address, { ...init, headers: own }, purpose);
  };
}
