import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';

/** int8 rows of `inputs` numbers, one for each output; the scale of each, and what is added to each output. */
export interface Matrix {
  readonly outputs: number;
  readonly inputs: number;
  readonly scales: Float32Array;
  readonly biases: Float32Array;
  readonly rows: Int8Array;
}

/** int8 rows with the scale of each. */
export interface Table {
  readonly scales: Float32Array;
  readonly rows: Int8Array;
}

/** Gain and bias of a layer normalisation. */
export interface Norm {
  readonly gain: Float32Array;
  readonly bias: Float32Array;
}

export interface DeepLayer {
  /** Query (divided by the root of a head's size), key and value, one below the other. */
  readonly heads: Matrix;
  readonly output: Matrix;
  readonly attended: Norm;
  readonly inner: Matrix;
  readonly outer: Matrix;
  readonly normed: Norm;
}

/** What the header of a file says. */
export interface DeepModelSizes {
  /** Names the model and its version. */
  readonly id: string;
  readonly width: number;
  readonly inner: number;
  readonly heads: number;
  readonly layers: number;
  /** The most pieces of a text that it reads. */
  readonly tokens: number;
}

export interface DeepModelFile extends DeepModelSizes {
  readonly vocabulary: readonly string[];
  readonly words: Table;
  readonly places: Table;
  readonly embedded: Norm;
  readonly blocks: readonly DeepLayer[];
}

/**
 * Reads the file of a BERT-like encoder, which lies at `from` in `buffer` (a multiple of 16), without copying its numbers.
 * Throws `damaged` for anything else.
 *
 * The file, little endian: the letters `SXDM`; uint32 length of the header; the header, JSON `{format: 1, id, width,
 * inner, heads, layers, tokens, vocabulary}` with the pieces of the vocabulary joined by spaces; spaces up to a multiple
 * of 16. Then the table of the vocabulary, the table of the places (so many as tokens; the token type is added to them),
 * their norm; and of each layer: heads, output, norm, inner, outer, norm. A table is float32 scales and int8 rows; a
 * matrix is float32 scales, float32 biases and int8 rows; a norm is float32 gain and bias. Widths are multiples of 16,
 * those of a head of 8, so that all stays aligned.
 */
export function readDeepModel(buffer: ArrayBufferLike, from: number, size: number): DeepModelFile {
  const { sizes, vocabulary, length } = readHeader(new DataView(buffer, from, size));
  const { width, inner, layers, tokens } = sizes;
  let at = from + length;
  const take = (bytes: number): number => {
    const place = at;
    at += bytes;
    if (at > from + size) throw damaged();
    return place;
  };
  const floats = (count: number): Float32Array => {
    const values = new Float32Array(buffer, take(count * 4), count);
    if (!values.every(Number.isFinite)) throw damaged();
    return values;
  };
  const table = (rows: number): Table => ({
    scales: floats(rows),
    rows: new Int8Array(buffer, take(rows * width), rows * width),
  });
  const matrix = (outputs: number, inputs: number): Matrix => ({
    outputs,
    inputs,
    scales: floats(outputs),
    biases: floats(outputs),
    rows: new Int8Array(buffer, take(outputs * inputs), outputs * inputs),
  });
  const norm = (): Norm => ({ gain: floats(width), bias: floats(width) });
  const model: DeepModelFile = {
    ...sizes,
    vocabulary,
    words: table(vocabulary.length),
    places: table(tokens),
    embedded: norm(),
    blocks: Array.from({ length: layers }, () => ({
      heads: matrix(3 * width, width),
      output: matrix(width, width),
      attended: norm(),
      inner: matrix(inner, width),
      outer: matrix(width, inner),
      normed: norm(),
    })),
  };
  if (at !== from + size) throw damaged();
  return model;
}

const MAGIC = 0x4d445853;

function readHeader(file: DataView): { sizes: DeepModelSizes; vocabulary: string[]; length: number } {
  if (file.byteLength < 8 || file.getUint32(0, true) !== MAGIC) throw damaged();
  const length = file.getUint32(4, true);
  if (length > file.byteLength - 8) throw damaged();
  let header: unknown;
  try {
    const text = new Uint8Array(file.buffer, file.byteOffset + 8, length);
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (cause) {
    throw damaged(cause);
  }
  if (!isHeader(header)) throw damaged();
  const { vocabulary, id, width, inner, heads, layers, tokens } = header;
  const sizes = { id, width, inner, heads, layers, tokens };
  return { sizes, vocabulary: vocabulary.split(' '), length: Math.ceil((8 + length) / 16) * 16 };
}

type Header = DeepModelSizes & { readonly format: 1; readonly vocabulary: string };

function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null) return false;
  const header = value as Partial<Record<keyof Header, unknown>>;
  const isSize = (key: keyof Header, unit: number, most: number): boolean => {
    const size = header[key];
    return Number.isSafeInteger(size) && Number(size) >= unit && Number(size) <= most && Number(size) % unit === 0;
  };
  return (
    header.format === 1 &&
    typeof header.id === 'string' &&
    typeof header.vocabulary === 'string' &&
    isSize('width', 16, 1024) &&
    isSize('inner', 16, 8192) &&
    isSize('heads', 1, 64) &&
    isSize('layers', 1, 48) &&
    isSize('tokens', 1, 512) &&
    Number(header.width) % (8 * Number(header.heads)) === 0
  );
}

function damaged(cause?: unknown): SextantError {
  return new SextantError('damaged', t('The built-in embedding model is damaged. Install Sextant again.'), { cause });
}
