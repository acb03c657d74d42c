import { crc32 } from './crc32.ts';

/** The first bytes of a log: which snapshot it goes on from. */
export interface LogHeader {
  readonly generation: number;
  /** Sequence of the last transaction that the snapshot holds. */
  readonly sequence: number;
  readonly schemaVersion: number;
  /** Version of the SQLite that made the snapshot and replays the same statements to the same end. */
  readonly sqliteVersion: string;
  readonly snapshotBytes: number;
  /** Lower-case hex. */
  readonly snapshotSha256: string;
}

const MAGIC = 'SXTLOG01';
/** Magic, length of the JSON text. */
const PREFIX_BYTES = MAGIC.length + 4;
const MAX_JSON_BYTES = 4096;

/** Magic, length of a JSON text (32 bits, little endian), the text, CRC-32 of all before. */
export function encodeLogHeader(header: LogHeader): Uint8Array<ArrayBuffer> {
  const json = encoder.encode(JSON.stringify(header));
  const bytes = new Uint8Array(PREFIX_BYTES + json.length + 4);
  const view = new DataView(bytes.buffer);
  bytes.set(encoder.encode(MAGIC));
  view.setUint32(MAGIC.length, json.length, true);
  bytes.set(json, PREFIX_BYTES);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

/** The header and its size; undefined when the file does not begin with an intact one. */
export function decodeLogHeader(bytes: Uint8Array): { header: LogHeader; size: number } | undefined {
  if (bytes.length < PREFIX_BYTES || decoder.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(MAGIC.length, true);
  const end = PREFIX_BYTES + length;
  if (length > MAX_JSON_BYTES || end + 4 > bytes.length) return undefined;
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) return undefined;
  return { header: JSON.parse(decoder.decode(bytes.subarray(PREFIX_BYTES, end))) as LogHeader, size: end + 4 };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
