import type { DeepModelFile, Matrix, Norm, Table } from './deepModelFile.ts';
import type { DeepKernels } from './deepKernels.ts';

const PAGE = 65_536;
/** Rows are worked on in tiles of so many. */
const ROW_UNIT = 4;

interface PlacedMatrix {
  readonly inputs: number;
  readonly outputs: number;
  readonly packed: number;
  readonly scales: number;
  readonly sums: number;
  readonly biases: number;
}

interface PlacedTable {
  readonly rows: number;
  readonly scales: number;
}

interface PlacedNorm {
  readonly gain: number;
  readonly bias: number;
}

interface PlacedLayer {
  readonly heads: PlacedMatrix;
  readonly output: PlacedMatrix;
  readonly attended: PlacedNorm;
  readonly inner: PlacedMatrix;
  readonly outer: PlacedMatrix;
  readonly normed: PlacedNorm;
}

/** A BERT-like encoder: pieces of text in, one unit vector out. */
export class Transformer {
  readonly width: number;
  /** The most pieces at once. */
  readonly tokens: number;
  readonly #kernels: DeepKernels;
  readonly #headCount: number;
  readonly #words: PlacedTable;
  readonly #places: PlacedTable;
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

  /** The file lies in the kernels' memory, at its end, and is theirs from now on: its matrices are put into another order. */
  constructor(file: DeepModelFile, kernels: DeepKernels) {
    const { width, inner, tokens, heads } = file;
    this.width = width;
    this.tokens = tokens;
    this.#headCount = heads;
    this.#kernels = kernels;
    // Addresses first: when the memory grows, what is seen of the file is gone.
    let end = kernels.memory.buffer.byteLength;
    const room = (bytes: number): number => {
      const place = end;
      end += Math.ceil(bytes / 16) * 16;
      return place;
    };
    const matrix = ({ rows, outputs, inputs, scales, biases }: Matrix): PlacedMatrix => ({
      inputs,
      outputs,
      packed: rows.byteOffset,
      sums: room(outputs * 4),
      scales: scales.byteOffset,
      biases: biases.byteOffset,
    });
    this.#words = placedTable(file.words);
    this.#places = placedTable(file.places);
    this.#embedded = placedNorm(file.embedded);
    this.#layers = file.blocks.map((layer) => ({
      heads: matrix(layer.heads),
      output: matrix(layer.output),
      attended: placedNorm(layer.attended),
      inner: matrix(layer.inner),
      outer: matrix(layer.outer),
      normed: placedNorm(layer.normed),
    }));

    const rows = Math.ceil(tokens / ROW_UNIT) * ROW_UNIT;
    this.#ids = room(rows * 4);
    this.#rows = room(rows * width * 4);
    this.#quantised = room(rows * Math.max(inner, width) * 2);
    this.#scales = room(rows * 4);
    this.#zeros = room(rows * 4);
    this.#heads = room(rows * width * 12);
    this.#seen = room(rows * width * 4);
    this.#added = room(rows * width * 4);
    // Unpacked matrices are here before there is anything else.
    this.#inner = room(Math.max(rows * inner * 4, 3 * width * width, inner * width));
    this.#scratch = room(((2 * width) / heads + 4) * (tokens + 8) * 4);
    this.#out = room(width * 4);
    kernels.memory.grow(Math.ceil((end - kernels.memory.buffer.byteLength) / PAGE));
    for (const layer of this.#layers) {
      for (const each of [layer.heads, layer.output, layer.inner, layer.outer]) this.#pack(each);
    }
  }

  #pack({ packed, inputs, outputs, sums }: PlacedMatrix): void {
    const bytes = new Int8Array(this.#kernels.memory.buffer);
    bytes.copyWithin(this.#inner, packed, packed + inputs * outputs);
    this.#kernels.pack(this.#inner, outputs, inputs, packed, sums);
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

  #multiply(rows: number, count: number, matrix: PlacedMatrix, out: number, bend = false): void {
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

function placedTable({ rows, scales }: Table): PlacedTable {
  return { rows: rows.byteOffset, scales: scales.byteOffset };
}

function placedNorm({ gain, bias }: Norm): PlacedNorm {
  return { gain: gain.byteOffset, bias: bias.byteOffset };
}
