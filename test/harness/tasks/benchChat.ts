// `npm run bench:chat`: the figures of the chat view in a real browser and the real VS Code, measured on this machine.
import { runChatBenchmark } from '../../bench/chat.ts';
import { ensureBrowser } from '../browser.ts';
import { ensureBuild } from '../build.ts';
import { ensureEditor } from '../editorDownload.ts';
import { runTask } from '../runTask.ts';

runTask(async () => {
  await ensureBrowser();
  await ensureBuild();
  await ensureEditor();
  await runChatBenchmark();
  return true;
});
