/** One figure, as `results/store.json` and `results/index.json` hold it. */
export interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: 'ms' | 's' | 'per s' | 'times' | 'MB' | 'MB/s' | 'files' | 'chunks' | 'share';
  /** What the project wants; null where it only watches the figure. */
  readonly goal: number | null;
  readonly higherIsBetter: boolean;
  /** The same figure of others, measured in the same run. */
  readonly peers: Readonly<Record<string, number>>;
}

/** Rounded to three digits that count. */
export function figure(
  metric: string,
  value: number,
  unit: Figure['unit'],
  { goal = null, higherIsBetter = false, peers = {} }: Partial<Omit<Figure, 'metric' | 'value' | 'unit'>> = {},
): Figure {
  const rounded = Object.fromEntries(Object.entries(peers).map(([name, each]) => [name, round(each)]));
  return {
    metric,
    value: round(value),
    unit,
    goal: goal === null ? null : round(goal),
    higherIsBetter,
    peers: rounded,
  };
}

/** The value below which this share of the others lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export async function milliseconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function inWords({ metric, value, unit, goal, higherIsBetter, peers }: Figure): string {
  const others = Object.entries(peers).map(([name, peer]) => `${name} ${peer}`);
  const isMet = goal !== null && (higherIsBetter ? value >= goal : value <= goal);
  const verdict = goal === null ? '' : `goal ${goal}: ${isMet ? 'met' : 'missed'}`;
  return [metric.padEnd(62), `${value} ${unit}`.padEnd(16), verdict.padEnd(22), ...others].join(' ').trimEnd();
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
