import { crc32 } from '../engine/crc32.ts';
import type { Seal, StoreKey } from './seal.ts';

/*
 * A file that is sealed as a whole. Its pieces are sealed one by one, so that damage costs the piece it
 * hits, and none is used before it was verified.
 *
 *   0   8  magic "SXTSEAL1"
 *   8  16  id of the key
 *  24   4  CRC-32 of the 24 bytes above, little endian
 *  28   …  pieces of 64 KiB, each sealed (28 bytes more); the last is shorter, or empty
 */

const MAGIC = 'SXTSEAL1';
const ID_BYTES = 16;
const PIECE_BYTES = 65_536;

type Overhead = Pick<Seal, 'overheadBytes'>;

/** Bytes before the first piece. */
const HEAD_BYTES = MAGIC.length + ID_BYTES + 4;

/** Seals content as the file that plays `role`, which no other file of this key does. */
export function sealFile(key: StoreKey, role: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const seal = key.sealFor(role);
  const file = new Uint8Array(sealedSize(seal, content.length));
  file.set(encodeHead(key.id));
  let at = HEAD_BYTES;
  for (let index = 0, start = 0; start <= content.length; index++, start += PIECE_BYTES) {
    const piece = content.subarray(start, start + PIECE_BYTES);
    const sealed = seal.seal(piece, binding(index, piece.length < PIECE_BYTES));
    file.set(sealed, at);
    at += sealed.length;
  }
  return file;
}

/** The content; undefined when it is not, bit for bit, what was sealed for this role. */
export function openFile(key: StoreKey, role: string, file: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const seal = key.sealFor(role);
  const content = new Uint8Array(openedSize(seal, file.length));
  let isWhole = sealedSize(seal, content.length) === file.length && sealingKeyId(file) === key.id;
  for (const { start, piece } of openPieces(seal, file)) {
    if (!isWhole || piece === undefined) isWhole = false;
    else content.set(piece, start);
    if (!isWhole) return undefined;
  }
  return isWhole ? content : undefined;
}

/** What can be read of a damaged file, with zeros where a piece is lost. */
export function salvageFile(key: StoreKey, role: string, file: Uint8Array): Uint8Array<ArrayBuffer> {
  const seal = key.sealFor(role);
  const content = new Uint8Array(openedSize(seal, file.length));
  for (const { start, piece } of openPieces(seal, file)) if (piece !== undefined) content.set(piece, start);
  return content;
}

/** Bytes of the content of a sealed file, which may have been cut off. */
export function openedSize({ overheadBytes }: Overhead, sealedBytes: number): number {
  const body = Math.max(0, sealedBytes - HEAD_BYTES);
  const step = PIECE_BYTES + overheadBytes;
  return Math.floor(body / step) * PIECE_BYTES + Math.max(0, (body % step) - overheadBytes);
}

/** Id of the key that a file was sealed with; undefined when it does not begin like a sealed one. */
export function sealingKeyId(file: Uint8Array): string | undefined {
  if (file.length < HEAD_BYTES) return undefined;
  const id = Array.from(file.subarray(MAGIC.length, MAGIC.length + ID_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  const head = encodeHead(id);
  return head.every((byte, index) => byte === file[index]) ? id : undefined;
}

function* openPieces(seal: Seal, file: Uint8Array): Generator<{ start: number; piece: Uint8Array | undefined }> {
  const step = PIECE_BYTES + seal.overheadBytes;
  for (let index = 0, at = HEAD_BYTES; at <= file.length; index++, at += step) {
    const isLast = at + step > file.length;
    yield { start: index * PIECE_BYTES, piece: seal.open(file.subarray(at, at + step), binding(index, isLast)) };
  }
}

/** A file that was cut off between two pieces lacks the one that knows it is the last. */
function binding(index: number, isLast: boolean): string {
  return `piece ${index}${isLast ? ', the last' : ''}`;
}

function sealedSize({ overheadBytes }: Overhead, plainBytes: number): number {
  const pieces = Math.floor(plainBytes / PIECE_BYTES) + 1;
  return HEAD_BYTES + plainBytes + pieces * overheadBytes;
}

function encodeHead(id: string): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  for (let index = 0; index < MAGIC.length; index++) head[index] = MAGIC.charCodeAt(index);
  for (let index = 0; index < ID_BYTES; index++) {
    head[MAGIC.length + index] = Number.parseInt(id.slice(2 * index, 2 * index + 2), 16);
  }
  new DataView(head.buffer).setUint32(HEAD_BYTES - 4, crc32(head.subarray(0, -4)), true);
  return head;
}
