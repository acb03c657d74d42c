import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { EmbeddingKind, EmbeddingModel } from '../../models/embeddingModel.ts';
import { type WasmMemory, webAssembly } from '../webAssembly.ts';
import { Subwords } from './subwords.ts';
import { type SumRows, createSumRows } from './sumRows.ts';

const PAGE_BYTES = 65_536;

/** Words that are read of a question and of code. */
export const MOST_WORDS: Readonly<Record<EmbeddingKind, number>> = { query: 64, code: 300 };

/**
 * The built-in model: a table of subword vectors, so that a passage costs a tenth of a millisecond.
 *
 * The file, little endian: uint32 length of the header; the header, JSON `{n, dim, vocab, places}` with `n`
 * lower-case subwords joined by spaces, and what a place counts, `{query, code}`; spaces up to a multiple of 4;
 * n float32 weights of a subword in a query; n float32 weights in code; n × dim int8 rows. A vector is the sum over the
 * distinct subwords, in their order, of place × weight × (1 + ln count) × row, divided by its length. The subword that
 * is number i, from 0, has the place floor(2 log2(i + 1)), or the last: what comes first names what a text is about.
 */
export class StaticModel implements EmbeddingModel {
  readonly id: string;
  readonly dimensions: number;
  readonly #subwords: Subwords;
  readonly #queryWeights: Float32Array;
  readonly #codeWeights: Float32Array;
  /** What a subword counts by its number in the text; those behind the last count as much as that. */
  readonly #places: Readonly<Record<EmbeddingKind, Float32Array>>;
  readonly #rowsStart: number;
  readonly #functions: SumRows;
  /** Addresses and weights of the rows that a text is made of, one after the other. */
  readonly #addresses: Uint32Array;
  readonly #rowWeights: Float32Array;
  readonly #sum: Float32Array;
  readonly #quantised: Int8Array;

  /** Computes in the memory of the bytes, which nobody else may do. Throws `damaged` when they are not a model. */
  constructor({ memory, byteLength, workStart }: ModelBytes, id = 'static-code-256') {
    this.id = id;
    const bytes = memory.buffer;
    const { dimensions, vocabulary, places, tableStart } = readHeader(bytes, byteLength);
    const count = vocabulary.length;
    if (byteLength !== tableStart + count * (8 + dimensions) || dimensions % 16 !== 0) throw damagedModel();
    this.dimensions = dimensions;
    this.#subwords = new Subwords(vocabulary);
    this.#queryWeights = new Float32Array(bytes, tableStart, count);
    this.#codeWeights = new Float32Array(bytes, tableStart + 4 * count, count);
    this.#places = { query: byNumber(places.query), code: byNumber(places.code) };
    this.#rowsStart = tableStart + 8 * count;
    this.#functions = createSumRows(memory);
    this.#sum = new Float32Array(bytes, workStart, dimensions);
    this.#quantised = new Int8Array(bytes, workStart + 4 * dimensions, dimensions);
    const listStart = workStart + 5 * dimensions;
    this.#addresses = new Uint32Array(bytes, listStart, 2 * count);
    this.#rowWeights = new Float32Array(bytes, listStart, 2 * count);
  }

  embed(texts: readonly string[], kind: EmbeddingKind): Promise<Float32Array[]> {
    return Promise.resolve(texts.map((text) => this.embedOne(text, kind)));
  }

  /** A unit vector; the zero vector for a text without a known word. */
  embedOne(text: string, kind: EmbeddingKind): Float32Array {
    const sum = this.#sumUp(text, kind);
    let squares = 0;
    for (const value of sum) squares += value * value;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    return sum.map((value) => value * scale);
  }

  /** The same as bytes, see `quantise`; a view that the next call changes. */
  embedAsBytes(text: string, kind: EmbeddingKind): Int8Array {
    const sum = this.#sumUp(text, kind);
    this.#functions.quantise(sum.byteOffset, this.dimensions, this.#quantised.byteOffset);
    return this.#quantised;
  }

  /** Cosine of a text with a unit vector: the same as with what `embedOne` gives, for a third of the time. */
  cosine(text: string, kind: EmbeddingKind, unit: Float32Array): number {
    const sum = this.#sumUp(text, kind);
    let squares = 0;
    let product = 0;
    for (let i = 0; i < sum.length; i++) {
      const value = sum[i] ?? 0;
      squares += value * value;
      product += value * (unit[i] ?? 0);
    }
    return squares > 0 ? product / Math.sqrt(squares) : 0;
  }

  /** The weighted sum of a text's subwords, until the next call. */
  #sumUp(text: string, kind: EmbeddingKind): Float32Array {
    const weights = kind === 'query' ? this.#queryWeights : this.#codeWeights;
    const { dimensions } = this;
    const { counts } = this.#subwords;
    const places = this.#places[kind];
    const last = places.length - 1;
    let at = 0;
    for (const subword of this.#subwords.count(text, MOST_WORDS[kind])) {
      const count = counts[subword] ?? 1;
      counts[subword] = 0;
      const place = places[Math.min(at / 2, last)] ?? 0;
      this.#addresses[at++] = this.#rowsStart + subword * dimensions;
      this.#rowWeights[at++] = place * (weights[subword] ?? 0) * (count === 1 ? 1 : 1 + Math.log(count));
    }
    this.#functions.sumUp(this.#addresses.byteOffset, at / 2, dimensions, this.#sum.byteOffset);
    return this.#sum;
  }
}

/** The bytes of a model file in memory of WASM, with room behind them to compute in. */
export interface ModelBytes {
  readonly memory: WasmMemory;
  readonly byteLength: number;
  /** Where that room begins. */
  readonly workStart: number;
}

/** What is written there is less than the file: two numbers for each of its rows, and a few vectors. */
export function modelBytes(file: Uint8Array): ModelBytes {
  const workStart = Math.ceil(file.byteLength / 16) * 16;
  const pages = Math.ceil((2 * workStart + PAGE_BYTES) / PAGE_BYTES);
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Uint8Array(memory.buffer).set(file);
  return { memory, byteLength: file.byteLength, workStart };
}

/** What each number of a subword counts, up to the first of the last place. */
function byNumber(places: readonly number[]): Float32Array {
  const numbers = Math.ceil(2 ** ((places.length - 1) / 2));
  return Float32Array.from(
    { length: numbers },
    (_, i) => places[Math.floor(2 * Math.log2(i + 1))] ?? places.at(-1) ?? 1,
  );
}

type Places = Readonly<Record<EmbeddingKind, readonly number[]>>;

function readHeader(
  bytes: ArrayBufferLike,
  byteLength: number,
): { dimensions: number; vocabulary: string[]; places: Places; tableStart: number } {
  if (byteLength < 4) throw damagedModel();
  const length = new DataView(bytes).getUint32(0, true);
  if (length > byteLength - 4) throw damagedModel();
  // A TextDecoder refuses shared memory, which the model may lie in.
  const text = new TextDecoder().decode(new Uint8Array(bytes, 4, length).slice());
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw damagedModel(cause);
  }
  if (!isHeader(header)) throw damagedModel();
  const vocabulary = header.vocab.split(' ');
  if (vocabulary.length !== header.n) throw damagedModel();
  return { dimensions: header.dim, vocabulary, places: header.places, tableStart: Math.ceil((4 + length) / 4) * 4 };
}

function isHeader(value: unknown): value is { n: number; dim: number; vocab: string; places: Places } {
  if (typeof value !== 'object' || value === null) return false;
  const { n, dim, vocab, places } = value as Partial<Record<'n' | 'dim' | 'vocab' | 'places', unknown>>;
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(dim) || Number(dim) <= 0 || typeof vocab !== 'string')
    return false;
  const { query, code } = (places ?? {}) as Partial<Record<EmbeddingKind, unknown>>;
  return [query, code].every((list) => Array.isArray(list) && list.length > 0 && list.every(Number.isFinite));
}

function damagedModel(cause?: unknown): SextantError {
  return new SextantError('damaged', t('The built-in embedding model is damaged. Install Sextant again.'), { cause });
}
