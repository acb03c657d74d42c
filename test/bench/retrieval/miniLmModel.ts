import path from 'node:path';
import { OnnxGraph, type Value } from './onnxGraph.ts';
import { readSafetensors } from './safetensors.ts';

/** Numbers in a vector of all-MiniLM-L6-v2. */
export const WIDTH = 384;
const LAYERS = 6;
const HEADS = 12;
const INNER = 1536;
const POSITIONS = 512;
/** Added where there is no word, before the softmax. */
const NEVER = -10_000;

/**
 * all-MiniLM-L6-v2 as an ONNX file, from the weights in a folder that holds `model.fp16.safetensors`: six layers of
 * BERT over `input_ids` and `attention_mask`, then the mean over the words, as unit vector.
 */
export function buildMiniLm(folder: string): Buffer {
  const weights = readSafetensors(path.join(folder, 'model.fp16.safetensors'));
  const graph = new OnnxGraph();
  const tensor = (name: string): Float32Array => {
    const found = weights.get(name);
    if (found === undefined) throw new Error(`The weights have no ${name}.`);
    return found;
  };
  const normalised = (value: Value, name: string): Value => {
    const [scale, bias] = ['weight', 'bias'].map((part) => graph.floats([WIDTH], tensor(`${name}.${part}`)));
    return graph.node('LayerNormalization', [value, scale ?? '', bias ?? ''], { axis: -1, epsilon: { float: 1e-12 } });
  };
  const linear = (value: Value, name: string, inputs: number, outputs: number, scale = 1): Value => {
    const columns = transposed(tensor(`${name}.weight`), outputs, inputs).map((each) => each * scale);
    const bias = tensor(`${name}.bias`).map((each) => each * scale);
    const product = graph.node('MatMul', [value, graph.floats([inputs, outputs], columns)]);
    return graph.node('Add', [product, graph.floats([outputs], bias)]);
  };

  const zero = graph.integers(0);
  const one = graph.integers(1);
  const two = graph.integers(2);
  const words = graph.node('Gather', [
    graph.floats([30_522, WIDTH], tensor('embeddings.word_embeddings.weight')),
    'input_ids',
  ]);
  const types = tensor('embeddings.token_type_embeddings.weight');
  const places = tensor('embeddings.position_embeddings.weight').map((each, at) => each + (types[at % WIDTH] ?? 0));
  const length = graph.node('Slice', [graph.node('Shape', ['input_ids']), one, two]);
  const place = graph.node('Slice', [graph.floats([POSITIONS, WIDTH], places), zero, length, zero]);
  let state = normalised(graph.node('Add', [words, place]), 'embeddings.LayerNorm');

  const mask = graph.node('Cast', ['attention_mask'], { to: 1 });
  const absent = graph.node('Sub', [graph.floats([1], Float32Array.of(1)), mask]);
  const bias = graph.node('Mul', [
    graph.node('Unsqueeze', [absent, graph.integers(1, 2)]),
    graph.floats([1], Float32Array.of(NEVER)),
  ]);
  const apart = graph.integers(0, 0, HEADS, WIDTH / HEADS);
  const together = graph.integers(0, 0, WIDTH);
  for (let layer = 0; layer < LAYERS; layer++) {
    const name = `encoder.layer.${layer}`;
    const heads = (part: string, order: readonly number[], scale?: number): Value => {
      const all = linear(state, `${name}.attention.self.${part}`, WIDTH, WIDTH, scale);
      return graph.node('Transpose', [graph.node('Reshape', [all, apart])], { perm: order });
    };
    const query = heads('query', [0, 2, 1, 3], 1 / Math.sqrt(WIDTH / HEADS));
    const products = graph.node('MatMul', [query, heads('key', [0, 2, 3, 1])]);
    const attention = graph.node('Softmax', [graph.node('Add', [products, bias])], { axis: -1 });
    const seen = graph.node('MatMul', [attention, heads('value', [0, 2, 1, 3])]);
    const joined = graph.node('Reshape', [graph.node('Transpose', [seen], { perm: [0, 2, 1, 3] }), together]);
    const attended = linear(joined, `${name}.attention.output.dense`, WIDTH, WIDTH);
    state = normalised(graph.node('Add', [attended, state]), `${name}.attention.output.LayerNorm`);
    const inner = graph.node('Gelu', [linear(state, `${name}.intermediate.dense`, WIDTH, INNER)]);
    const output = linear(inner, `${name}.output.dense`, INNER, WIDTH);
    state = normalised(graph.node('Add', [output, state]), `${name}.output.LayerNorm`);
  }

  const present = graph.node('Unsqueeze', [mask, two]);
  const sum = graph.node('ReduceSum', [graph.node('Mul', [state, present]), one], { keepdims: 0 });
  const count = graph.node('ReduceSum', [present, one], { keepdims: 0 });
  const unit = graph.node('LpNormalization', [graph.node('Div', [sum, count])], { axis: -1, p: 2 });
  return graph.model(['input_ids', 'attention_mask'], unit, WIDTH);
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column] ?? 0;
    }
  }
  return result;
}
