import type { Weights } from '../../../src/index/search/rankChunks.ts';
import type { Asked } from './measure.ts';
import { rankOf } from './questions.ts';

/** The signals that add up; the others are factors or bonuses. */
const signals = ['text', 'symbol', 'file', 'path', 'coverage', 'similarity', 'nameSimilarity'] as const;

/** Candidates of a question that are compared: those that have most of something. */
const COMPARED = 150;
const STEPS = 150;
const STEP = 0.15;
/** How strongly large weights are held down. */
const RESTRAINT = 0.02;
/** To what the weights that add up come together. */
const SUM = 1.07;

/** A candidate as the fit sees it. */
interface Row {
  readonly isRight: boolean;
  /** Each signal as a share of its largest. */
  readonly signals: Float64Array;
  readonly prior: number;
}

/**
 * The weights under which the right passages get the most of each question's softmax over its candidates: smoother
 * than mean reciprocal rank, which a handful of questions decides. Sets count the same, whatever their size. Climbs
 * by Adam (Kingma and Ba 2015); no weight is negative.
 */
export function fitWeights(sets: readonly (readonly Asked[])[], from: Weights): Weights {
  const questions = sets.map((asked) =>
    asked.map((each) => rowsOf(each, from)).filter((rows) => rows.some(({ isRight }) => isRight)),
  );
  const weights = new Float64Array(signals.length).fill(2);
  const mean = new Float64Array(signals.length);
  const square = new Float64Array(signals.length);
  for (let step = 1; step <= STEPS; step++) {
    const slope = new Float64Array(signals.length);
    for (const set of questions) for (const rows of set) addSlope(slope, rows, weights, 1 / set.length);
    for (const [at, weight] of weights.entries()) {
      const own = (slope[at] ?? 0) - RESTRAINT * weight;
      mean[at] = 0.9 * (mean[at] ?? 0) + 0.1 * own;
      square[at] = 0.99 * (square[at] ?? 0) + 0.01 * own ** 2;
      const speed = Math.sqrt((square[at] ?? 0) / (1 - 0.99 ** step)) + 1e-6;
      weights[at] = Math.max(0, weight + (STEP * (mean[at] ?? 0)) / (1 - 0.9 ** step) / speed);
    }
  }
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const fitted = signals.map((signal, at) => [signal, Math.round((100 * SUM * (weights[at] ?? 0)) / sum) / 100]);
  return { ...from, ...(Object.fromEntries(fitted) as Partial<Weights>) };
}

function rowsOf({ question, candidates }: Asked, { testOrExample, notCode }: Weights): Row[] {
  const largest = signals.map((signal) =>
    signal === 'coverage' ? 1 : candidates.reduce((most, each) => Math.max(most, each[signal]), 0) || 1,
  );
  const rows = candidates.map((candidate) => ({
    isRight: rankOf(question, [candidate.place]) === 1,
    signals: Float64Array.from(signals, (signal, at) => candidate[signal] / (largest[at] ?? 1)),
    prior: (candidate.isTestOrExample ? testOrExample : 1) * (candidate.isCode ? 1 : notCode),
  }));
  const total = (row: Row): number => row.prior * row.signals.reduce((sum, signal) => sum + signal, 0);
  const best = rows.sort((a, b) => total(b) - total(a));
  return best.filter(({ isRight }, at) => isRight || at < COMPARED);
}

/** Adds how the logarithm of the right passages' share changes with each weight. */
function addSlope(slope: Float64Array, rows: readonly Row[], weights: Float64Array, share: number): void {
  const scores = rows.map(
    (row) => row.prior * row.signals.reduce((sum, signal, at) => sum + signal * (weights[at] ?? 0), 0),
  );
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const all = powers.reduce((sum, power) => sum + power, 0);
  const right = powers.reduce((sum, power, at) => sum + (rows[at]?.isRight === true ? power : 0), 0);
  for (const [at, { isRight, signals: own, prior }] of rows.entries()) {
    const pull = (isRight ? (powers[at] ?? 0) / right : 0) - (powers[at] ?? 0) / all;
    for (const [signal, value] of own.entries()) slope[signal] = (slope[signal] ?? 0) + share * pull * prior * value;
  }
}
