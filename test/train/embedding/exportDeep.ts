import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DeepModel } from '../../../src/index/deep/deepModel.ts';
import { readSafetensors } from '../../bench/retrieval/safetensors.ts';
import { readVocabulary } from './convertPrototype.ts';
import { embedDeep } from './embedDeep.ts';
import { readEvaluationSets } from './extractPairs.ts';
import { deepModelFolder, exportedDeep } from './trainedFiles.ts';
import { writeDeepModel } from './writeDeepModel.ts';

const HEADS = 12;
/** So much of a text is read, as in training. */
const TOKENS = 128;
const COMPARED = 64;
/** What bytes and 16 bits may cost a vector, as a cosine; a tokeniser that differs costs far more. */
const LEAST_LIKENESS = 0.99;

/**
 * Step 8: the deep model as the product reads it, in bytes; its name tells its weights, so that no vectors are mixed up.
 * Throws when the product's vectors are not those of the training.
 */
export async function exportDeep(): Promise<void> {
  const weightsFile = path.join(deepModelFolder, 'model.fp16.safetensors');
  const digest = createHash('sha256').update(readFileSync(weightsFile)).digest('hex');
  const bytes = writeDeepModel(readSafetensors(weightsFile), {
    id: `deep-code-384-${digest.slice(0, 8)}`,
    vocabulary: readVocabulary(path.join(deepModelFolder, 'tokenizer.json')),
    heads: HEADS,
    tokens: TOKENS,
  });
  writeFileSync(exportedDeep, bytes);
  const model = await DeepModel.load(bytes.length, (place) => {
    place.set(bytes);
    return Promise.resolve();
  });
  const code = readEvaluationSets().flatMap(({ asked }) => asked.slice(0, COMPARED).map((pair) => pair.code));
  const trained = embedDeep(deepModelFolder, { query: [], code });
  const likeness = code.map((text, row) => {
    const vector = model.embedOne(text);
    return vector.reduce((sum, value, at) => sum + value * (trained[row]?.[at] ?? 0), 0);
  });
  const lowest = Math.min(...likeness);
  console.log(`${exportedDeep}: ${(bytes.length / 1e6).toFixed(1)} MB; like the trained one by ${lowest.toFixed(3)}`);
  if (!(lowest >= LEAST_LIKENESS)) throw new Error('The exported model does not do what was trained.');
}
