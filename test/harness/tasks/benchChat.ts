// `npm run bench:chat`: the figures of the chat view in a real browser, measured on this machine.
import { runChatBenchmark } from '../../bench/chat.ts';
import { ensureBrowser } from '../browser.ts';
import { ensureBuild } from '../build.ts';
import { runTask } from '../runTask.ts';

runTask(async () => {
  await ensureBrowser();
  await ensureBuild();
  await runChatBenchmark();
  return true;
});
