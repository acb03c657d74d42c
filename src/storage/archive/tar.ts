import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';

/** A file of an archive. Its content must be read before the next member is asked for, else it is passed over. */
export interface TarMember {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** POSIX.1-1988 (ustar): a header of one block, the content, zeros up to the next block; two empty blocks end it. */
const BLOCK = 512;
const NAME_BYTES = 100;
/** Eleven octal digits. */
const SIZE_LIMIT = 8 ** 11;
const CHECKSUM_AT = 148;
/** Tools fill the end up to a multiple of 20 blocks. */
const TAIL_LIMIT_BYTES = 100_000;
const REGULAR_FILE = '0';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Writes a tar archive, piece by piece. Names are ASCII and shorter than 100 characters. */
export async function* writeTar(
  members: AsyncIterable<TarMember> | Iterable<TarMember>,
  modifiedAtMs: number,
): AsyncGenerator<Uint8Array> {
  for await (const { name, size, content } of members) {
    yield encodeHeader(name, size, modifiedAtMs);
    let written = 0;
    for await (const piece of content) {
      written += piece.length;
      yield piece;
    }
    if (written !== size) throw new SextantError('internal', t('{0} has changed while it was read.', name));
    yield new Uint8Array(padding(size));
  }
  yield new Uint8Array(2 * BLOCK);
}

/**
 * The members of a tar archive, in its order. Anything but plain files is refused with code `damaged`: links, devices,
 * folders, and names that lead elsewhere never come out of here as something to act on.
 */
export async function* readTar(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const reader = new PieceReader(bytes);
  try {
    for (;;) {
      const header = await reader.take(BLOCK);
      if (isEmpty(header)) {
        await reader.drain();
        return;
      }
      const { name, size } = decodeHeader(header);
      let left = size;
      const content = async function* (): AsyncGenerator<Uint8Array> {
        while (left > 0) {
          const piece = await reader.some(left);
          left -= piece.length;
          yield piece;
        }
      };
      yield { name, size, content: content() };
      while (left > 0) left -= (await reader.some(left)).length;
      await reader.take(padding(size));
    }
  } finally {
    await reader.close();
  }
}

function encodeHeader(name: string, size: number, modifiedAtMs: number): Uint8Array {
  if (name.length >= NAME_BYTES || size >= SIZE_LIMIT) {
    throw new SextantError('unsupported', t('{0} is too large for a backup.', name));
  }
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string): void => {
    block.set(encoder.encode(text), at);
  };
  const octal = (number: number, digits: number): string => `${number.toString(8).padStart(digits, '0')}\0`;
  put(0, name);
  put(100, octal(0o600, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(size, 11));
  put(136, octal(Math.floor(modifiedAtMs / 1_000), 11));
  put(156, REGULAR_FILE);
  put(257, 'ustar\x0000');
  put(CHECKSUM_AT, `${octal(checksum(block), 6)} `);
  return block;
}

function decodeHeader(block: Uint8Array): { name: string; size: number } {
  const size = octalAt(block, 124, 12);
  const isPlain = block[156] === REGULAR_FILE.charCodeAt(0) && textAt(block, 257, 5) === 'ustar';
  // A prefix would make the name longer than it looks.
  const isShort = block[345] === 0;
  if (octalAt(block, CHECKSUM_AT, 8) !== checksum(block) || !isPlain || !isShort) throw damaged();
  return { name: textAt(block, 0, NAME_BYTES), size };
}

/** The sum of the header's bytes, with spaces in place of the sum itself. */
function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= CHECKSUM_AT && at < CHECKSUM_AT + 8 ? 32 : (block[at] ?? 0);
  return sum;
}

function textAt(block: Uint8Array, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  try {
    return decoder.decode(end === -1 ? field : field.subarray(0, end));
  } catch {
    throw damaged();
  }
}

function octalAt(block: Uint8Array, start: number, length: number): number {
  const text = textAt(block, start, length).trim();
  if (!/^[0-7]{1,11}$/.test(text)) throw damaged();
  return Number.parseInt(text, 8);
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function damaged(): SextantError {
  return new SextantError('damaged', t('The archive is damaged, or none that Sextant wrote.'));
}

function isEmpty(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Takes what arrives in pieces in pieces of other sizes. */
class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next bytes, at least one and at most `limit`. */
  async some(limit: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const next = await this.#pieces.next();
      if (next.done === true) throw damaged();
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** Exactly so many bytes; few. */
  async take(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count;) {
      const piece = await this.some(count - filled);
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return bytes;
  }

  /** Reads to the end, where nothing may stand: only there a cut off file shows. */
  async drain(): Promise<void> {
    for (let seen = this.#rest.length; ;) {
      if (seen > TAIL_LIMIT_BYTES || !isEmpty(this.#rest)) throw damaged();
      const next = await this.#pieces.next();
      if (next.done === true) return;
      this.#rest = next.value;
      seen += next.value.length;
    }
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
