// `npm run bench:models`: what a stream costs in Sextant's own path, beside the providers' official SDKs.
import { runModelsBenchmark } from '../../bench/models.ts';
import { runTask } from '../runTask.ts';

runTask(async () => {
  await runModelsBenchmark();
  return true;
});
