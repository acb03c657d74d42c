import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import { TimeSlice } from '../timeSlice.node.ts';

/** Named runs of bytes and a JSON header, as one file. */
export interface Sections {
  readonly header: unknown;
  readonly sections: Readonly<Record<string, Uint8Array>>;
}

/** Makes a file's bytes unreadable for whoever lacks a key. */
export interface FileSeal {
  seal(bytes: Uint8Array): Uint8Array;
  /** Undefined when these are not bytes that were sealed so. */
  open(sealed: Uint8Array): Uint8Array<ArrayBuffer> | undefined;
}

/** What is written: the sections one after the other, each made when it is its turn, so that they are never all in memory. */
export interface SectionsToWrite {
  readonly header: unknown;
  readonly sections: Iterable<readonly [name: string, bytes: Uint8Array | BytesInPieces]>;
}

/** Bytes that are made piece by piece, so that they are never all in memory. */
export interface BytesInPieces {
  readonly length: number;
  readonly pieces: Iterable<Uint8Array>;
}

const MAGIC = 0x53_58_49_32; // "SXI2"
const ALIGNMENT = 8;
/** Bytes before the sections: magic, length of the table, checksum of the table, checksum of the sections. */
const PREFIX = 16;
/** Bytes that are summed up or written before others get their turn. */
const AT_ONCE = 4_000_000;

interface Table {
  readonly header: unknown;
  readonly sections: Readonly<Record<string, { start: number; length: number }>>;
}

/** Takes bytes, one after the other, or at a place. */
type Write = (bytes: Uint8Array, position?: number) => Promise<void>;

/**
 * Writes a file in one step: whoever reads finds the old one or the new one, whole. What the sections are made of must
 * not change meanwhile. Little endian: uint32 magic, table length, CRC-32 of the table, CRC-32 of the sections; the
 * sections, each at a multiple of 8; the table, JSON.
 */
export async function writeSections(file: string, content: SectionsToWrite, seal?: FileSeal): Promise<void> {
  await replaceFile(file, async (write) => {
    if (seal === undefined) {
      await writeInto(write, content);
      return;
    }
    const pieces: Uint8Array[] = [];
    await writeInto((bytes, position) => {
      if (position === undefined) pieces.push(bytes);
      else pieces[0] = bytes;
      return Promise.resolve();
    }, content);
    await write(seal.seal(Buffer.concat(pieces)));
  });
}

async function writeInto(write: Write, { header, sections }: SectionsToWrite): Promise<void> {
  const prefix = Buffer.alloc(PREFIX);
  await write(prefix);
  const places: Record<string, { start: number; length: number }> = {};
  let length = 0;
  let checksum = 0;
  const slice = new TimeSlice();
  const add = async (piece: Uint8Array): Promise<void> => {
    length += piece.length;
    for (let at = 0; at < piece.length; at += AT_ONCE) {
      checksum = crc32(piece.subarray(at, at + AT_ONCE), checksum);
      if (slice.isOver) await slice.breathe();
    }
    await write(piece);
  };
  for (const [name, bytes] of sections) {
    places[name] = { start: length, length: bytes.length };
    for (const piece of 'pieces' in bytes ? bytes.pieces : [bytes]) await add(piece);
    await add(Buffer.alloc(padding(bytes.length)));
  }
  const table = Buffer.from(JSON.stringify({ header, sections: places } satisfies Table));
  await write(table);
  for (const [index, value] of [MAGIC, table.length, crc32(table), checksum].entries()) {
    prefix.writeUInt32LE(value >>> 0, index * 4);
  }
  await write(prefix, 0);
}

/**
 * Reads what {@link writeSections} wrote; undefined when there is no such file. Throws `damaged` for
 * anything else, also for what another seal or none has sealed. The sections share one block of memory,
 * aligned for typed arrays.
 */
export async function readSections(file: string, seal?: FileSeal): Promise<Sections | undefined> {
  const written = await readWhole(file);
  if (written === undefined) return undefined;
  const bytes = seal === undefined ? written : Buffer.from(seal.open(written)?.buffer ?? new ArrayBuffer(0));
  if (bytes.length < PREFIX || bytes.readUInt32LE(0) !== MAGIC) throw damaged();
  const end = bytes.length - bytes.readUInt32LE(4);
  if (end < PREFIX) throw damaged();
  const body = bytes.subarray(PREFIX, end);
  const json = bytes.subarray(end);
  if (crc32(json) !== bytes.readUInt32LE(8) || crc32(body) !== bytes.readUInt32LE(12)) throw damaged();
  const table = JSON.parse(json.toString('utf8')) as Table;
  const sections = Object.fromEntries(
    Object.entries(table.sections).map(([name, place]) => [
      name,
      body.subarray(place.start, place.start + place.length),
    ]),
  );
  return { header: table.header, sections };
}

async function readWhole(file: string): Promise<Buffer | undefined> {
  try {
    // A pooled buffer would not be aligned.
    const bytes = await readFile(file);
    return bytes.byteOffset % ALIGNMENT === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function replaceFile(file: string, fill: (write: Write) => Promise<void>): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w');
  try {
    await fill(async (bytes, position) => {
      if (position !== undefined) await handle.write(bytes, 0, bytes.length, position);
      else for (let at = 0; at < bytes.length; at += AT_ONCE) await handle.writeFile(bytes.subarray(at, at + AT_ONCE));
    });
    await handle.datasync();
    await handle.close();
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

async function syncFolder(directory: string): Promise<void> {
  // Windows has no such thing.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function padding(length: number): number {
  return (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;
}

function damaged(): SextantError {
  return new SextantError('damaged', t('A saved part of the index is damaged; it is built anew.'));
}
