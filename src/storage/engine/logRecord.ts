import type { Seal } from '../seal/seal.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { crc32 } from './crc32.ts';

/*
 * A record of the log. All numbers are little endian.
 *
 *   0  4  magic "SXR1"
 *   4  4  kind: 1 transaction, 2 seal
 *   8  4  generation of the log it belongs to
 *  12  4  schema version of the database it was made on
 *  16  8  sequence, one more than the transaction before
 *  24  8  offset in the file at which the writer expected it to stand
 *  32  8  offset up to which the writer had found valid records; bytes between the two are void
 *  40  4  length of the body
 *  44  4  CRC-32 of the 44 bytes above, which also bind a sealed body to its place
 *  48  n  body, sealed as a whole where the generation is
 *   …  4  CRC-32 of header and body
 *   …  1  end, 0x0A: stands in no record's first five bytes, so that a record whose end was cut off
 *         is not completed by the one that was appended after it
 */

/** A value that SQLite stores. */
export type SqlValue = null | number | string | Uint8Array;

/** One statement of a transaction that changed something. */
export interface LoggedStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** What a committed transaction did, and what it says it was about. */
export interface LoggedTransaction {
  readonly statements: readonly LoggedStatement[];
  readonly topics: readonly string[];
}

export type RecordKind = 'transaction' | 'seal';

export interface RecordHeader {
  readonly kind: RecordKind;
  readonly generation: number;
  readonly schemaVersion: number;
  readonly sequence: number;
  readonly offset: number;
  readonly after: number;
}

/** A header as it stands in a file: its own checksum is right, its body's is not yet checked. */
export interface FoundHeader extends RecordHeader {
  /** Bytes of the whole record. */
  readonly size: number;
}

const HEADER_BYTES = 48;
const CHECKSUM_BYTES = 4;
const END = 0x0a;
const FRAME_BYTES = HEADER_BYTES + CHECKSUM_BYTES + 1;
const MAGIC = Uint8Array.of(0x53, 0x58, 0x52, 0x31);
const KINDS: readonly RecordKind[] = ['transaction', 'seal'];

/** The size of a record with a body of that many bytes. */
export function recordSize(bodyBytes: number, seal: Seal | null): number {
  return FRAME_BYTES + bodyBytes + (seal?.overheadBytes ?? 0);
}

/** Frames a body. */
export function encodeRecord(header: RecordHeader, body: Uint8Array, seal: Seal | null): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(recordSize(body.length, seal));
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(4, KINDS.indexOf(header.kind) + 1, true);
  view.setUint32(8, header.generation, true);
  view.setUint32(12, header.schemaVersion, true);
  view.setBigUint64(16, BigInt(header.sequence), true);
  view.setBigUint64(24, BigInt(header.offset), true);
  view.setBigUint64(32, BigInt(header.after), true);
  view.setUint32(40, bytes.length - FRAME_BYTES, true);
  const place = bytes.subarray(0, 44);
  view.setUint32(44, crc32(place), true);
  bytes.set(seal === null ? body : seal.seal(body, place), HEADER_BYTES);
  const checksumAt = bytes.length - CHECKSUM_BYTES - 1;
  view.setUint32(checksumAt, crc32(bytes.subarray(0, checksumAt)), true);
  bytes[checksumAt + CHECKSUM_BYTES] = END;
  return bytes;
}

/** The header at `at`, if a whole and intact one stands there. */
export function readHeader(bytes: Uint8Array, at: number): FoundHeader | undefined {
  if (at + HEADER_BYTES > bytes.length || !hasMagic(bytes, at)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES);
  if (view.getUint32(44, true) !== crc32(bytes.subarray(at, at + 44))) return undefined;
  const kind = KINDS[view.getUint32(4, true) - 1];
  if (kind === undefined) return undefined;
  return {
    kind,
    generation: view.getUint32(8, true),
    schemaVersion: view.getUint32(12, true),
    sequence: Number(view.getBigUint64(16, true)),
    offset: Number(view.getBigUint64(24, true)),
    after: Number(view.getBigUint64(32, true)),
    size: FRAME_BYTES + view.getUint32(40, true),
  };
}

/** The body of the record whose header stands at `at`, if it is there and intact. */
export function readBody(
  bytes: Uint8Array,
  at: number,
  header: FoundHeader,
  seal: Seal | null,
): Uint8Array | undefined {
  const checksumAt = at + header.size - CHECKSUM_BYTES - 1;
  if (bytes[checksumAt + CHECKSUM_BYTES] !== END) return undefined;
  const checksum = new DataView(bytes.buffer, bytes.byteOffset + checksumAt, CHECKSUM_BYTES).getUint32(0, true);
  if (checksum !== crc32(bytes.subarray(at, checksumAt))) return undefined;
  const body = bytes.subarray(at + HEADER_BYTES, checksumAt);
  return seal === null ? body : seal.open(body, bytes.subarray(at, at + 44));
}

/** Where, at `from` or later, a record may begin; -1 when nowhere. */
export function findMagic(bytes: Uint8Array, from: number): number {
  let at = from;
  do at = bytes.indexOf(0x53, at);
  while (at !== -1 && !hasMagic(bytes, at) && ++at > 0);
  return at;
}

function hasMagic(bytes: Uint8Array, at: number): boolean {
  return MAGIC.every((byte, index) => bytes[at + index] === byte);
}

/** Each text of SQL stands once, however many statements use it; parameters are tagged bytes. */
export function encodeTransaction({ statements, topics }: LoggedTransaction): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  const texts = new Map<string, number>();
  for (const { sql } of statements) if (!texts.has(sql)) texts.set(sql, texts.size);
  writer.varint(topics.length);
  for (const topic of topics) writer.text(topic);
  writer.varint(texts.size);
  for (const sql of texts.keys()) writer.text(sql);
  writer.varint(statements.length);
  for (const { sql, parameters } of statements) {
    writer.varint(texts.get(sql) ?? 0);
    writer.varint(parameters.length);
    for (const parameter of parameters) encodeValue(writer, parameter);
  }
  return writer.bytes();
}

/** Blobs are views into `body`. */
export function decodeTransaction(body: Uint8Array): LoggedTransaction {
  const reader = new ByteReader(body);
  const topics = times(reader.varint(), () => reader.text());
  const texts = times(reader.varint(), () => reader.text());
  const statements = times(reader.varint(), () => {
    const sql = texts[reader.varint()];
    if (sql === undefined) throw new RangeError('The record names a statement that it does not hold.');
    return { sql, parameters: times(reader.varint(), () => decodeValue(reader)) };
  });
  return { statements, topics };
}

/** The body of a seal: the generation that goes on where this log ends. */
export function encodeSeal(nextGeneration: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.varint(nextGeneration);
  return writer.bytes();
}

export function decodeSeal(body: Uint8Array): number {
  return new ByteReader(body).varint();
}

function times<T>(count: number, read: () => T): T[] {
  const items: T[] = [];
  for (let index = 0; index < count; index++) items.push(read());
  return items;
}

function encodeValue(writer: ByteWriter, value: SqlValue): void {
  if (value === null) {
    writer.byte(0);
  } else if (typeof value === 'number') {
    const isSmall = Number.isInteger(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER && !Object.is(value, -0);
    writer.byte(isSmall ? 1 : 2);
    if (isSmall) writer.varint(value);
    else writer.float(value);
  } else if (typeof value === 'string') {
    writer.byte(3);
    writer.text(value);
  } else {
    writer.byte(4);
    writer.blob(value);
  }
}

function decodeValue(reader: ByteReader): SqlValue {
  const tag = reader.byte();
  switch (tag) {
    case 0:
      return null;
    case 1:
      return reader.varint();
    case 2:
      return reader.float();
    case 3:
      return reader.text();
    case 4:
      return reader.blob();
    default:
      throw new RangeError('The record holds a value of an unknown kind.');
  }
}
