import { WireError } from './failure.ts';

/** What a user adds to the requests of a provider. */
export type BodyParameters = Readonly<Record<string, unknown>>;

/** What makes a request the one that was asked for, in whatever wire. */
const OURS: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'messages',
  'input',
  'system',
  'contents',
  'systemInstruction',
  'prompt',
  'suffix',
  'input_prefix',
  'input_suffix',
]);

/**
 * The JSON of a request with the user's parameters in it: objects are put together, everything else takes the place of
 * what was there. Throws a {@link WireError} for a parameter that would make it another request.
 */
export function withParameters(body: string, parameters: BodyParameters): string {
  const names = Object.keys(parameters);
  if (names.length === 0) return body;
  const own = names.find((name) => OURS.has(name)) ?? hostileIn(parameters);
  if (own !== undefined) throw new WireError({ type: 'bad-parameter', parameter: own.slice(0, 40) });
  return JSON.stringify(merged(JSON.parse(body) as unknown, parameters));
}

function merged(one: unknown, other: unknown): unknown {
  if (!isRecord(one) || !isRecord(other)) return other;
  const added = Object.entries(other).map(([name, value]) => [
    name,
    merged(Object.hasOwn(one, name) ? one[name] : undefined, value),
  ]);
  return { ...one, ...Object.fromEntries(added) };
}

/** Some servers' languages take such a name for more than a name. */
function hostileIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = name === '__proto__' || name === 'constructor' ? name : hostileIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
