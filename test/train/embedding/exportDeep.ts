import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSafetensors } from '../../bench/retrieval/safetensors.ts';
import { deepModelFolder, exportedDeep } from './trainedFiles.ts';
import { writeDeepModel } from './writeDeepModel.ts';

const HEADS = 12;
/** So much of a text is read, as in training. */
const TOKENS = 128;

/** Step 9: the deep model as the product reads it, in bytes; `id` names it and its version. */
export function exportDeep(id: string): void {
  const weights = readSafetensors(path.join(deepModelFolder, 'model.fp16.safetensors'));
  const tokenizer = readFileSync(path.join(deepModelFolder, 'tokenizer.json'), 'utf8');
  const { model } = JSON.parse(tokenizer) as { model: { vocab: Record<string, number> } };
  const vocabulary = Object.keys(model.vocab).sort((a, b) => (model.vocab[a] ?? 0) - (model.vocab[b] ?? 0));
  const bytes = writeDeepModel(weights, { id, vocabulary, heads: HEADS, tokens: TOKENS });
  writeFileSync(exportedDeep, bytes);
  console.log(`${exportedDeep}: ${(bytes.length / 1e6).toFixed(1)} MB`);
}
