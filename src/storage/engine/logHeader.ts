import type { StoreKey } from '../seal/seal.ts';
import { crc32 } from './crc32.ts';

/** The first bytes of a log: which snapshot it goes on from. */
export interface LogHeader {
  readonly generation: number;
  /** Sequence of the last transaction that the snapshot holds. */
  readonly sequence: number;
  readonly schemaVersion: number;
  /** Version of the SQLite that made the snapshot and replays the same statements to the same end. */
  readonly sqliteVersion: string;
  /** Of the snapshot's file, sealed or not. */
  readonly snapshotBytes: number;
  /** Of the snapshot's file; lower-case hex. */
  readonly snapshotSha256: string;
  /** Id of the key with which snapshot and log are sealed; missing where they are not. */
  readonly keyId?: string;
}

/** A header as it stands in a file. */
export interface FoundLogHeader {
  readonly header: LogHeader;
  /** Shows that somebody with the key has written it: nothing, sealed and bound to the header; hex. */
  readonly proof: string | undefined;
  /** Bytes that it takes. */
  readonly size: number;
}

const MAGIC = 'SXTLOG01';
/** Magic, length of the JSON text. */
const PREFIX_BYTES = MAGIC.length + 4;
const MAX_JSON_BYTES = 4096;

/** Magic, length of a JSON text (32 bits, little endian), the text, CRC-32 of all before. */
export function encodeLogHeader(header: LogHeader, key: StoreKey | null): Uint8Array<ArrayBuffer> {
  const json = encoder.encode(JSON.stringify(key === null ? header : { ...header, proof: prove(header, key) }));
  const bytes = new Uint8Array(PREFIX_BYTES + json.length + 4);
  const view = new DataView(bytes.buffer);
  bytes.set(encoder.encode(MAGIC));
  view.setUint32(MAGIC.length, json.length, true);
  bytes.set(json, PREFIX_BYTES);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

/** Undefined when the file does not begin with an intact header. */
export function decodeLogHeader(bytes: Uint8Array): FoundLogHeader | undefined {
  if (bytes.length < PREFIX_BYTES || decoder.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(MAGIC.length, true);
  const end = PREFIX_BYTES + length;
  if (length > MAX_JSON_BYTES || end + 4 > bytes.length) return undefined;
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) return undefined;
  const json = decoder.decode(bytes.subarray(PREFIX_BYTES, end));
  const { proof, ...header } = JSON.parse(json) as LogHeader & { readonly proof?: string };
  return { header, proof, size: end + 4 };
}

/** Whether the header was written by somebody with this key. */
export function isProven({ header, proof = '' }: FoundLogHeader, key: StoreKey): boolean {
  return key.sealFor(headerRole(header)).open(fromHex(proof), JSON.stringify(header)) !== undefined;
}

/** What the records of a generation's log are sealed as. */
export function logRole(generation: number): string {
  return `log ${generation}`;
}

function headerRole({ generation }: LogHeader): string {
  return `header of log ${generation}`;
}

function prove(header: LogHeader, key: StoreKey): string {
  return toHex(key.sealFor(headerRole(header)).seal(new Uint8Array(), JSON.stringify(header)));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
