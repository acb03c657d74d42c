import { ByteReader, ByteWriter } from '../../storage/engine/bytes.ts';
import type { HashedChunk } from '../parseContract.ts';
import type { Declaration, LineRange } from './chunk.ts';
import { HASH_BYTES, readHash, writeHash } from './hashBytes.ts';

/**
 * The chunks of a file as bytes: how they come from the parsing thread and are stored. Each of 100,000 as a row of its
 * own took half of the time that all storing takes, and five times the room.
 *
 * Varints: how many kinds, and their names; how many chunks; of each where it starts after the one before, how many
 * lines follow, its symbol, the number of its kind, 16 bytes of its hash, how many ranges its declaration has, and those.
 */
export function packChunks(chunks: readonly HashedChunk[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  const kinds = [...new Set(chunks.map(({ kind }) => kind))];
  writer.varint(kinds.length);
  for (const kind of kinds) writer.text(kind);
  writer.varint(chunks.length);
  const hash = new Uint8Array(HASH_BYTES);
  let line = 0;
  for (const { startLine, endLine, symbol, kind, textHash, declaration } of chunks) {
    writer.varint(zigzag(startLine - line));
    writer.varint(endLine - startLine);
    writer.text(symbol);
    writer.varint(kinds.indexOf(kind));
    writeHash(textHash, hash, 0);
    writer.raw(hash);
    const ranges = declaration === undefined ? [] : [declaration.signature, declaration.comment ?? []].flat();
    writer.varint(ranges.length);
    for (const range of ranges) {
      writer.varint(zigzag(range.startLine - startLine));
      writer.varint(zigzag(range.endLine - range.startLine));
    }
    line = startLine;
  }
  return writer.bytes().slice();
}

/** What {@link packChunks} packed. */
export function unpackChunks(bytes: Uint8Array): HashedChunk[] {
  const reader = new ByteReader(bytes);
  const kinds = Array.from({ length: reader.varint() }, () => reader.text());
  const range = (chunkLine: number): LineRange => {
    const startLine = chunkLine + unzigzag(reader.varint());
    return { startLine, endLine: startLine + unzigzag(reader.varint()) };
  };
  const count = reader.varint();
  let line = 0;
  return Array.from({ length: count }, () => {
    const startLine = (line += unzigzag(reader.varint()));
    const endLine = startLine + reader.varint();
    const symbol = reader.text();
    const kind = kinds[reader.varint()] ?? '';
    const textHash = readHash(reader.raw(HASH_BYTES), 0);
    const declaration = readDeclaration(reader.varint(), () => range(startLine));
    const chunk = { startLine, endLine, symbol, kind, textHash };
    return declaration === undefined ? chunk : { ...chunk, declaration };
  });
}

function readDeclaration(ranges: number, read: () => LineRange): Declaration | undefined {
  if (ranges === 0) return undefined;
  const signature = read();
  return ranges === 1 ? { signature } : { signature, comment: read() };
}

/** Numbers as bytes; those that follow each other take next to nothing. Varints: of each run how long it is, and its first. */
export function packNumbers(numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  for (let at = 0; at < numbers.length;) {
    const first = numbers[at] ?? 0;
    let length = 1;
    while (numbers[at + length] === first + length) length++;
    writer.varint(length);
    writer.varint(first);
    at += length;
  }
  writer.varint(0);
  return writer.bytes().slice();
}

/** What {@link packNumbers} packed. */
export function unpackNumbers(bytes: Uint8Array): number[] {
  const reader = new ByteReader(bytes);
  const numbers: number[] = [];
  for (let length = reader.varint(); length > 0; length = reader.varint()) {
    const first = reader.varint();
    for (let at = 0; at < length; at++) numbers.push(first + at);
  }
  return numbers;
}

/** Small numbers of either sign as small ones. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}
