import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { EmbeddingKind, EmbeddingModel } from '../../models/embeddingModel.ts';
import { splitIdentifier } from '../../base/words/splitIdentifier.ts';

const WORDS = /[A-Za-z][A-Za-z0-9_$]*|\d+/g;
const MAX_QUERY_WORDS = 64;
const MAX_CODE_WORDS = 300;
const MAX_SUBWORD_LENGTH = 14;
const CACHED_IDENTIFIERS = 50_000;

/**
 * The built-in model: a table of subword vectors, so that a passage costs a tenth of a millisecond.
 *
 * The file, little endian: uint32 length of the header; the header, JSON `{n, dim, vocab}` with `n`
 * lower-case subwords joined by spaces; spaces up to a multiple of 4; n float32 weights of a subword
 * in a query; n float32 weights in code; n × dim int8 rows. A vector is the sum over the distinct
 * subwords of weight × (1 + ln count) × row, divided by its length.
 */
export class StaticModel implements EmbeddingModel {
  readonly id: string;
  readonly dimensions: number;
  readonly #subwords: ReadonlyMap<string, number>;
  readonly #queryWeights: Float32Array;
  readonly #codeWeights: Float32Array;
  readonly #rows: Int8Array;
  readonly #identifiers = new Map<string, Identifier>();
  /** How often each subword occurs in the text at hand; zero between texts. */
  readonly #counts: Uint32Array;

  /** Reads the bytes of a model file, without copying them. Throws `damaged` when they are not one. */
  constructor(bytes: ArrayBufferLike, id = 'static-code-256') {
    this.id = id;
    const { dimensions, vocabulary, tableStart } = readHeader(bytes);
    const count = vocabulary.length;
    if (bytes.byteLength !== tableStart + count * (8 + dimensions)) throw damagedModel();
    this.dimensions = dimensions;
    this.#counts = new Uint32Array(count);
    this.#subwords = new Map(vocabulary.map((subword, index) => [subword, index]));
    this.#queryWeights = new Float32Array(bytes, tableStart, count);
    this.#codeWeights = new Float32Array(bytes, tableStart + 4 * count, count);
    this.#rows = new Int8Array(bytes, tableStart + 8 * count, count * dimensions);
  }

  embed(texts: readonly string[], kind: EmbeddingKind): Promise<Float32Array[]> {
    return Promise.resolve(texts.map((text) => this.embedOne(text, kind)));
  }

  /** A unit vector; the zero vector for a text without a known word. */
  embedOne(text: string, kind: EmbeddingKind): Float32Array {
    const weights = kind === 'query' ? this.#queryWeights : this.#codeWeights;
    const dimensions = this.dimensions;
    const rows = this.#rows;
    const sum = new Float32Array(dimensions);
    for (const subword of this.#countSubwords(text, kind)) {
      const weight = (weights[subword] ?? 0) * (1 + Math.log(this.#counts[subword] ?? 1));
      this.#counts[subword] = 0;
      const row = subword * dimensions;
      for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + weight * (rows[row + i] ?? 0);
    }
    let squares = 0;
    for (let i = 0; i < dimensions; i++) squares += (sum[i] ?? 0) ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) * scale;
    return sum;
  }

  /** The distinct subwords in order of appearance; how often each occurs is left in `#counts`. */
  #countSubwords(text: string, kind: EmbeddingKind): number[] {
    const counts = this.#counts;
    const distinct: number[] = [];
    let wordsLeft = kind === 'query' ? MAX_QUERY_WORDS : MAX_CODE_WORDS;
    WORDS.lastIndex = 0;
    for (let match = WORDS.exec(text); match !== null && wordsLeft > 0; match = WORDS.exec(text)) {
      for (const subwords of this.#identifier(match[0])) {
        if (wordsLeft-- === 0) return distinct;
        for (const subword of subwords) {
          if (counts[subword] === 0) distinct.push(subword);
          counts[subword] = (counts[subword] ?? 0) + 1;
        }
      }
    }
    return distinct;
  }

  /** The subwords of each word of an identifier. The same ones come again and again. */
  #identifier(identifier: string): Identifier {
    const cached = this.#identifiers.get(identifier);
    if (cached !== undefined) return cached;
    const words = splitIdentifier(identifier).map((word) => this.#segment(word));
    if (this.#identifiers.size >= CACHED_IDENTIFIERS) this.#identifiers.clear();
    this.#identifiers.set(identifier, words);
    return words;
  }

  /** The word itself where it is in the vocabulary, else the longest entries from the left. */
  #segment(word: string): readonly number[] {
    const whole = this.#subwords.get(word);
    if (whole !== undefined) return [whole];
    const segments: number[] = [];
    let start = 0;
    while (start < word.length) {
      let end = Math.min(word.length, start + MAX_SUBWORD_LENGTH);
      let found: number | undefined;
      for (; end > start + 1; end--) {
        found = this.#subwords.get(word.slice(start, end));
        if (found !== undefined) break;
      }
      if (found !== undefined) segments.push(found);
      start = found === undefined ? start + 1 : end;
    }
    return segments;
  }
}

/** For each word of an identifier the subwords it consists of. */
type Identifier = readonly (readonly number[])[];

function readHeader(bytes: ArrayBufferLike): { dimensions: number; vocabulary: string[]; tableStart: number } {
  if (bytes.byteLength < 4) throw damagedModel();
  const length = new DataView(bytes).getUint32(0, true);
  if (length > bytes.byteLength - 4) throw damagedModel();
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
  return { dimensions: header.dim, vocabulary, tableStart: Math.ceil((4 + length) / 4) * 4 };
}

function isHeader(value: unknown): value is { n: number; dim: number; vocab: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { n, dim, vocab } = value as Partial<Record<'n' | 'dim' | 'vocab', unknown>>;
  return Number.isSafeInteger(n) && Number.isSafeInteger(dim) && Number(dim) > 0 && typeof vocab === 'string';
}

function damagedModel(cause?: unknown): SextantError {
  return new SextantError('damaged', t('The built-in embedding model is damaged. Install Sextant again.'), { cause });
}
