import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { groupBy } from '../../../src/base/groupBy.ts';
import { readEvaluationSets, readTrainingPairs } from './extractPairs.ts';
import { LeakCheck } from './leaks.ts';
import { miniLmFolder } from './runPython.ts';
import { type PermittedSource, evaluationNames, readManifest } from './sources.ts';

/** Where a model comes from, as it is shipped beside it: for people and for the test of its licences. */
export interface Origin {
  readonly model: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What its training began with. */
  readonly weights: PermittedSource;
  /** What it learnt from; a package's pairs are its questions and answers that were learnt. */
  readonly packages: readonly (PermittedSource & { readonly pairs: number })[];
  /** What it was never to see: packages by name, and how many pairs have half of an answer's shingles or a question's words. */
  readonly asked: {
    readonly packages: readonly string[];
    readonly questions: number;
    readonly pairsThatLeak: number;
  };
}

/** The origin of a model that was trained on the pairs of the last run. Throws when a pair's package may not be used. */
export function originOf(model: string, bytes: Uint8Array): Origin {
  const pairs = readTrainingPairs();
  const permitted = new Map(readManifest().map((source) => [source.name, source]));
  const packages = [...groupBy(pairs, (pair) => pair.package)].map(([name, own]) => {
    const source = permitted.get(name);
    if (source === undefined) throw new Error(`The manifest has no ${name}.`);
    return { ...source, pairs: own.length };
  });
  const asked = readEvaluationSets().flatMap((set) => set.asked);
  const check = new LeakCheck(asked);
  return {
    model,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    weights: startedFrom(),
    packages: packages.sort((a, b) => (a.name < b.name ? -1 : 1)),
    asked: {
      packages: evaluationNames(),
      questions: asked.length,
      pairsThatLeak: pairs.filter((pair) => check.isLeak(pair)).length,
    },
  };
}

function startedFrom(): PermittedSource {
  const packageJson = readFileSync(path.join(miniLmFolder(), '../package.json'), 'utf8');
  const { name, version, license } = JSON.parse(packageJson) as Record<'name' | 'version' | 'license', string>;
  return { from: 'npm', name, version, licences: [license] };
}
