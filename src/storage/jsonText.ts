/** What stands in a column of JSON. The caller knows the type: the same repository wrote it. */
export function parseJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

/** Null for null. `value` is plain JSON. */
export function toJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
