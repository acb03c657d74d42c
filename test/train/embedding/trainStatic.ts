import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Subwords } from '../../../src/index/embedding/subwords.ts';
import { writeEncoded } from './encodeTexts.ts';
import { readTrainingPairs } from './extractPairs.ts';
import { originOf } from './origin.ts';
import { miniLmFolder, runPython } from './runPython.ts';
import { staticFolder, staticOrigin, staticTable } from './trainedFiles.ts';
import { chooseVocabulary } from './vocabulary.ts';

/** With 256 bytes each and their weights and names 7.9 MB. */
const SUBWORDS = 29_000;

/** Step 3: the table, trained by contrast, and its origin; `values` go to `static.py`. */
export function trainStatic(values: readonly string[]): void {
  mkdirSync(staticFolder, { recursive: true });
  const pairs = readTrainingPairs();
  const vocabulary = chooseVocabulary(pairs, SUBWORDS);
  const subwords = new Subwords(vocabulary);
  writeFileSync(path.join(staticFolder, 'vocabulary.json'), JSON.stringify(vocabulary));
  const queries = pairs.map(({ query }) => query);
  // What is searched begins with its path; half of the pairs do, so that neither is needed.
  const codes = pairs.map(({ path: file, code }, index) => (index % 2 === 0 ? code : `${file}\n${code}`));
  writeEncoded(staticFolder, 'query', queries, { subwords, kind: 'query' });
  writeEncoded(staticFolder, 'code', codes, { subwords, kind: 'code' });
  const packages = [...new Set(pairs.map((pair) => pair.package))];
  const groups = pairs.map((pair) => packages.indexOf(pair.package));
  writeFileSync(path.join(staticFolder, 'groups'), Uint32Array.from(groups));
  console.log(`${pairs.length} pairs, ${vocabulary.length} subwords`);
  runPython('static.py', [staticFolder, miniLmFolder(), staticTable, ...values]);
  const origin = originOf('static-code-256', readFileSync(staticTable));
  writeFileSync(staticOrigin, `${JSON.stringify(origin, null, 2)}\n`);
}
