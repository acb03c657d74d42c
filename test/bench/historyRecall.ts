// `npm run eval:history [-- --sweep]`: what the history search finds, by words, by meaning, by both, and once the deep
// model has read the best of that. The texts are real: the sections of the Debian Reference in six languages (Debian's
// packages, fetched with apt-get once), and documented functions of the packages that are installed here. Prints a table; writes
// results/historyRecall.json. `--sweep` chooses the weights of the search instead, on the half of the questions that the table
// does not count. The folder that SEXTANT_DIST names may have other models.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Recall, recallOf } from './history/recallQuality.ts';
import { sweepHistory } from './history/recallSweep.ts';
import { RecallTable, ways } from './history/recallTable.ts';
import { type Item, half, quotations, readItems, rememberedWords } from './history/recallTexts.ts';

const items = readItems();
// Everybody's texts together: a history has them all.
const table = await RecallTable.of(
  Object.values(items)
    .flat()
    .map(({ text }) => text),
);
const asked = Object.entries(items).flatMap(([name, some]) => [
  [name === 'code' ? 'code, by its comment' : `${name}, by title`, some] as const,
  [`${name}, as it stands`, quotations(some)] as const,
  // In Chinese and Japanese these are the Latin ones.
  [`${name}, by three words`, rememberedWords(some)] as const,
]);
if (process.argv.includes('--sweep')) await sweepHistory(table, asked, items);
else await measure(asked);

async function measure(questions: readonly (readonly [string, readonly Item[]])[]): Promise<void> {
  const results: object[] = [];
  console.log(`${table.texts.length} texts; found among the first ten / mean reciprocal rank`);
  console.log(['questions'.padEnd(30), ...ways.map((way) => way.padStart(15))].join(''));
  for (const [name, all] of questions) {
    const some = half(all, 'final');
    await table.prepare(some.map(({ question }) => question));
    const cells: string[] = [];
    for (const way of ways) {
      const recall = await recallOf(some, table.texts, (question) => table.find(question, way));
      cells.push(`${recall.found.toFixed(2)} / ${recall.reciprocalRank.toFixed(2)}`.padStart(15));
      results.push(...resultsOf(`${name} (${some.length}), ${way}`, recall));
    }
    console.log([`${name} (${some.length})`.padEnd(30), ...cells].join(''));
  }
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'historyRecall.json'), `${JSON.stringify(results, null, 2)}\n`);
}

function resultsOf(name: string, { found, reciprocalRank }: Recall): object[] {
  const values = { 'found among the first ten': found, 'mean reciprocal rank': reciprocalRank };
  return Object.entries(values).map(([what, value]) => ({
    metric: `${name}: ${what}`,
    value,
    unit: 'share',
    goal: null,
    higherIsBetter: true,
    peers: {},
  }));
}
