// `npm run eval:retrieval [-- --sweep | --without-minilm | --tiers]`: how often the search finds what is asked for,
// beside plain BM25 and all-MiniLM-L6-v2, and what the deep model adds; `--tiers` is that last part alone, and with
// `--sweep` chooses its constant. Fetches Debian's source packages and some of npm into .cache the first time (1.5 GB), and
// needs the build in dist/. Prints a table and writes results/retrieval.json; `--sweep` chooses the constants instead,
// on the halves of the questions that the table does not count.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Weights, fileWeights, passageWeights } from '../../src/index/search/rankChunks.ts';
import { compareTiers, sweepTiers } from './retrieval/compareTiers.ts';
import { fitWeights } from './retrieval/fitWeights.ts';
import {
  type Asked,
  type Result,
  ask,
  isByFile,
  only,
  resultOf,
  toResult,
  weightsOf,
  without,
} from './retrieval/measure.ts';
import { halfOf } from './retrieval/questions.ts';
import { type SetName, setNames } from './retrieval/sets.ts';
import { unpackPackages } from './retrieval/sources.ts';
import { sweep } from './retrieval/sweep.ts';

interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number | null;
  readonly higherIsBetter: boolean;
  readonly peers: Readonly<Record<string, number>>;
}

/** How many times the reference's mean reciprocal rank is wanted, and how often the right file among ten. */
const goals: Readonly<Record<SetName, { readonly ratio: number; readonly rightFile: number | null }>> = {
  changes: { ratio: 1.4, rightFile: 0.78 },
  functions: { ratio: 1.12, rightFile: null },
  paraphrases: { ratio: 2.5, rightFile: null },
};

const signals: readonly (keyof Weights)[] = [
  'text',
  'symbol',
  'file',
  'path',
  'coverage',
  'similarity',
  'nameSimilarity',
  'named',
  'defines',
  'testOrExample',
  'notCode',
  'further',
];

const figures: Figure[] = [];

function add(metric: string, value: number, unit: string, goal: number | null, peers: Record<string, number>): void {
  const rounded = Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, round(peer)]));
  figures.push({ metric, value: round(value), unit, goal, higherIsBetter: true, peers: rounded });
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function print(row: string, { mrr, rightFile }: Result): void {
  console.log(`  ${row.padEnd(44)}${mrr.toFixed(3).padStart(8)}${rightFile.toFixed(3).padStart(12)}`);
}

function measure(set: SetName, asked: readonly Asked[]): void {
  const final = asked.filter(({ question }) => halfOf(question) === 'final');
  const weights = weightsOf(set);
  const reference = toResult(final.map((each) => each.reference));
  const hybrid = resultOf(set, final, weights);
  console.log(`${set}: ${final.length} questions (${isByFile(set) ? 'files' : 'passages'})`);
  console.log(`  ${''.padEnd(44)}${'MRR@10'.padStart(8)}${'file in 10'.padStart(12)}`);
  const rows: Record<string, Result> = {
    'reference: BM25 over windows': reference,
    'keywords only': resultOf(set, final, only(weights, 'text', 'symbol', 'file', 'path', 'coverage')),
    'vectors only': resultOf(set, final, only(weights, 'similarity')),
    hybrid,
  };
  for (const signal of signals) {
    if (weights[signal] !== without(weights, signal)[signal]) {
      rows[`hybrid without ${signal}`] = resultOf(set, final, without(weights, signal));
    }
  }
  for (const [row, result] of Object.entries(rows)) print(row, result);
  const { ratio, rightFile } = goals[set];
  const others = Object.entries(rows).filter(([row]) => row !== 'hybrid');
  const peers = (of: (result: Result) => number): Record<string, number> =>
    Object.fromEntries(others.map(([row, result]) => [row, of(result)]));
  add(
    `${set}: MRR@10`,
    hybrid.mrr,
    '',
    round(reference.mrr * ratio),
    peers(({ mrr }) => mrr),
  );
  add(`${set}: MRR@10 in terms of the reference’s`, hybrid.mrr / reference.mrr, '×', ratio, {});
  add(
    `${set}: right file among ten`,
    hybrid.rightFile,
    '',
    rightFile,
    peers((result) => result.rightFile),
  );
}

async function measureTiers(): Promise<void> {
  for (const { name, rows, gain } of await compareTiers(!process.argv.includes('--without-minilm'))) {
    const all = [...rows];
    console.log(`${name}: ${all[0]?.[1].count ?? 0} questions`);
    for (const [row, result] of all) print(row, result);
    if (gain !== undefined) {
      const { mean, low, high } = gain;
      console.log(
        `  The deep model adds ${mean.toFixed(3)}, in 95 of 100 such sets ${low.toFixed(3)} to ${high.toFixed(3)}.`,
      );
      add(`${name}: MRR@10 that the deep model adds`, mean, '', null, { 'at least': low, 'at most': high });
    }
    const [best] = all.at(-1) ?? [''];
    const others = Object.fromEntries(all.slice(0, -1).map(([row, { mrr }]) => [row, mrr]));
    add(`${name}: ${best}, MRR@10`, rows.get(best)?.mrr ?? 0, '', null, others);
  }
}

function write(file: string): void {
  const results = path.join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, file), `${JSON.stringify(figures, null, 2)}\n`);
}

async function measureAll(): Promise<void> {
  const sets: (readonly [SetName, readonly Asked[]])[] = [];
  for (const set of setNames) sets.push([set, await ask(set)]);
  if (process.argv.includes('--sweep')) {
    sweep(
      sets.filter(([set]) => isByFile(set)),
      fileWeights,
    );
    const tuning = sets.flatMap(([set, asked]) =>
      isByFile(set) ? [] : [asked.filter(({ question }) => halfOf(question) === 'tuning')],
    );
    console.log(`Passages: ${JSON.stringify(fitWeights(tuning, passageWeights))}`);
  } else {
    for (const [set, asked] of sets) measure(set, asked);
    await measureTiers();
    write('retrieval.json');
  }
}

unpackPackages();
if (!process.argv.includes('--tiers')) await measureAll();
else if (process.argv.includes('--sweep')) await sweepTiers();
else {
  await measureTiers();
  write('tiers.json');
}
