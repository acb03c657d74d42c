// `npm run bench`: the figures of test/bench, measured on this machine.
import { runBenchmark } from '../../bench/bench.ts';
import { ensureBrowser } from '../browser.ts';
import { ensureEditor } from '../editorDownload.ts';
import { runTask } from '../runTask.ts';

runTask(async () => {
  await ensureEditor();
  await ensureBrowser();
  await runBenchmark();
  return true;
});
