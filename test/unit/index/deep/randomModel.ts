import { type Weights, writeDeepModel } from '../../../train/embedding/writeDeepModel.ts';

export const vocabulary = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'open', 'the', 'file', 'close', 'read', '##er', '##s', 'parse', 'http'],
  ...'abcdefghijklmnopqrstuvwxyz0123456789'.split('').flatMap((letter) => [letter, `##${letter}`]),
];

export interface RandomSizes {
  readonly width: number;
  readonly inner: number;
  readonly heads: number;
  readonly layers: number;
  readonly tokens: number;
}

const small: RandomSizes = { width: 32, inner: 64, heads: 4, layers: 2, tokens: 40 };

/** Weights of a small model, the same each time. */
export function randomWeights({ width, inner, layers, tokens }: RandomSizes = small): Weights {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const numbers = (count: number, scale: number, mean = 0): Float32Array =>
    Float32Array.from({ length: count }, () => mean + scale * random());
  const weights = new Map<string, Float32Array>();
  const linear = (name: string, outputs: number, inputs: number): void => {
    weights.set(`${name}.weight`, numbers(outputs * inputs, 2 / Math.sqrt(inputs)));
    weights.set(`${name}.bias`, numbers(outputs, 0.3));
  };
  const norm = (name: string): void => {
    weights.set(`${name}.weight`, numbers(width, 0.5, 1));
    weights.set(`${name}.bias`, numbers(width, 0.3));
  };
  weights.set('embeddings.word_embeddings.weight', numbers(vocabulary.length * width, 1));
  weights.set('embeddings.position_embeddings.weight', numbers(tokens * width, 0.3));
  weights.set('embeddings.token_type_embeddings.weight', numbers(2 * width, 0.3));
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < layers; layer++) {
    const name = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value']) linear(`${name}.attention.self.${part}`, width, width);
    linear(`${name}.attention.output.dense`, width, width);
    norm(`${name}.attention.output.LayerNorm`);
    linear(`${name}.intermediate.dense`, inner, width);
    linear(`${name}.output.dense`, width, inner);
    norm(`${name}.output.LayerNorm`);
  }
  return weights;
}

/** The file of a small model that knows some words. */
export function randomModel(sizes: RandomSizes = small): Uint8Array {
  const { heads, tokens } = sizes;
  return writeDeepModel(randomWeights(sizes), { id: 'random', vocabulary, heads, tokens });
}
