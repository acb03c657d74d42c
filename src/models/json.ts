/** The value under `key` of what may be any JSON value; undefined where there is none. */
export function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/** The text under `key`; undefined when it is missing, empty or not text. */
export function textProperty(value: unknown, key: string): string | undefined {
  const found = property(value, key);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The positive whole number under the first of `keys` that has one. */
export function countProperty(value: unknown, ...keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const found = property(value, key);
    if (typeof found === 'number' && Number.isSafeInteger(found) && found > 0) return found;
  }
  return undefined;
}

/** The elements under `key`; none when it is missing or not an array. */
export function listProperty(value: unknown, key: string): readonly unknown[] {
  const found = property(value, key);
  return Array.isArray(found) ? found : [];
}

/** The value of a JSON text; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
