import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { groupBy } from '../../../src/base/groupBy.ts';
import { quantise, unitVector } from '../../../src/index/embedding/quantise.ts';
import { StaticModel, modelBytes } from '../../../src/index/embedding/staticModel.ts';
import { quality } from '../../bench/retrieval/questions.ts';
import { projectRoot } from '../../harness/project.ts';
import type { EvaluationSet } from './evaluationSet.ts';
import { readEvaluationSets } from './extractPairs.ts';
import { staticTable } from './trainStatic.ts';

/** Step 4: how often the new table finds what is asked for, beside the table that ships. */
export function evaluate(): void {
  const tables = { ships: path.join(projectRoot, 'media/models/static-code-256.bin'), trained: staticTable };
  const present = Object.entries(tables).filter(([, file]) => existsSync(file));
  const models = present.map(([name, file]) => ({
    name,
    file,
    model: new StaticModel(modelBytes(readFileSync(file))),
  }));
  for (const set of readEvaluationSets()) {
    console.log(
      `${set.name}: ${set.asked.length} questions among ${set.asked.length + set.others.length} functions, MRR@10`,
    );
    for (const { name, file, model } of models) {
      const { ranks, chunksPerSecond } = measure(set, model);
      const byLanguage = groupBy(ranks, ({ language }) => language);
      const figures = [['all', ranks] as const, ...byLanguage].map(
        ([language, own]) => `${language} ${quality(own.map(({ rank }) => rank)).mrr.toFixed(3)}`,
      );
      const size = (readFileSync(file).length / 1e6).toFixed(1);
      console.log(`  ${name} (${size} MB, ${Math.round(chunksPerSecond)} chunks/s): ${figures.join(', ')}`);
    }
  }
}

interface Ranked {
  readonly language: string;
  /** From 1; 0 beyond the first ten. */
  readonly rank: number;
}

/** Finds each question's function by its vector as the index keeps it, in bytes. */
function measure({ asked, others }: EvaluationSet, model: StaticModel): { ranks: Ranked[]; chunksPerSecond: number } {
  const vectorOf = (text: string, kind: 'query' | 'code'): Float32Array => {
    const bytes = new Int8Array(model.dimensions);
    quantise(model.embedOne(text, kind), bytes);
    return unitVector(bytes);
  };
  const began = performance.now();
  const vectors = [...asked, ...others].map(({ code }) => vectorOf(code, 'code'));
  const chunksPerSecond = (vectors.length * 1000) / (performance.now() - began);
  const ranks = asked.map(({ query, language }, index) => {
    const question = vectorOf(query, 'query');
    const scores = vectors.map((vector) => dot(question, vector));
    const own = scores[index] ?? 0;
    const rank = scores.filter((score, other) => other !== index && score >= own).length + 1;
    return { language, rank: rank > 10 ? 0 : rank };
  });
  return { ranks, chunksPerSecond };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
