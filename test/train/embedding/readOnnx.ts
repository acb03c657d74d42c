import type { Weights } from './writeDeepModel.ts';

interface Tensor {
  readonly shape: readonly number[];
  readonly type: number;
  readonly bytes: Uint8Array;
}

/**
 * The weights of the prototype's ONNX file, which holds matrices as int8 (`.q`, inputs × outputs) with a scale for each
 * output (`.s`), and the query already divided by the root of a head's size.
 */
export function readPrototype(file: Uint8Array, heads: number): Weights {
  const tensors = readInitializers(file);
  const weights = new Map<string, Float32Array>();
  const tensor = (name: string): Tensor => {
    const found = tensors.get(name);
    if (found === undefined) throw new Error(`The ONNX file has no “${name}”.`);
    return found;
  };
  const floats = (name: string): Float32Array => new Float32Array(tensor(name).bytes.slice().buffer);
  for (const name of tensors.keys()) {
    if (name.endsWith('.g')) {
      weights.set(`${name.slice(0, -2)}.weight`, floats(name));
      weights.set(`${name.slice(0, -2)}.bias`, floats(`${name.slice(0, -2)}.b`));
    }
    if (!name.endsWith('.q') || name === 'we.q') continue;
    const own = name.slice(0, -2);
    const { shape, bytes } = tensor(name);
    const [inputs = 0, outputs = 0] = shape;
    const factor = own.endsWith('.query') ? Math.sqrt(outputs / heads) : 1;
    const scales = floats(`${own}.s`);
    const numbers = new Int8Array(bytes.slice().buffer);
    const rows = new Float32Array(numbers.length);
    for (let i = 0; i < numbers.length; i++) {
      const output = i % outputs;
      rows[output * inputs + (i - output) / outputs] = (numbers[i] ?? 0) * (scales[output] ?? 0) * factor;
    }
    weights.set(`${own}.weight`, rows);
    weights.set(
      `${own}.bias`,
      floats(`${own}.b`).map((value) => value * factor),
    );
  }
  const { shape, bytes } = tensor('we.q');
  const width = shape[1] ?? 1;
  const scales = floats('we.s');
  const words = Float32Array.from(
    new Int8Array(bytes.slice().buffer),
    (value, i) => value * (scales[Math.floor(i / width)] ?? 0),
  );
  weights.set('embeddings.word_embeddings.weight', words);
  weights.set('embeddings.position_embeddings.weight', floats('pe'));
  // It is added to the places in the file.
  weights.set('embeddings.token_type_embeddings.weight', new Float32Array(width));
  return weights;
}

/** What of ONNX's protocol buffers is needed: the tensors of the graph, with their raw data. */
function readInitializers(file: Uint8Array): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const graph of fieldsOf(file)) {
    if (graph.number !== 7) continue;
    for (const initializer of fieldsOf(graph.bytes)) {
      if (initializer.number !== 5) continue;
      const shape: number[] = [];
      let type = 0;
      let name = '';
      let bytes = new Uint8Array();
      for (const field of fieldsOf(initializer.bytes)) {
        if (field.number === 1) shape.push(field.value);
        if (field.number === 2) type = field.value;
        if (field.number === 8) name = new TextDecoder().decode(field.bytes);
        if (field.number === 9) bytes = new Uint8Array(field.bytes);
      }
      tensors.set(name, { shape, type, bytes });
    }
  }
  return tensors;
}

interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array;
}

function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const kind = key % 8;
    const value = kind === 0 || kind === 2 ? varint() : 0;
    const length = kind === 2 ? value : kind === 5 ? 4 : kind === 1 ? 8 : 0;
    yield { number: Math.floor(key / 8), value, bytes: message.subarray(at, at + length) };
    at += length;
  }
}
