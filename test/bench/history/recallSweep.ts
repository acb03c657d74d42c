import { type HistoryWeights, historyWeights } from '../../../src/index/history/searchHistory.ts';
import { recallOf } from './recallQuality.ts';
import { RecallTable } from './recallTable.ts';
import { type Item, half } from './recallTexts.ts';

const ROUNDS = 2;
const steps: Readonly<Partial<Record<keyof HistoryWeights, readonly number[]>>> = {
  someWords: [0.1, 0.3, 0.5, 0.7, 0.9],
  meaning: [0.1, 0.3, 0.5, 0.7, 0.9, 1.2],
};
const similarities = [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6];
/** A higher least similarity shows less by chance: it may cost so much. */
const WORTH = 0.002;

interface Tried {
  readonly weights: HistoryWeights;
  readonly quality: number;
}

const deepWeights = [0, 0.25, 0.5, 1, 2, 4];

/**
 * Prints what the search of chats finds with other weights, on half of the questions. What is taken for
 * near is chosen beside what it shows by chance: prose is asked for in a history of code alone, and code in one of prose.
 */
export async function sweepHistory(
  table: RecallTable,
  asked: readonly (readonly [name: string, items: readonly Item[]])[],
  items: Readonly<Record<string, readonly Item[]>>,
): Promise<void> {
  const tuning = asked.map(([, some]) => half(some, 'tuning'));
  const qualityOf = async (weights: HistoryWeights, deepWeight?: number): Promise<number> => {
    const way = deepWeight === undefined ? 'both' : 'with deep';
    let sum = 0;
    for (const some of tuning) {
      const recall = await recallOf(some, table.texts, (question) => table.find(question, way, weights, deepWeight));
      sum += recall.found + recall.reciprocalRank;
    }
    return sum / tuning.length;
  };
  const { code = [], ...prose } = items;
  const others = Object.values(prose).flat();
  const foreign = [
    { name: 'prose asked of code', table: await tableOf(code), questions: half(others, 'tuning') },
    { name: 'code asked of prose', table: await tableOf(others), questions: half(code, 'tuning') },
  ];
  console.log('leastSimilarity: found among the first ten + mean reciprocal rank, and messages shown by chance');
  const tried: Tried[] = [];
  for (const leastSimilarity of similarities) {
    const weights = { ...historyWeights, leastSimilarity };
    const chance: string[] = [];
    for (const each of foreign) chance.push(`${each.name} ${(await shownByChance(each, weights)).toFixed(1)}`);
    const quality = await qualityOf(weights);
    console.log(`  ${leastSimilarity}: ${quality.toFixed(4)}   ${chance.join(', ')}`);
    tried.push({ weights, quality });
  }
  const most = Math.max(...tried.map(({ quality }) => quality));
  let best = tried.findLast(({ quality }) => quality >= most - WORTH) ?? { weights: historyWeights, quality: most };
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [name, values] of Object.entries(steps)) {
      const from = best.weights;
      const line: string[] = [];
      for (const value of values) {
        const weights = { ...from, [name]: value };
        const quality = await qualityOf(weights);
        line.push(`${value}: ${quality.toFixed(4)}`);
        if (quality > best.quality) best = { weights, quality };
      }
      console.log(`${name}: ${line.join('  ')}`);
    }
  }
  console.log(JSON.stringify(best.weights));
  await table.prepare(tuning.flat().map(({ question }) => question));
  const line: string[] = [];
  for (const weight of deepWeights) line.push(`${weight}: ${(await qualityOf(historyWeights, weight)).toFixed(4)}`);
  console.log(`deepWeight, with the weights that stand in the code: ${line.join('  ')}`);
}

function tableOf(items: readonly Item[]): Promise<RecallTable> {
  return RecallTable.of(items.map(({ text }) => text));
}

/** How many messages a question shows for their meaning alone, on average. */
async function shownByChance(
  { table, questions }: { readonly table: RecallTable; readonly questions: readonly Item[] },
  weights: HistoryWeights,
): Promise<number> {
  let shown = 0;
  for (const { question } of questions) {
    const { total } = await table.search(question, 1, weights);
    shown += total - (await table.search(question, 1, weights, false)).total;
  }
  return shown / questions.length;
}
