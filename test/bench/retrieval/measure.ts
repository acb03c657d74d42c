import { type Weights, fileWeights, passageWeights } from '../../../src/index/search/rankChunks.ts';
import { type Question, type Quality, fileRankOf, quality, rankOf } from './questions.ts';
import { Reference } from './reference.ts';
import { type SetName, workspaces } from './sets.ts';
import { type Placed, WorkspaceSearch, ranked } from './workspaceSearch.ts';

/** A question with what the search looks at, and what the reference makes of it. */
export interface Asked {
  readonly question: Question;
  readonly candidates: readonly Placed[];
  readonly reference: Ranks;
}

/** The place of the first right answer of its set's kind, and of the first right file. */
export interface Ranks {
  readonly answer: number;
  readonly file: number;
}

/** How good a ranking is: of passages, or for changes of files, and whether the right file is among ten. */
export interface Result {
  readonly mrr: number;
  readonly rightFile: number;
  readonly count: number;
}

/** Asks all questions of a set. */
export async function ask(set: SetName): Promise<Asked[]> {
  const asked: Asked[] = [];
  for await (const { corpus, questions } of workspaces(set)) {
    const search = new WorkspaceSearch(corpus);
    const reference = new Reference(corpus);
    for (const question of questions) {
      const found = reference.search(question.text, 400);
      const file = fileRankOf(question, found);
      const answer = isByFile(set) ? file : rankOf(question, found);
      asked.push({ question, candidates: search.candidates(question.text), reference: { answer, file } });
    }
  }
  return asked;
}

/** True for a set whose answers are files. */
export function isByFile(set: SetName): boolean {
  return set === 'changes';
}

/** What the product ranks a set's answers by. */
export function weightsOf(set: SetName): Weights {
  return isByFile(set) ? fileWeights : passageWeights;
}

/** The quality of a ranking by these weights. */
export function resultOf(set: SetName, asked: readonly Asked[], weights: Weights): Result {
  return toResult(
    asked.map(({ question, candidates }) => {
      const found = ranked(candidates, weights, isByFile(set));
      const file = fileRankOf(question, found);
      return { answer: isByFile(set) ? file : rankOf(question, found), file };
    }),
  );
}

/** The quality of some places. */
export function toResult(ranks: readonly Ranks[]): Result {
  const answers: Quality = quality(ranks.map(({ answer }) => answer));
  return { mrr: answers.mrr, rightFile: quality(ranks.map(({ file }) => file)).hits, count: ranks.length };
}

/** Weights of which only some signals are left. */
export function only(weights: Weights, ...signals: readonly (keyof Weights)[]): Weights {
  const priors = { testOrExample: weights.testOrExample, notCode: weights.notCode };
  const kept = Object.fromEntries(signals.map((signal) => [signal, weights[signal]]));
  return { ...none, ...priors, further: weights.further, ...kept };
}

/** Weights of which one signal is switched off. */
export function without(weights: Weights, signal: keyof Weights): Weights {
  const isFactor = signal === 'testOrExample' || signal === 'notCode';
  return { ...weights, [signal]: isFactor ? 1 : 0 };
}

const none: Weights = {
  text: 0,
  symbol: 0,
  file: 0,
  path: 0,
  coverage: 0,
  similarity: 0,
  similarityByBoth: 0,
  second: 0,
  nameSimilarity: 0,
  named: 0,
  defines: 0,
  testOrExample: 1,
  notCode: 1,
  further: 0,
};
