/** One figure of the benchmark, as `results/bench.json` holds it. */
export interface Measurement {
  readonly metric: string;
  readonly value: number;
  readonly unit: 'ms' | 'kB' | 'MB' | 'count' | 'percent';
  /** What the project wants; null where it only watches the figure. */
  readonly goal: number | null;
  readonly higherIsBetter: boolean;
  /** The same figure of comparable extensions, by name, where it is known. */
  readonly peers: Readonly<Record<string, number>>;
}

/** A figure of which less is better, rounded to what can be told apart. */
export function measurement(
  metric: string,
  value: number,
  unit: Measurement['unit'],
  goal: number | null,
): Measurement {
  return { metric, value: Math.round(value * 10) / 10, unit, goal, higherIsBetter: false, peers: {} };
}

/** The middle of some figures: one that came out odd does not move it. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('There is nothing to take the median of.');
  return sorted.length % 2 === 1 ? middle : (middle + (sorted[sorted.length / 2 - 1] ?? middle)) / 2;
}
