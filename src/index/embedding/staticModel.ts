import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { EmbeddingKind, EmbeddingModel } from '../../models/embeddingModel.ts';
import { splitIdentifier } from '../../base/words/splitIdentifier.ts';
import { WordCache } from '../../base/words/wordCache.ts';

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
  readonly #identifiers = new WordCache<Identifier>(CACHED_IDENTIFIERS);
  readonly #sum: Float32Array;
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
    this.#sum = new Float32Array(dimensions);
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
    const sum = this.#sumUp(text, kind);
    let squares = 0;
    for (const value of sum) squares += value * value;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    return sum.map((value) => value * scale);
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
    const dimensions = this.dimensions;
    const rows = this.#rows;
    const sum = this.#sum;
    sum.fill(0);
    for (const subword of this.#countSubwords(text, kind)) {
      const count = this.#counts[subword] ?? 1;
      const weight = (weights[subword] ?? 0) * (count === 1 ? 1 : 1 + Math.log(count));
      this.#counts[subword] = 0;
      const row = subword * dimensions;
      for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + weight * (rows[row + i] ?? 0);
    }
    return sum;
  }

  /** The distinct subwords in order of appearance; how often each occurs is left in `#counts`. */
  #countSubwords(text: string, kind: EmbeddingKind): number[] {
    const counts = this.#counts;
    const distinct: number[] = [];
    let wordsLeft = kind === 'query' ? MAX_QUERY_WORDS : MAX_CODE_WORDS;
    for (let at = 0; at < text.length && wordsLeft > 0;) {
      const end = endOfWord(text, at);
      if (end === at) {
        at++;
        continue;
      }
      for (const subwords of this.#identifiers.get(text, at, end, this.#identifier)) {
        if (wordsLeft-- === 0) return distinct;
        for (const subword of subwords) {
          if (counts[subword] === 0) distinct.push(subword);
          counts[subword] = (counts[subword] ?? 0) + 1;
        }
      }
      at = end;
    }
    return distinct;
  }

  /** The subwords of each word of an identifier. */
  readonly #identifier = (identifier: string): Identifier =>
    splitIdentifier(identifier).map((word) => this.#segment(word));

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

/** Where the word ends that begins at a place, `[A-Za-z][A-Za-z0-9_$]*` or `[0-9]+`; the place itself where none does. */
function endOfWord(text: string, start: number): number {
  const first = text.charCodeAt(start);
  let end = start;
  if (isLetter(first)) while (isInWord(text.charCodeAt(end))) end++;
  else while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

function isLetter(code: number): boolean {
  const small = code | 32;
  return small >= 97 && small <= 122;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Also `_` and `$`. */
function isInWord(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 95 || code === 36;
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
