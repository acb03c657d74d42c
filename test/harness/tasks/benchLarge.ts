// `npm run bench:large`: typing into a TypeScript file of 5 MB, with Sextant and without, measured on this machine.
import { runLargeFileBenchmark } from '../../bench/large/largeFile.ts';
import { ensureBrowser } from '../browser.ts';
import { ensureBuild } from '../build.ts';
import { ensureEditor } from '../editorDownload.ts';
import { runTask } from '../runTask.ts';

runTask(async () => {
  await ensureEditor();
  await ensureBrowser();
  await ensureBuild();
  return await runLargeFileBenchmark();
});
