import { uneven } from '../history/messages.ts';

const DRAWN = 4000;
/** Of a hundred such sets of questions the difference lies in 95 between low and high. */
const OUTSIDE = 0.025;

/** A mean, and where it would lie with other questions of the kind. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** How much higher the second values are than the first, pair by pair: the paired bootstrap (Efron 1979). The same each time. */
export function meanDifference(first: readonly number[], second: readonly number[]): Interval {
  const differences = second.map((value, at) => value - (first[at] ?? 0));
  const random = uneven(1);
  const means = Array.from({ length: DRAWN }, () =>
    mean(differences.map(() => differences[random(differences.length)] ?? 0)),
  ).sort((a, b) => a - b);
  const at = (share: number): number => means[Math.min(DRAWN - 1, Math.floor(share * DRAWN))] ?? Number.NaN;
  return { mean: mean(differences), low: at(OUTSIDE), high: at(1 - OUTSIDE) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
