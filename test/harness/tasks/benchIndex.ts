// `npm run bench:index`: what the index costs on real trees, measured on this machine; `-- 1k 10k` for some of them.
import { runIndexBenchmark } from '../../bench/index/run.ts';
import { ensureBuild } from '../build.ts';
import { runTask } from '../runTask.ts';

runTask(async () => {
  await ensureBuild();
  await runIndexBenchmark(process.argv.slice(2));
  return true;
});
