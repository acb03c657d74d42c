import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Grammars } from '../../../src/index/chunks/grammars.node.ts';
import { projectRoot } from '../../harness/project.ts';
import { balanced } from './balance.ts';
import { type EvaluationSet, evaluationSets } from './evaluationSet.ts';
import { LeakCheck } from './leaks.ts';
import { otherWordsSet } from './otherWords.ts';
import type { Pair } from './pairs.ts';
import { readPackage } from './readPackage.ts';
import { type UnpackedSource, evaluationSources, trainingFolder, trainingSources } from './sources.ts';

/** Where the questions are kept: a list of `EvaluationSet`. */
export const evaluationFile = path.join(trainingFolder, 'evaluation.json');
/** Where the pairs are kept: a list of `Pair`. */
export const trainingFile = path.join(trainingFolder, 'pairs.json');

/** Step 2: the pairs to train on and the questions to be asked; packages that an earlier run has read are not read again. */
export async function extractPairs(perLanguage: number): Promise<void> {
  const grammars = new Grammars(path.join(projectRoot, 'dist'));
  const sources = evaluationSources();
  const asked = await pairsOf(sources, { grammars, use: 'evaluation' });
  const sets = [...evaluationSets(asked), await otherWordsSet(sources, asked, grammars)];
  writeFileSync(evaluationFile, JSON.stringify(sets));
  for (const { name, asked: questions, others } of sets) {
    console.log(`${name}: ${questions.length} questions, among ${questions.length + others.length}`);
  }
  const all = await pairsOf(trainingSources(), { grammars, use: 'training' });
  const check = new LeakCheck(sets.flatMap((set) => set.asked));
  const clean = all.filter((pair) => !check.isLeak(pair));
  const pairs = balanced(clean, perLanguage);
  writeFileSync(trainingFile, JSON.stringify(pairs));
  console.log(
    `${pairs.length} pairs of ${all.length}; ${all.length - clean.length} left out as copies of what is asked about`,
  );
  for (const by of ['language', 'kind'] as const) console.log(countsOf(pairs, by));
}

/** What the step before made. */
export function readTrainingPairs(): Pair[] {
  return JSON.parse(readFileSync(trainingFile, 'utf8')) as Pair[];
}

/** What the step before made. */
export function readEvaluationSets(): EvaluationSet[] {
  return JSON.parse(readFileSync(evaluationFile, 'utf8')) as EvaluationSet[];
}

async function pairsOf(
  sources: readonly UnpackedSource[],
  reading: Parameters<typeof readPackage>[1],
): Promise<Pair[]> {
  const folder = path.join(trainingFolder, 'read');
  mkdirSync(folder, { recursive: true });
  const all: Pair[] = [];
  for (const source of sources) {
    const file = path.join(
      folder,
      `${source.from}-${source.name.replaceAll('/', '+')}-${source.version.replaceAll('/', '+')}.json`,
    );
    if (!existsSync(file)) {
      const pairs = await readPackage(source, reading);
      writeFileSync(`${file}.new`, JSON.stringify(pairs));
      renameSync(`${file}.new`, file);
      console.log(`${source.name} ${source.version}: ${pairs.length} pairs`);
    }
    for (const pair of JSON.parse(readFileSync(file, 'utf8')) as Pair[]) all.push(pair);
  }
  return all;
}

function countsOf(pairs: readonly Pair[], by: 'language' | 'kind'): string {
  const counts = new Map<string, number>();
  for (const pair of pairs) counts.set(pair[by], (counts.get(pair[by]) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}
