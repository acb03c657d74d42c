import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { groupBy } from '../../../src/base/groupBy.ts';
import { quantise, unitVector } from '../../../src/index/embedding/quantise.ts';
import { StaticModel, modelBytes } from '../../../src/index/embedding/staticModel.ts';
import { quality } from '../../bench/retrieval/questions.ts';
import { projectRoot } from '../../harness/project.ts';
import { type DeepTexts, embedDeep } from './embedDeep.ts';
import type { EvaluationSet } from './evaluationSet.ts';
import { readEvaluationSets } from './extractPairs.ts';
import { miniLmFolder } from './runPython.ts';
import { deepModelFolder, staticTable } from './trainedFiles.ts';

interface Evaluated {
  readonly name: string;
  /** Vectors of all questions, then of all code. */
  readonly embed: (texts: DeepTexts) => Float32Array[];
}

/** Step 6: how often the new table finds what is asked for, beside the table that ships. */
export function evaluate(): void {
  const ships = path.join(projectRoot, 'media/models/static-code-256.bin');
  const tables = { ships, trained: staticTable };
  const present = Object.entries(tables).filter(([, file]) => existsSync(file));
  compare(present.map(([name, file]) => staticModel(name, file)));
}

/** The same for the deep model, beside all-MiniLM-L6-v2; both read as much of a text. */
export function evaluateDeep(): void {
  const folders = { 'all-MiniLM-L6-v2': miniLmFolder(), deep: deepModelFolder };
  compare(Object.entries(folders).map(([name, folder]) => ({ name, embed: (texts) => embedDeep(folder, texts) })));
}

function staticModel(name: string, file: string): Evaluated {
  const model = new StaticModel(modelBytes(readFileSync(file)));
  return {
    name: `${name} (${(readFileSync(file).length / 1e6).toFixed(1)} MB)`,
    embed: ({ query, code }) => [
      ...query.map((text) => model.embedOne(text, 'query')),
      ...code.map((text) => model.embedOne(text, 'code')),
    ],
  };
}

function compare(models: readonly Evaluated[]): void {
  for (const { name: title, asked, others } of readEvaluationSets()) {
    console.log(`${title}: ${asked.length} questions among ${asked.length + others.length} functions, MRR@10`);
    const texts = {
      query: asked.map(({ query }) => query),
      code: [...asked, ...others].map(({ code }) => code),
    };
    for (const { name, embed } of models) {
      const began = performance.now();
      const vectors = embed(texts).map(asKept);
      const perSecond = ((texts.code.length * 1000) / (performance.now() - began)).toFixed(0);
      const ranked = ranksOf(asked, vectors.slice(0, asked.length), vectors.slice(asked.length));
      const byLanguage = groupBy(ranked, ({ language }) => language);
      const figures = [['all', ranked] as const, ...byLanguage].map(
        ([language, own]) => `${language} ${quality(own.map(({ rank }) => rank)).mrr.toFixed(3)}`,
      );
      console.log(`  ${name}, ${perSecond} a second: ${figures.join(', ')}`);
    }
  }
}

/** What is left of a vector in the index, which keeps bytes. */
function asKept(vector: Float32Array): Float32Array {
  const bytes = new Int8Array(vector.length);
  quantise(vector, bytes);
  return unitVector(bytes);
}

interface Ranked {
  readonly language: string;
  /** From 1; 0 beyond the first ten. */
  readonly rank: number;
}

/** The place of each question's function, which is the code at the same place. */
function ranksOf(
  asked: EvaluationSet['asked'],
  questions: readonly Float32Array[],
  codes: readonly Float32Array[],
): Ranked[] {
  return asked.map(({ language }, index) => {
    const question = questions[index] ?? new Float32Array(0);
    const scores = codes.map((code) => dot(question, code));
    const own = scores[index] ?? 0;
    const rank = scores.filter((score, other) => other !== index && score >= own).length + 1;
    return { language, rank: rank > 10 ? 0 : rank };
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
