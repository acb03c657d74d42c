import { groupBy } from '../../base/groupBy.ts';
import type { Candidate } from './findCandidates.ts';

/** How much each signal weighs, once its best among the candidates counts as 1. */
export interface Weights {
  readonly text: number;
  readonly symbol: number;
  readonly file: number;
  readonly path: number;
  readonly coverage: number;
  /** Of what the models say of the meaning, where the built-in one is alone. */
  readonly similarity: number;
  /** The same where the second model knows all candidates; where it knows a part, see {@link SURER}. */
  readonly similarityByBoth: number;
  /** How much of that is the second model's, where it knows a passage: 1 is all. */
  readonly second: number;
  readonly nameSimilarity: number;
  /** Added for what is in a file that the question names. */
  readonly named: number;
  /** Added for what declares what the question names. */
  readonly defines: number;
  /** Factor for tests and examples. */
  readonly testOrExample: number;
  /** Factor for what is not code: documents, data, translations. */
  readonly notCode: number;
  /** What a file's further chunks add to its best one: a share of the second's half, the third's third, the fourth's quarter. */
  readonly further: number;
}

/**
 * Chosen by `npm run eval:retrieval -- --sweep` on one half of its questions about passages; `second` and `similarityByBoth`
 * by `--tiers --sweep`, so that no set of questions is answered worse while the deep model knows a part.
 */
export const passageWeights: Weights = {
  text: 0.09,
  symbol: 0.09,
  file: 0.22,
  path: 0,
  coverage: 0.09,
  similarity: 0.36,
  similarityByBoth: 1,
  second: 0.7,
  nameSimilarity: 0.22,
  named: 0.3,
  defines: 0,
  testOrExample: 0.6,
  notCode: 0.5,
  further: 0,
};

/** Chosen likewise on one half of its questions about files. */
export const fileWeights: Weights = {
  text: 0.4,
  symbol: 0,
  file: 0.1,
  path: 0.15,
  coverage: 0.15,
  similarity: 0.5,
  similarityByBoth: 1,
  second: 0.2,
  nameSimilarity: 0.06,
  named: 0.3,
  defines: 0.3,
  testOrExample: 0.6,
  notCode: 0.5,
  further: 0.2,
};

/** To this power the share of the candidates that the second model knows makes meaning count more: at first next to nothing. */
const SURER = 3;
const FURTHER_CHUNKS = 3;
/** More than all that only speaks for a candidate. */
const OUTRIGHT = 2;
/** More than all else together can come to: what a stack trace passed comes first, and in its order. */
const TRACED = 5;

/** The candidates with one score, best first: a weighted sum of the signals, each divided by its largest. */
export function rank<C extends Candidate>(candidates: readonly C[], by: Weights = passageWeights): (C & Scored)[] {
  const largest = (signal: (candidate: C) => number): number =>
    candidates.reduce((most, candidate) => Math.max(most, signal(candidate)), 0) || 1;
  const text = by.text / largest((candidate) => candidate.text);
  const symbol = by.symbol / largest((candidate) => candidate.symbol);
  const file = by.file / largest((candidate) => candidate.file);
  const path = by.path / largest((candidate) => candidate.path);
  const meaningOf = ({ similarity: first, secondSimilarity: second = first }: C): number =>
    first + by.second * (second - first);
  const known = candidates.filter(({ secondSimilarity }) => secondSimilarity !== undefined).length;
  const surer = (by.similarityByBoth - by.similarity) * (known / Math.max(1, candidates.length)) ** SURER;
  const similarity = (by.similarity + surer) / largest(meaningOf);
  const nameSimilarity = by.nameSimilarity / largest((candidate) => candidate.nameSimilarity);
  return candidates
    .map((candidate) => {
      const sum =
        candidate.text * text +
        candidate.symbol * symbol +
        candidate.file * file +
        candidate.path * path +
        candidate.coverage * by.coverage +
        meaningOf(candidate) * similarity +
        candidate.nameSimilarity * nameSimilarity;
      const prior = (candidate.isTestOrExample ? by.testOrExample : 1) * (candidate.isCode ? 1 : by.notCode);
      const mentioned =
        candidate.named * by.named +
        candidate.defines * by.defines +
        candidate.outright * OUTRIGHT +
        candidate.traced * TRACED;
      // All else counts less then, instead of meaning more: what is added and compared elsewhere knows this scale.
      return { ...candidate, score: (sum * prior) / (1 + surer) + mentioned };
    })
    .sort((a, b) => b.score - a.score);
}

/**
 * The best chunk of each file, best file first, with the file's score: further chunks add to the best one's.
 * `ranked` is in order of score; `fileOf` names a chunk's file.
 */
export function rankFiles<C extends Scored>(
  ranked: readonly C[],
  fileOf: (chunk: C) => string,
  { further }: Pick<Weights, 'further'> = fileWeights,
): C[] {
  return [...groupBy(ranked, fileOf).values()]
    .flatMap((chunks) => {
      const [best, ...others] = chunks.slice(0, 1 + FURTHER_CHUNKS);
      if (best === undefined) return [];
      const more = others.reduce((sum, { score }, at) => sum + score / (at + 2), 0);
      return { ...best, score: best.score + further * more };
    })
    .sort((a, b) => b.score - a.score);
}

/** What a candidate came to. */
export interface Scored {
  readonly score: number;
}
