import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Subwords } from '../../../src/index/embedding/subwords.ts';
import { writeEncoded } from './encodeTexts.ts';
import { readTrainingPairs } from './extractPairs.ts';
import { miniLmFolder, runPython } from './runPython.ts';
import { trainingFolder } from './sources.ts';
import { chooseVocabulary } from './vocabulary.ts';

/** With 256 bytes each and their weights and names 7.9 MB. */
const SUBWORDS = 29_000;

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
