import path from 'node:path';
import type { Browser } from 'playwright-core';
import { ChatView } from '../harness/chatView.ts';
import { freshDirectory } from '../harness/project.ts';
import { writeSampleProject } from '../harness/sampleProject.ts';
import { installExtension, startServer } from '../harness/vscodeServer.ts';
import { packedExtension } from '../harness/vsix.ts';
import { Workbench, openSession } from '../harness/workbench.ts';
import { type Measurement, measurement, median } from './measurement.ts';

const WINDOWS = 5;
const SETTLE_MS = 8000;

/** What Sextant adds to the memory of the extension host: activated, and with the chat open and one answer in it. */
export async function measureMemory(browser: Browser): Promise<Measurement[]> {
  const without = await measureHosts(browser, 'memory-without', { hasSextant: false, opensChat: false });
  const activated = await measureHosts(browser, 'memory-activated', { hasSextant: true, opensChat: false });
  const open = await measureHosts(browser, 'memory-chat', { hasSextant: true, opensChat: true });
  return [
    measurement('memory of the extension host without Sextant', without, 'MB', null),
    measurement('Sextant activated, nothing opened', activated - without, 'MB', 10),
    measurement('Sextant with the chat open', open - without, 'MB', 60),
  ];
}

interface Conditions {
  readonly hasSextant: boolean;
  readonly opensChat: boolean;
}

/** The proportional set size of the host, in MB: the median of several windows, each with a host of its own. */
async function measureHosts(browser: Browser, name: string, { hasSextant, opensChat }: Conditions): Promise<number> {
  const directory = await freshDirectory('bench', name);
  const folder = await writeSampleProject(path.join(directory, 'project'));
  if (hasSextant) await installExtension(await packedExtension(), directory);
  const server = await startServer({ directory, settings: {} });
  const sizes: number[] = [];
  try {
    for (let window = 0; window < WINDOWS; window++) {
      const session = await openSession(browser);
      const workbench = await Workbench.open(session, server.url({ folder }));
      if (opensChat) {
        // The chat of the window before would be restored.
        await workbench.runCommand('Sextant: New Chat');
        await new ChatView(workbench.chat).ask('How long do we wait before a buoy is called again?');
      }
      await workbench.page.waitForTimeout(SETTLE_MS);
      const newest = (await server.extensionHosts()).sort((left, right) => right.id - left.id)[0];
      if (newest === undefined) throw new Error('The window has no extension host.');
      sizes.push((await newest.memoryBytes()) / 1e6);
      await session.close();
    }
  } finally {
    await server.stop();
  }
  return median(sizes);
}
