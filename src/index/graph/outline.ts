/** Something that a file defines, for others to use. */
export interface OutlineEntry {
  /** Enclosing symbol and name, joined by a dot. */
  readonly symbol: string;
  readonly kind: string;
  /** Where it is declared, counted from 1. */
  readonly startLine: number;
  /** Where its declaration ends, before its body. */
  readonly endLine: number;
}

/** What a file has to do with others: small enough to keep for every file. */
export interface FileOutline {
  /** What it imports, as it is written there; see `findImports`. */
  readonly imports: readonly string[];
  readonly definitions: readonly OutlineEntry[];
  /** How often it uses which words, by `hashWord`; members of something else with a dot before them. */
  readonly references: ReadonlyMap<number, number>;
}

export const emptyOutline: FileOutline = { imports: [], definitions: [], references: new Map() };

/** More than this a file does not define or use, unless it was generated. */
const MAX_IMPORTS = 1000;
const MAX_DEFINITIONS = 1500;
const MAX_REFERENCES = 4000;
const HEADER_BYTES = 8;
const MOST_COUNTED = 255;

/**
 * An outline as bytes: uint32 count of references and length of the text, both little endian; the
 * hashes, each uint32; their counts, a byte each; the rest as JSON.
 */
export function packOutline({ imports, definitions, references }: FileOutline): Uint8Array {
  const words = [...references].slice(0, MAX_REFERENCES);
  const entries = definitions
    .slice(0, MAX_DEFINITIONS)
    .map(({ symbol, kind, startLine, endLine }) => [symbol, kind, startLine, endLine - startLine]);
  const text = new TextEncoder().encode(JSON.stringify([imports.slice(0, MAX_IMPORTS), entries]));
  const bytes = new Uint8Array(HEADER_BYTES + words.length * 5 + text.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, words.length, true);
  view.setUint32(4, text.length, true);
  for (const [index, [hash, count]] of words.entries()) {
    view.setUint32(HEADER_BYTES + index * 4, hash, true);
    view.setUint8(HEADER_BYTES + words.length * 4 + index, Math.min(count, MOST_COUNTED));
  }
  bytes.set(text, HEADER_BYTES + words.length * 5);
  return bytes;
}

/** What {@link packOutline} packed; an empty outline for anything else. */
export function unpackOutline(bytes: Uint8Array): FileOutline {
  if (bytes.length < HEADER_BYTES) return emptyOutline;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint32(0, true);
  const start = HEADER_BYTES + count * 5;
  if (start + view.getUint32(4, true) !== bytes.length) return emptyOutline;
  const references = new Map<number, number>();
  for (let index = 0; index < count; index++) {
    references.set(view.getUint32(HEADER_BYTES + index * 4, true), view.getUint8(HEADER_BYTES + count * 4 + index));
  }
  const [imports, entries] = JSON.parse(new TextDecoder().decode(bytes.subarray(start))) as [
    string[],
    [string, string, number, number][],
  ];
  const definitions = entries.map(([symbol, kind, startLine, more]) => ({
    symbol,
    kind,
    startLine,
    endLine: startLine + more,
  }));
  return { imports, definitions, references };
}
