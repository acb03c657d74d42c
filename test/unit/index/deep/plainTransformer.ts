import type { Weights } from '../../../train/embedding/writeDeepModel.ts';

/** What the deep model computes, in plain numbers and straight from the weights: the unit vector of some pieces. */
export function plainTransformer(weights: Weights, heads: number, ids: readonly number[]): number[] {
  const of = (name: string): Float32Array => weights.get(name)!;
  const width = of('embeddings.LayerNorm.weight').length;
  const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const norm = (row: readonly number[], name: string): number[] => {
    const mean = row.reduce((sum, x) => sum + x, 0) / width;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / width;
    const gain = of(`${name}.weight`);
    const bias = of(`${name}.bias`);
    return row.map((x, i) => ((x - mean) / Math.sqrt(variance + 1e-12)) * gain[i]! + bias[i]!);
  };
  const linear = (row: readonly number[], name: string): number[] => {
    const weight = of(`${name}.weight`);
    return [...of(`${name}.bias`)].map((bias, output) =>
      row.reduce((sum, x, i) => sum + x * weight[output * row.length + i]!, bias),
    );
  };
  const words = of('embeddings.word_embeddings.weight');
  const places = of('embeddings.position_embeddings.weight');
  const types = of('embeddings.token_type_embeddings.weight');
  let rows = ids.map((id, place) =>
    norm(
      range(width).map((i) => words[id * width + i]! + places[place * width + i]! + types[i]!),
      'embeddings.LayerNorm',
    ),
  );
  for (let layer = 0; weights.has(`encoder.layer.${layer}.output.dense.bias`); layer++) {
    const name = `encoder.layer.${layer}`;
    const [query, key, value] = ['query', 'key', 'value'].map((part) =>
      rows.map((row) => linear(row, `${name}.attention.self.${part}`)),
    ) as [number[][], number[][], number[][]];
    const size = width / heads;
    rows = rows.map((row, place) => {
      const seen = range(width).fill(0);
      for (let head = 0; head < heads; head++) {
        const own = range(size).map((i) => head * size + i);
        const powers = key.map((other) =>
          Math.exp(own.reduce((sum, i) => sum + query[place]![i]! * other[i]!, 0) / Math.sqrt(size)),
        );
        const total = powers.reduce((sum, x) => sum + x, 0);
        for (const i of own) seen[i] = powers.reduce((sum, x, at) => sum + (x / total) * value[at]![i]!, 0);
      }
      const attended = linear(seen, `${name}.attention.output.dense`).map((x, i) => x + row[i]!);
      const inside = norm(attended, `${name}.attention.output.LayerNorm`);
      const outer = linear(linear(inside, `${name}.intermediate.dense`).map(gelu), `${name}.output.dense`);
      return norm(
        outer.map((x, i) => x + inside[i]!),
        `${name}.output.LayerNorm`,
      );
    });
  }
  const sum = range(width).map((i) => rows.reduce((total, row) => total + row[i]!, 0));
  const length = Math.hypot(...sum);
  return sum.map((x) => x / length);
}

/** x × Φ(x), by the series of the error function. */
export function gelu(x: number): number {
  if (Math.abs(x) > 6) return Math.max(0, x);
  const z = x / Math.SQRT2;
  let term = z;
  let sum = z;
  for (let n = 1; n < 120; n++) {
    term *= (-z * z) / n;
    sum += term / (2 * n + 1);
  }
  return x * (0.5 + sum / Math.sqrt(Math.PI));
}
