/** Bytes of a text's hash, see `chunkHash`. */
export const HASH_BYTES = 16;

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The hash, hex, whose bytes stand at a place. */
export function readHash(bytes: Uint8Array, start: number): string {
  let hash = '';
  for (let at = start; at < start + HASH_BYTES; at++) hash += hexOf[bytes[at] ?? 0] ?? '';
  return hash;
}

/** Writes the bytes of a hash, hex, to a place. */
export function writeHash(hash: string, bytes: Uint8Array, start: number): void {
  for (let at = 0; at < HASH_BYTES; at++) {
    bytes[start + at] = (digit(hash.charCodeAt(at * 2)) << 4) | digit(hash.charCodeAt(at * 2 + 1));
  }
}

function digit(code: number): number {
  return code > 0x39 ? code - 0x57 : code - 0x30;
}
