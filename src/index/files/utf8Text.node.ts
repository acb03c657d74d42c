import { isUtf8 } from 'node:buffer';
import { SNIFFED_BYTES } from './decodeText.ts';
import type { SlicedText } from './textLines.ts';

const MARK = Buffer.from('\uFEFF');
const REPLACEMENT = Buffer.from('\uFFFD');
const LINE_END = 0x0a;

/** A file's text of which only what is asked for is decoded: a search reads a few lines of many files. Its places are bytes. */
export class Utf8Text implements SlicedText {
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Undefined where `decodeText` would do more than decode UTF-8, or may. */
  static of(bytes: Buffer): Utf8Text | undefined {
    const isPlain = isUtf8(bytes) && !bytes.subarray(0, SNIFFED_BYTES).includes(0) && !bytes.includes('\r');
    if (!isPlain || bytes.includes(REPLACEMENT)) return undefined;
    return new Utf8Text(bytes.subarray(0, MARK.length).equals(MARK) ? bytes.subarray(MARK.length) : bytes);
  }

  get length(): number {
    return this.#bytes.length;
  }

  indexOf(_lineEnd: '\n', from: number): number {
    return this.#bytes.indexOf(LINE_END, from);
  }

  slice(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end);
  }
}
