import type { DeepModelFile, Matrix, Norm, Table } from './deepModelFile.ts';
import { type DeepKernels, createDeepKernels } from './deepKernels.ts';

const PAGE = 65_536;
/** Rows are worked on in tiles of 6 and of 4. */
const ROW_UNIT = 12;

interface PackedMatrix {
  readonly inputs: number;
  readonly outputs: number;
  readonly packed: number;
  readonly scales: number;
  readonly sums: number;
  readonly biases: number;
}

interface PlacedNorm {
  readonly gain: number;
  readonly bias: number;
}

interface PlacedLayer {
  readonly heads: PackedMatrix;
  readonly output: PackedMatrix;
  readonly attended: PlacedNorm;
  readonly inner: PackedMatrix;
  readonly outer: PackedMatrix;
  readonly normed: PlacedNorm;
}

/** A BERT-like encoder: pieces of text in, one unit vector out. What it needs of the file is copied. */
export class Transformer {
  readonly width: number;
  /** The most pieces at once. */
  readonly tokens: number;
  readonly #kernels: DeepKernels;
  readonly #headCount: number;
  readonly #words: { readonly rows: number; readonly scales: number };
  readonly #places: { readonly rows: number; readonly scales: number };
  readonly #embedded: PlacedNorm;
  readonly #layers: readonly PlacedLayer[];
  readonly #ids: number;
  readonly #rows: number;
  readonly #quantised: number;
  readonly #scales: number;
  readonly #zeros: number;
  readonly #heads: number;
  readonly #seen: number;
  readonly #added: number;
  readonly #inner: number;
  readonly #scratch: number;
  readonly #out: number;

  constructor(file: DeepModelFile, kernels = createDeepKernels()) {
    const { width, inner, tokens, heads } = file;
    this.width = width;
    this.tokens = tokens;
    this.#headCount = heads;
    this.#kernels = kernels;
    let end = PAGE;
    const room = (bytes: number): number => {
      const place = end;
      end += Math.ceil(bytes / 16) * 16;
      const missing = Math.ceil((end - kernels.memory.buffer.byteLength) / PAGE);
      if (missing > 0) kernels.memory.grow(missing);
      return place;
    };

    const rows = Math.ceil(tokens / ROW_UNIT) * ROW_UNIT;
    this.#ids = room(rows * 4);
    this.#rows = room(rows * width * 4);
    this.#quantised = room(rows * Math.max(inner, width) * 2);
    this.#scales = room(rows * 4);
    this.#zeros = room(rows * 4);
    this.#heads = room(rows * width * 12);
    this.#seen = room(rows * width * 4);
    this.#added = room(rows * width * 4);
    this.#inner = room(rows * inner * 4);
    this.#scratch = room((width / heads + 4) * (tokens + 8) * 4);
    this.#out = room(width * 4);

    const put = (values: Int8Array | Float32Array): number => {
      const place = room(values.byteLength);
      new Uint8Array(kernels.memory.buffer).set(
        new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
        place,
      );
      return place;
    };
    const raw = room(Math.max(...[3 * width, inner].map((outputs) => outputs * width)));
    const pack = ({ rows: source, outputs, inputs, scales, biases }: Matrix): PackedMatrix => {
      const packed = room(outputs * inputs);
      const sums = room(outputs * 4);
      new Int8Array(kernels.memory.buffer).set(source, raw);
      kernels.pack(raw, outputs, inputs, packed, sums);
      return { inputs, outputs, packed, sums, scales: put(scales), biases: put(biases) };
    };
    const table = (source: Table): { rows: number; scales: number } => ({
      rows: put(source.rows),
      scales: put(source.scales),
    });
    const norm = ({ gain, bias }: Norm): PlacedNorm => ({ gain: put(gain), bias: put(bias) });
    this.#words = table(file.words);
    this.#places = table(file.places);
    this.#embedded = norm(file.embedded);
    this.#layers = file.blocks.map((layer) => ({
      heads: pack(layer.heads),
      output: pack(layer.output),
      attended: norm(layer.attended),
      inner: pack(layer.inner),
      outer: pack(layer.outer),
      normed: norm(layer.normed),
    }));
  }

  /** The unit vector of at most {@link tokens} pieces, each a row of the vocabulary. */
  run(ids: readonly number[]): Float32Array {
    const { width } = this;
    const count = ids.length;
    const kernels = this.#kernels;
    const rows = this.#rows;
    const added = this.#added;
    new Int32Array(kernels.memory.buffer, this.#ids, count).set(ids);
    const words = this.#words;
    const places = this.#places;
    kernels.embed(this.#ids, count, width, words.rows, words.scales, places.rows, places.scales, rows);
    this.#normalise(0, count, this.#embedded);
    for (const layer of this.#layers) {
      this.#multiply(rows, count, layer.heads, this.#heads);
      kernels.attend(this.#heads, count, width, this.#headCount, this.#seen, this.#scratch);
      this.#multiply(this.#seen, count, layer.output, added);
      this.#normalise(added, count, layer.attended);
      this.#multiply(rows, count, layer.inner, this.#inner, true);
      this.#multiply(this.#inner, count, layer.outer, added);
      this.#normalise(added, count, layer.normed);
    }
    kernels.pool(rows, count, width, this.#out);
    return new Float32Array(kernels.memory.buffer, this.#out, width).slice();
  }

  #normalise(added: number, count: number, { gain, bias }: PlacedNorm): void {
    this.#kernels.normalise(this.#rows, added, count, this.width, gain, bias);
  }

  #multiply(rows: number, count: number, matrix: PackedMatrix, out: number, bend = false): void {
    const quantised = this.#quantised;
    const scales = this.#scales;
    const zeros = this.#zeros;
    const { inputs, outputs } = matrix;
    this.#kernels.quantise(rows, count, inputs, quantised, scales, zeros);
    this.#kernels.multiply(
      quantised,
      scales,
      zeros,
      count,
      matrix.packed,
      matrix.scales,
      matrix.sums,
      matrix.biases,
      inputs,
      outputs,
      out,
      bend ? 1 : 0,
    );
  }
}
