// `npm run bench:store`: the figures of the store beside a native SQLite, measured on this machine.
import { runStoreBenchmark } from '../../bench/store.ts';
import { ensureBuild } from '../build.ts';
import { runTask } from '../runTask.ts';

runTask(async () => {
  await ensureBuild();
  await runStoreBenchmark();
  return true;
});
