import path from 'node:path';
import { evaluationFile, trainingFile } from './extractPairs.ts';
import { miniLmFolder, runPython } from './runPython.ts';
import { trainingFolder } from './sources.ts';

/**
 * Step 5, only when it is named: all-MiniLM-L6-v2 fine-tuned on the pairs, at most 90 minutes a run; `values` go to
 * `deep.py`.
 */
export function trainDeep(values: readonly string[]): void {
  const folder = path.join(trainingFolder, 'deep');
  runPython('deep.py', [trainingFile, evaluationFile, miniLmFolder(), folder, ...values]);
}
