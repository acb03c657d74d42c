import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import { openFile, sealFile, sealingKeyId } from '../seal/sealedFile.ts';
import { lockedError } from '../seal/lockedError.ts';
import type { StoreKey } from '../seal/seal.ts';

/*
 * An archive of an encrypted store:
 *
 *    0   8  magic "SXTBAK01"
 *    8  16  random bytes, which tell this archive from others
 *   24   …  parts: length (32 bits, little endian), then a sealed file that is bound to the archive and its place
 *           in it; the last is bound as the last
 */

const MAGIC = new TextEncoder().encode('SXTBAK01');
const HEAD_BYTES = MAGIC.length + 16;
const PART_BYTES = 1_000_000;
/** So many bytes of the first part are enough to tell its key. */
const ID_END_BYTES = 100;
/** Part, seals and head: a longer one was never written. */
const SEALED_PART_LIMIT = 2 * PART_BYTES;

/** The keys of archives. */
export interface ArchiveKeys {
  /** The one that the store is sealed with now; null while it is not sealed. */
  current(): StoreKey | null;
  /** Also one that the store was sealed with before; null for one that nobody here knows. */
  find(keyId: string): Promise<StoreKey | null>;
}

/** Seals an archive as a whole. */
export async function* sealArchive(key: StoreKey, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const head = new Uint8Array(HEAD_BYTES);
  head.set(MAGIC);
  crypto.getRandomValues(head.subarray(MAGIC.length));
  yield head;
  let part = new Uint8Array(PART_BYTES);
  let filled = 0;
  let index = 0;
  for await (const piece of content) {
    for (let at = 0; at < piece.length;) {
      const taken = piece.subarray(at, at + PART_BYTES - filled);
      part.set(taken, filled);
      at += taken.length;
      filled += taken.length;
      if (filled < PART_BYTES) continue;
      yield framed(sealFile(key, role(head, index++, false), part));
      part = new Uint8Array(PART_BYTES);
      filled = 0;
    }
  }
  yield framed(sealFile(key, role(head, index, true), part.subarray(0, filled)));
}

/** An archive as it was before it was sealed; one that was not comes through as it is. Codes `locked`, `damaged`. */
export async function* openArchive(keys: ArchiveKeys, file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = file[Symbol.asyncIterator]();
  try {
    let buffer: Uint8Array = new Uint8Array();
    const fill = async (count: number): Promise<boolean> => {
      while (buffer.length < count) {
        const next = await pieces.next();
        if (next.done === true) return false;
        buffer = joined(buffer, next.value);
      }
      return true;
    };
    const isLong = await fill(HEAD_BYTES);
    if (!isLong || !MAGIC.every((byte, index) => byte === buffer[index])) {
      yield buffer;
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
      return;
    }
    const head = buffer.slice(0, HEAD_BYTES);
    buffer = buffer.subarray(HEAD_BYTES);
    for (let index = 0; ; index++) {
      if (!(await fill(4))) throw damaged();
      const length = new DataView(buffer.buffer, buffer.byteOffset).getUint32(0, true);
      if (length > SEALED_PART_LIMIT || !(await fill(4 + length))) throw damaged();
      const sealed = buffer.slice(4, 4 + length);
      buffer = buffer.subarray(4 + length);
      const isLast = buffer.length === 0 && !(await fill(1));
      yield await openPart(keys, role(head, index, isLast), sealed);
      if (isLast) return;
    }
  } finally {
    await pieces.return?.();
  }
}

/** Id of the key that a file was sealed with; null for an archive that is not sealed. */
export async function archiveKeyId(file: AsyncIterable<Uint8Array>): Promise<string | null> {
  let start: Uint8Array = new Uint8Array();
  for await (const piece of file) {
    start = joined(start, piece);
    if (start.length >= HEAD_BYTES + ID_END_BYTES) break;
  }
  const isSealed = start.length >= MAGIC.length && MAGIC.every((byte, index) => byte === start[index]);
  // Of the frame of the first part, what follows its length.
  return isSealed ? (sealingKeyId(start.subarray(HEAD_BYTES + 4)) ?? '') : null;
}

async function openPart(keys: ArchiveKeys, part: string, sealed: Uint8Array): Promise<Uint8Array> {
  const id = sealingKeyId(sealed);
  if (id === undefined) throw damaged();
  const key = await keys.find(id);
  if (key === null) throw lockedError(id);
  const content = openFile(key, part, sealed);
  if (content === undefined) throw damaged();
  return content;
}

function role(head: Uint8Array, index: number, isLast: boolean): string {
  const id = Array.from(head.subarray(MAGIC.length), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `backup ${id}, part ${index}${isLast ? ', the last' : ''}`;
}

function framed(sealed: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + sealed.length);
  new DataView(frame.buffer).setUint32(0, sealed.length, true);
  frame.set(sealed, 4);
  return frame;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function damaged(): SextantError {
  return new SextantError('damaged', t('It is damaged, or was cut off.'));
}
