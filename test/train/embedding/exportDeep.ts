import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DeepModel } from '../../../src/index/deep/deepModel.ts';
import { projectRoot } from '../../harness/project.ts';
import { readSafetensors } from '../../bench/retrieval/safetensors.ts';
import { embedDeep } from './embedDeep.ts';
import { readEvaluationSets } from './extractPairs.ts';
import { originOf } from './origin.ts';
import { deepModelFolder, deepOrigin, deepVectors, exportedDeep } from './trainedFiles.ts';
import { writeDeepModel } from './writeDeepModel.ts';

const HEADS = 12;
/** So much of a text is read, as in training. */
const TOKENS = 128;
const COMPARED = 64;
/** Texts of our own, whose vectors are kept for the product's test, with so many decimals. */
const kept = ['deepModel', 'transformer', 'wordPiece', 'deepQuestions', 'kernels'];
const KEPT_LINES = 20;
const DECIMALS = 4;
/** What bytes and 16 bits may cost a vector, as a cosine; a tokeniser that differs costs far more. */
const LEAST_LIKENESS = 0.99;

/**
 * Step 7: the deep model as the product reads it, in bytes, with its origin; its name tells its weights, so that no
 * vectors are mixed up. Throws when the product's vectors are not those of the training.
 */
export async function exportDeep(): Promise<void> {
  const weightsFile = path.join(deepModelFolder, 'model.fp16.safetensors');
  const digest = createHash('sha256').update(readFileSync(weightsFile)).digest('hex');
  const id = `deep-code-384-${digest.slice(0, 8)}`;
  const bytes = writeDeepModel(readSafetensors(weightsFile), {
    id,
    vocabulary: readVocabulary(path.join(deepModelFolder, 'tokenizer.json')),
    heads: HEADS,
    tokens: TOKENS,
  });
  writeFileSync(exportedDeep, bytes);
  const model = await DeepModel.load(bytes.length, (place) => {
    place.set(bytes);
    return Promise.resolve();
  });
  const own = kept.map((name) => {
    const source = readFileSync(path.join(projectRoot, 'src/index/deep', `${name}.ts`), 'utf8');
    return source.split('\n').slice(0, KEPT_LINES).join('\n');
  });
  const asked = readEvaluationSets().flatMap((set) => set.asked.slice(0, COMPARED).map((pair) => pair.code));
  const code = [...own, ...asked];
  const trained = embedDeep(deepModelFolder, { query: [], code });
  const likeness = code.map((text, row) => {
    const vector = model.embedOne(text);
    return vector.reduce((sum, value, at) => sum + value * (trained[row]?.[at] ?? 0), 0);
  });
  const lowest = Math.min(...likeness);
  console.log(`${exportedDeep}: ${(bytes.length / 1e6).toFixed(1)} MB; like the trained one by ${lowest.toFixed(3)}`);
  if (!(lowest >= LEAST_LIKENESS)) throw new Error('The exported model does not do what was trained.');
  const vectors = own.map((text, row) => ({ text, vector: [...(trained[row] ?? [])].map(rounded) }));
  writeFileSync(deepVectors, JSON.stringify(vectors));
  writeFileSync(deepOrigin, `${JSON.stringify(originOf(id, bytes), null, 2)}\n`);
}

function rounded(value: number): number {
  return Number(value.toFixed(DECIMALS));
}

/** The pieces of a `tokenizer.json` in the order of their numbers. */
function readVocabulary(file: string): string[] {
  const { model } = JSON.parse(readFileSync(file, 'utf8')) as { model: { vocab: Record<string, number> } };
  return Object.entries(model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => piece);
}
