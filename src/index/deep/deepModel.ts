import { type DeepKernels, createDeepKernels } from './deepKernels.ts';
import { readDeepModel } from './deepModelFile.ts';
import { Transformer } from './transformer.ts';
import { WordPiece } from './wordPiece.ts';

/** Behind what the kernels may use themselves. */
const FILE_AT = 65_536;

/** The deep model: a small transformer that reads a passage or a question of code in some milliseconds. */
export class DeepModel {
  readonly id: string;
  readonly dimensions: number;
  readonly #pieces: WordPiece;
  readonly #transformer: Transformer;

  private constructor(kernels: DeepKernels, size: number) {
    const file = readDeepModel(kernels.memory.buffer, FILE_AT, size);
    this.id = file.id;
    this.dimensions = file.width;
    this.#pieces = new WordPiece(file.vocabulary);
    this.#transformer = new Transformer(file, kernels);
  }

  /**
   * Loads a model file of so many bytes, see `readDeepModel`: `fill` writes it to where it then stays, so that it is in
   * memory only once.
   */
  static async load(
    size: number,
    fill: (place: Uint8Array) => Promise<void>,
    kernels = createDeepKernels(),
  ): Promise<DeepModel> {
    kernels.memory.grow(Math.ceil((FILE_AT + size - kernels.memory.buffer.byteLength) / FILE_AT));
    await fill(new Uint8Array(kernels.memory.buffer, FILE_AT, size));
    return new DeepModel(kernels, size);
  }

  /** A unit vector, for questions and code alike; nothing behind the pieces that the model reads counts. */
  embedOne(text: string): Float32Array {
    return this.#transformer.run(this.#pieces.encode(text, this.#transformer.tokens));
  }
}
