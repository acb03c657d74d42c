// `npm run train:embedding`: trains the built-in embedding models anew, from packages of npm and Debian, on Debian. All
// steps, or those that are named: `-- sources pairs static`. What follows `--set` goes to the script of the steps that are
// named, as `-- deep --set --minutes 180`. Everything is kept below .cache/train, and what an earlier run has made there
// is taken up.
import { evaluate, evaluateDeep } from '../../train/embedding/evaluate.ts';
import { exportDeep } from '../../train/embedding/exportDeep.ts';
import { extractPairs } from '../../train/embedding/extractPairs.ts';
import { fetchSources } from '../../train/embedding/sources.ts';
import { prepareDeep, trainDeep } from '../../train/embedding/trainDeep.ts';
import { trainStatic } from '../../train/embedding/trainStatic.ts';
import { ensureBuild } from '../build.ts';
import { TaskError } from '../project.ts';
import { runTask } from '../runTask.ts';

/** With more of one language the others would be drowned. */
const PAIRS_A_LANGUAGE = 30_000;

const words = process.argv.slice(2);
const options = words.includes('--set') ? words.slice(words.indexOf('--set') + 1) : [];
const named = words.slice(0, words.length - options.length).filter((word) => word !== '--set');

const steps: Readonly<Record<string, () => void | Promise<void>>> = {
  sources: fetchSources,
  pairs: () => extractPairs(PAIRS_A_LANGUAGE),
  static: () => {
    trainStatic(options);
  },
  prepare: prepareDeep,
  deep: () => {
    trainDeep(options);
  },
  evaluate,
  evaluateDeep,
  export: exportDeep,
};

runTask(async () => {
  const unknown = named.find((name) => steps[name] === undefined);
  if (unknown !== undefined) throw new TaskError(`There is no step “${unknown}”: ${Object.keys(steps).join(', ')}.`);
  await ensureBuild();
  for (const [name, step] of Object.entries(steps)) {
    if (named.length > 0 && !named.includes(name)) continue;
    console.log(`Step ${name} …`);
    const began = Date.now();
    await step();
    console.log(`Step ${name}: ${((Date.now() - began) / 60_000).toFixed(1)} minutes`);
  }
  return true;
});
