import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { SextantError } from '../../base/errors.ts';
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

const MAGIC = 0x53_58_49_31; // "SXI1"
const ALIGNMENT = 8;
/** Bytes before the table: magic, length of the table, checksum of the table, checksum of the rest. */
const PREFIX = 16;
/** Bytes that are summed up or written before others get their turn. */
const AT_ONCE = 4_000_000;

interface Table {
  readonly header: unknown;
  readonly sections: Readonly<Record<string, { start: number; length: number }>>;
  /** Bytes of all sections, gaps included. */
  readonly length: number;
}

/**
 * Writes a file in one step: whoever reads finds the old one or the new one, whole. The bytes must not
 * change meanwhile. Little endian: uint32 magic, table length, CRC-32 of the table, CRC-32 of the
 * sections; the table, JSON; the sections, each at a multiple of 8.
 */
export async function writeSections(file: string, { header, sections }: Sections, seal?: FileSeal): Promise<void> {
  const places: Record<string, { start: number; length: number }> = {};
  const pieces: Uint8Array[] = [];
  let length = 0;
  let checksum = 0;
  const slice = new TimeSlice();
  for (const [name, bytes] of Object.entries(sections)) {
    places[name] = { start: length, length: bytes.length };
    for (const piece of [bytes, Buffer.alloc(padding(bytes.length))]) {
      pieces.push(piece);
      length += piece.length;
      for (let at = 0; at < piece.length; at += AT_ONCE) {
        checksum = crc32(piece.subarray(at, at + AT_ONCE), checksum);
        if (slice.isOver) await slice.breathe();
      }
    }
  }
  const json = Buffer.from(JSON.stringify({ header, sections: places, length } satisfies Table));
  const table = Buffer.concat([json, Buffer.alloc(padding(PREFIX + json.length), ' ')]);
  const prefix = Buffer.alloc(PREFIX);
  for (const [index, value] of [MAGIC, table.length, crc32(table), checksum].entries()) {
    prefix.writeUInt32LE(value >>> 0, index * 4);
  }
  const all = [prefix, table, ...pieces];
  await replaceFile(file, seal === undefined ? all : [seal.seal(Buffer.concat(all))]);
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
  const tableLength = bytes.readUInt32LE(4);
  const start = PREFIX + tableLength;
  if (start > bytes.length) throw damaged();
  const json = bytes.subarray(PREFIX, start);
  const body = bytes.subarray(start);
  if (crc32(json) !== bytes.readUInt32LE(8) || crc32(body) !== bytes.readUInt32LE(12)) throw damaged();
  const table = JSON.parse(json.toString('utf8')) as Table;
  if (table.length !== body.length) throw damaged();
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

async function replaceFile(file: string, pieces: readonly Uint8Array[]): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w');
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += AT_ONCE) {
        await handle.writeFile(piece.subarray(at, at + AT_ONCE));
      }
    }
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
  return new SextantError('damaged', 'A saved part of the index is damaged; it is built anew.');
}
