// `npm run bench:apply`: how many damaged edits come out right, and that none comes out wrong.
import { runApplyBenchmark } from '../../bench/apply.ts';
import { ensureBuild } from '../build.ts';
import { runTask } from '../runTask.ts';

runTask(async () => {
  await ensureBuild();
  return await runApplyBenchmark(process.argv.includes('--chosen'));
});
