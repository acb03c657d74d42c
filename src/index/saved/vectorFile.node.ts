import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';

const HASH_BYTES = 16;
const CHECKSUM_BYTES = 4;
/** Bytes that are read or written at once. */
const AT_ONCE = 4_000_000;
const SMALLEST_TABLE = 1024;
/** Beside the built-in table: the deep one, and of those that were chosen the last two, for somebody may go back. */
const KEPT_MODELS = 3;

/**
 * Vectors on disk by what they are of, so that nothing is embedded twice. They are not kept in memory: there
 * is a place for each in a small table, and the vector is read when it is asked for. The file only grows, a
 * record after the other: 16 bytes of the hash, the vector, CRC-32 of both. It is a cache: a record that is
 * not whole is as good as none, whoever wrote it and whatever became of it.
 */
export class VectorFile {
  readonly #file: string;
  readonly #recordBytes: number;
  #handle: number;
  #count = 0;
  /** Open addressing; three numbers a place: the first 8 bytes of the hash, the record's number plus one. */
  #table = new Uint32Array(3 * SMALLEST_TABLE);

  private constructor(file: string, dimensions: number) {
    this.#file = file;
    this.#recordBytes = HASH_BYTES + dimensions + CHECKSUM_BYTES;
    this.#handle = openSync(file, 'a+');
  }

  /** Opens the vectors of a model in `directory`; `name` is a file name that no other model has. */
  static open(directory: string, name: string, dimensions: number): VectorFile {
    mkdirSync(directory, { recursive: true });
    const opened = new VectorFile(path.join(directory, name), dimensions);
    const now = new Date();
    futimesSync(opened.#handle, now, now);
    opened.#readTable();
    return opened;
  }

  /** Records in the file. */
  get count(): number {
    return this.#count;
  }

  /** It grows when another process adds to it. */
  get sizeBytes(): number {
    return fstatSync(this.#handle).size;
  }

  /** Those that are there, by hash: 32 hexadecimal digits each. */
  read(hashes: Iterable<string>): Map<string, Int8Array> {
    this.#followReplaced();
    this.#noteMore();
    const found = new Map<string, Int8Array>();
    for (const hash of hashes) {
      const key = Buffer.from(hash, 'hex');
      const place = this.#placeOf(key.readUInt32LE(0), key.readUInt32LE(4));
      const number = this.#table[place + 2] ?? 0;
      const record = number === 0 ? undefined : this.#readRecord(number - 1);
      if (record?.subarray(0, HASH_BYTES).equals(key) !== true) continue;
      found.set(hash, new Int8Array(record.buffer, HASH_BYTES, record.length - HASH_BYTES - CHECKSUM_BYTES));
    }
    return found;
  }

  /** Adds vectors by hash. Throws the system's error when the disk is full; then none of them are there. */
  add(vectors: ReadonlyMap<string, Int8Array>): void {
    if (vectors.size === 0) return;
    const records = Buffer.allocUnsafe(vectors.size * this.#recordBytes);
    let at = 0;
    for (const [hash, vector] of vectors) {
      const end = at + this.#recordBytes - CHECKSUM_BYTES;
      records.write(hash, at, 'hex');
      records.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.length), at + HASH_BYTES);
      records.writeUInt32LE(crc32(records.subarray(at, end)), end);
      at = end + CHECKSUM_BYTES;
    }
    this.#append(records);
    for (let start = 0; start < records.length; start += this.#recordBytes) this.#note(records, start);
  }

  /** Writes the file anew with what is in use, when more than `most` records are not. */
  prune(inUse: Iterable<string>, most: number): void {
    const used = new Set(inUse);
    if (this.#count - used.size <= most) return;
    const smaller = `${this.#file}.new`;
    rmSync(smaller, { force: true });
    const next = new VectorFile(smaller, this.#recordBytes - HASH_BYTES - CHECKSUM_BYTES);
    try {
      for (const piece of this.#pieces(0)) {
        const kept: Buffer[] = [];
        for (let at = 0; at < piece.length; at += this.#recordBytes) {
          if (used.delete(piece.toString('hex', at, at + HASH_BYTES))) {
            kept.push(piece.subarray(at, at + this.#recordBytes));
          }
        }
        next.#append(Buffer.concat(kept));
      }
    } finally {
      next.close();
    }
    this.close();
    try {
      renameSync(smaller, this.#file);
    } finally {
      this.#reopen();
    }
  }

  close(): void {
    closeSync(this.#handle);
  }

  #reopen(): void {
    this.#handle = openSync(this.#file, 'a+');
    this.#readTable();
  }

  #readTable(): void {
    this.#count = 0;
    this.#table = new Uint32Array(3 * tableSize(Math.floor(fstatSync(this.#handle).size / this.#recordBytes)));
    this.#noteMore();
  }

  /** Another process may have pruned the file: what is written to the old one is gone with it. */
  #followReplaced(): void {
    if (statSync(this.#file, { throwIfNoEntry: false })?.ino === fstatSync(this.#handle).ino) return;
    this.close();
    this.#reopen();
  }

  /** Takes what is new in the file into the table: another process may have written it. */
  #noteMore(): void {
    if (fstatSync(this.#handle).size < (this.#count + 1) * this.#recordBytes) return;
    for (const piece of this.#pieces(this.#count)) {
      for (let at = 0; at < piece.length; at += this.#recordBytes) this.#note(piece, at);
    }
  }

  /** All records from a number on, some at a time; the memory is used again for the next ones. */
  *#pieces(first: number): Generator<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.floor(AT_ONCE / this.#recordBytes) * this.#recordBytes);
    for (let start = first * this.#recordBytes; ;) {
      const length = readSync(this.#handle, buffer, 0, buffer.length, start);
      const whole = length - (length % this.#recordBytes);
      if (whole === 0) return;
      yield buffer.subarray(0, whole);
      start += whole;
    }
  }

  #readRecord(number: number): Buffer | undefined {
    const record = Buffer.from(new ArrayBuffer(this.#recordBytes));
    const length = readSync(this.#handle, record, 0, record.length, number * this.#recordBytes);
    const end = record.length - CHECKSUM_BYTES;
    return length === record.length && crc32(record.subarray(0, end)) === record.readUInt32LE(end) ? record : undefined;
  }

  #append(records: Buffer): void {
    // Should another process have it as well, its records are as good, and ours follow them.
    this.#followReplaced();
    this.#noteMore();
    this.#cutOff();
    try {
      for (let at = 0; at < records.length;) at += writeSync(this.#handle, records, at);
    } catch (error) {
      ftruncateSync(this.#handle, this.#count * this.#recordBytes);
      throw error;
    }
  }

  /** What a crash has left of a record would put all that follows out of step. */
  #cutOff(): void {
    const { size } = fstatSync(this.#handle);
    const rest = size % this.#recordBytes;
    if (rest !== 0) ftruncateSync(this.#handle, size - rest);
  }

  /** Takes the next record into the table. */
  #note(bytes: Buffer, at: number): void {
    this.#count++;
    if (this.#count * 6 > this.#table.length) this.#grow();
    this.#enter(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4), this.#count);
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Uint32Array(before.length * 2);
    for (let place = 0; place < before.length; place += 3) {
      const number = before[place + 2] ?? 0;
      if (number > 0) this.#enter(before[place] ?? 0, before[place + 1] ?? 0, number);
    }
  }

  #enter(first: number, second: number, number: number): void {
    const place = this.#placeOf(first, second);
    this.#table[place] = first;
    this.#table[place + 1] = second;
    this.#table[place + 2] = number;
  }

  /** Where a hash stands in the table, or would. */
  #placeOf(first: number, second: number): number {
    const places = this.#table.length / 3;
    for (let place = first & (places - 1); ; place = (place + 1) & (places - 1)) {
      const at = place * 3;
      const isFree = this.#table[at + 2] === 0;
      if (isFree || (this.#table[at] === first && this.#table[at + 1] === second)) return at;
    }
  }
}

/** Removes the files of models that have not been used for longest, but not that of the built-in one. */
export function removeOldVectorFiles(directory: string, builtIn: string): void {
  if (!existsSync(directory)) return;
  const files = readdirSync(directory)
    .filter((name) => name !== builtIn)
    .map((name) => path.join(directory, name));
  const usedAt = new Map(files.map((file) => [file, statSync(file).mtimeMs]));
  files.sort((a, b) => (usedAt.get(b) ?? 0) - (usedAt.get(a) ?? 0));
  for (const file of files.slice(KEPT_MODELS)) rmSync(file, { force: true });
}

/** A power of two with room to spare: at most half of the places are taken. */
function tableSize(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(SMALLEST_TABLE, count * 2 + 1)));
}
