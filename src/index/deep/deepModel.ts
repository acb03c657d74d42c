import { readDeepModel } from './deepModelFile.ts';
import { Transformer } from './transformer.ts';
import { WordPiece } from './wordPiece.ts';

/** The deep model: a small transformer that reads a passage or a question of code in some milliseconds. */
export class DeepModel {
  readonly id: string;
  readonly dimensions: number;
  readonly #pieces: WordPiece;
  readonly #transformer: Transformer;

  /** Reads the bytes of a model file, see `readDeepModel`; they are not needed afterwards. */
  constructor(bytes: ArrayBuffer) {
    const file = readDeepModel(bytes);
    this.id = file.id;
    this.dimensions = file.width;
    this.#pieces = new WordPiece(file.vocabulary);
    this.#transformer = new Transformer(file);
  }

  /** A unit vector, for questions and code alike; nothing behind the pieces that the model reads counts. */
  embedOne(text: string): Float32Array {
    return this.#transformer.run(this.#pieces.encode(text, this.#transformer.tokens));
  }
}
