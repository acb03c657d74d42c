/** Numbers by the names that BERT's have in its published files; of rows, one after the other. */
export type Weights = ReadonlyMap<string, Float32Array>;

export interface DeepModelDescription {
  /** Names the model and its version. */
  readonly id: string;
  /** Each piece's place is its row. */
  readonly vocabulary: readonly string[];
  readonly heads: number;
  /** The most pieces of a text that the model is to read; the places behind them are left out. */
  readonly tokens: number;
}

/** The file that `readDeepModel` in src/index/deep documents. Sizes and layers are counted from the weights. */
export function writeDeepModel(weights: Weights, { id, vocabulary, heads, tokens }: DeepModelDescription): Uint8Array {
  const of = (name: string): Float32Array => {
    const values = weights.get(name);
    if (values === undefined) throw new Error(`There is no weight “${name}”.`);
    return values;
  };
  const width = of('embeddings.LayerNorm.weight').length;
  const inner = of('encoder.layer.0.intermediate.dense.bias').length;
  let layers = 0;
  while (weights.has(`encoder.layer.${layers}.output.dense.bias`)) layers++;
  const words = of('embeddings.word_embeddings.weight');
  if (words.length !== vocabulary.length * width) throw new Error('The vocabulary and its table differ in length.');

  const parts: Uint8Array[] = [];
  const put = (values: Float32Array | Int8Array): void => {
    const padded = new Uint8Array(Math.ceil(values.byteLength / 4) * 4);
    padded.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    parts.push(padded);
  };
  const norm = (name: string): void => {
    put(of(`${name}.weight`));
    put(of(`${name}.bias`));
  };
  const table = (rows: Float32Array): void => {
    const { scales, bytes } = quantisedRows(rows, width);
    put(scales);
    put(bytes);
  };
  /** One below the other, each times its factor. */
  const matrix = (sources: readonly { readonly name: string; readonly factor: number }[]): void => {
    const scaled = (suffix: string): Float32Array =>
      Float32Array.from(sources.flatMap(({ name, factor }) => [...of(`${name}.${suffix}`)].map((x) => x * factor)));
    const biases = scaled('bias');
    const rows = scaled('weight');
    const { scales, bytes } = quantisedRows(rows, rows.length / biases.length);
    put(scales);
    put(biases);
    put(bytes);
  };

  table(words);
  const type = of('embeddings.token_type_embeddings.weight');
  const places = of('embeddings.position_embeddings.weight').subarray(0, tokens * width);
  if (places.length !== tokens * width) throw new Error('The model has fewer places than that.');
  table(places.map((value, i) => value + (type[i % width] ?? 0)));
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < layers; layer++) {
    const name = `encoder.layer.${layer}`;
    const attention = `${name}.attention.self`;
    matrix([
      { name: `${attention}.query`, factor: 1 / Math.sqrt(width / heads) },
      { name: `${attention}.key`, factor: 1 },
      { name: `${attention}.value`, factor: 1 },
    ]);
    matrix([{ name: `${name}.attention.output.dense`, factor: 1 }]);
    norm(`${name}.attention.output.LayerNorm`);
    matrix([{ name: `${name}.intermediate.dense`, factor: 1 }]);
    matrix([{ name: `${name}.output.dense`, factor: 1 }]);
    norm(`${name}.output.LayerNorm`);
  }
  const header = { format: 1, id, width, inner, heads, layers, tokens, vocabulary: vocabulary.join(' ') };
  return Buffer.concat([headerBytes(header), ...parts]);
}

function headerBytes(header: object): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const bytes = Buffer.alloc(Math.ceil((8 + json.length) / 16) * 16, ' ');
  bytes.write('SXDM', 'latin1');
  bytes.writeUInt32LE(json.length, 4);
  json.copy(bytes, 8);
  return bytes;
}

/** Each number in 127ths of its row's largest. */
function quantisedRows(values: Float32Array, length: number): { scales: Float32Array; bytes: Int8Array } {
  const scales = new Float32Array(values.length / length);
  const bytes = new Int8Array(values.length);
  for (let row = 0; row < scales.length; row++) {
    const start = row * length;
    const end = start + length;
    let largest = 0;
    for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(values[i] ?? 0));
    const scale = largest / 127;
    scales[row] = scale;
    for (let i = start; scale > 0 && i < end; i++) bytes[i] = Math.round((values[i] ?? 0) / scale);
  }
  return { scales, bytes };
}
