import { mkdirSync } from 'node:fs';
import { trainingFile } from './extractPairs.ts';
import { miniLmFolder, runPython } from './runPython.ts';
import { deepFolder, staticFolder, staticTable } from './trainedFiles.ts';

/**
 * Step 4: all-MiniLM-L6-v2 with a vocabulary for code, the pairs as its tokens, and groups of pairs that the static
 * table takes for one another.
 */
export function prepareDeep(): void {
  mkdirSync(deepFolder, { recursive: true });
  runPython('deepTokens.py', [trainingFile, miniLmFolder(), deepFolder]);
  runPython('neighbours.py', [trainingFile, staticFolder, staticTable, deepFolder]);
}

/** Step 5: trains it, or goes on; `values` go to `deep.py`. */
export function trainDeep(values: readonly string[]): void {
  runPython('deep.py', [deepFolder, ...values]);
}
