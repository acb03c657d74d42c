// `npm run bench:completion`: how much of what is suggested is right, and what typing costs.
import { runCompletionBenchmark } from '../../bench/completion.ts';
import { ensureBuild } from '../build.ts';
import { runTask } from '../runTask.ts';

runTask(async () => {
  await ensureBuild();
  return await runCompletionBenchmark(process.argv.includes('--develop'));
});
