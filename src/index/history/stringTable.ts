/** Strings one after the other in UTF-8: a hundred thousand of them cost their bytes, not an object each. */
export interface StringTable {
  readonly bytes: Uint8Array;
  /** Where each begins, and where the last one ends. */
  readonly starts: Uint32Array;
}

export function packStrings(strings: readonly string[]): StringTable {
  const encoded = strings.map((string) => encoder.encode(string));
  const starts = new Uint32Array(strings.length + 1);
  for (const [index, bytes] of encoded.entries()) starts[index + 1] = (starts[index] ?? 0) + bytes.length;
  const bytes = new Uint8Array(starts[strings.length] ?? 0);
  for (const [index, each] of encoded.entries()) bytes.set(each, starts[index]);
  return { bytes, starts };
}

export function countStrings(table: StringTable): number {
  return Math.max(0, table.starts.length - 1);
}

export function stringAt({ bytes, starts }: StringTable, index: number): string {
  return decoder.decode(bytes.subarray(starts[index], starts[index + 1]));
}

export function allStrings(table: StringTable): string[] {
  return Array.from({ length: countStrings(table) }, (_, index) => stringAt(table, index));
}

/** Of strings in order: the number of those that stand before `wanted`. */
export function countBefore(table: StringTable, wanted: string): number {
  let low = 0;
  let high = countStrings(table);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stringAt(table, middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
