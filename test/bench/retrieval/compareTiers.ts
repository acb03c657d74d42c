import type { Weights } from '../../../src/index/search/rankChunks.ts';
import { groupBy } from '../../../src/base/groupBy.ts';
import { type TiersAsked, askTiers, ranksOf, shares } from './askTiers.ts';
import { type Interval, meanDifference } from './bootstrap.ts';
import { deepVectors } from './deepVectors.ts';
import { type Ranks, type Result, isByFile, only, toResult, weightsOf } from './measure.ts';
import { miniLm } from './miniLm.ts';
import { halfOf } from './questions.ts';
import { type SetName, setNames } from './sets.ts';
import { ranked } from './workspaceSearch.ts';

const tried = {
  second: [0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  similarityByBoth: [0.4, 0.5, 0.7, 0.85, 1, 1.2, 1.4],
} satisfies Partial<Record<keyof Weights, readonly number[]>>;

/** A table of one set: its rows by what searched. */
export interface TiersTable {
  readonly name: string;
  readonly rows: ReadonlyMap<string, Result>;
  /** What the deep model adds to MRR@10 where all signals count. */
  readonly gain?: Interval;
}

/** What the built-in table, the deep model and both find, alone and with all signals, by set, by language, and while the deep model knows a part. */
export async function compareTiers(withMiniLm: boolean): Promise<TiersTable[]> {
  const deep = await deepVectors();
  const tables: TiersTable[] = [];
  for (const set of setNames) {
    const asked = await askTiers(set, deep, withMiniLm ? miniLm : undefined);
    const final = asked.filter(({ question }) => halfOf(question) === 'final');
    tables.push({ name: `${set}, part of the files`, rows: rowsOf(set, final), gain: gainOf(set, final) });
    for (const [language, some] of groupBy(final, (each) => each.language)) {
      tables.push({ name: `${set}, part of the files: ${language}`, rows: rowsOf(set, some) });
    }
    const mixed = shares.map(
      (share) => [`deep vectors of ${share * 100} % of the files`, result(set, final, weightsOf(set), share)] as const,
    );
    tables.push({ name: `${set}, part of the files: all signals, mixed`, rows: new Map(mixed) });
  }
  return tables;
}

/**
 * Tries how much the deep model's word counts, and how much meaning once it knows all, on the other half of the questions,
 * and prints what came of it: with all vectors, and the least with those of a part. The best that loses nothing while the
 * models are mixed is to be taken.
 */
export async function sweepTiers(): Promise<void> {
  const deep = await deepVectors();
  for (const set of setNames) {
    const asked = await askTiers(set, deep, undefined);
    const tuning = asked.filter(({ question }) => halfOf(question) === 'tuning');
    console.log(`${set}, ${tuning.length} questions, MRR@10 + 0.3 × right file among ten, and the least while mixed:`);
    for (const [weight, values] of Object.entries(tried)) {
      const results = values.map((value) => {
        const qualities = shares.map((share) => {
          const { mrr, rightFile } = result(set, tuning, { ...weightsOf(set), [weight]: value }, share);
          return mrr + 0.3 * rightFile;
        });
        return `${value}: ${qualities.at(-1)?.toFixed(3)} (${Math.min(...qualities).toFixed(3)})`;
      });
      console.log(`  ${weight.padEnd(18)}${results.join('  ')}`);
    }
  }
}

function rowsOf(set: SetName, asked: readonly TiersAsked[]): Map<string, Result> {
  const weights = weightsOf(set);
  const meaning = only(weights, 'similarity', 'similarityByBoth');
  const rows = new Map<string, Result>();
  for (const row of asked[0]?.others.keys() ?? []) {
    rows.set(row, toResult(asked.flatMap(({ others }): Ranks | readonly Ranks[] => others.get(row) ?? [])));
  }
  rows.set('static', result(set, asked, meaning, 0));
  rows.set('deep', result(set, asked, { ...meaning, second: 1 }, 1));
  rows.set('both', result(set, asked, { ...meaning, second: weights.second }, 1));
  rows.set('static with all signals', result(set, asked, weights, 0));
  rows.set('both with all signals', result(set, asked, weights, 1));
  return rows;
}

/** Of the questions themselves: which of them were asked is chance. */
function gainOf(set: SetName, asked: readonly TiersAsked[]): Interval {
  const reciprocals = (share: number): number[] => asked.map((each) => result(set, [each], weightsOf(set), share).mrr);
  return meanDifference(reciprocals(0), reciprocals(1));
}

function result(set: SetName, asked: readonly TiersAsked[], weights: Weights, share: number): Result {
  return toResult(
    asked.map(({ question, candidates }) =>
      ranksOf(set, question, ranked(candidates.get(share) ?? [], weights, isByFile(set))),
    ),
  );
}
