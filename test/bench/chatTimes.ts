import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { freshDirectory } from '../harness/project.ts';
import { writeSampleProject } from '../harness/sampleProject.ts';
import { installExtension, startServer } from '../harness/vscodeServer.ts';
import { packedExtension } from '../harness/vsix.ts';
import { Workbench, openSession } from '../harness/workbench.ts';
import { type Measurement, measurement, median } from './measurement.ts';

const WINDOWS = 5;
const QUESTIONS = 9;

/** How long the user waits: from the key that opens the view to its input, from Enter to the model's request. */
export async function measureChatTimes(browser: Browser): Promise<Measurement[]> {
  const model = await startModelServer();
  try {
    const openings = await measureOpening(browser, 'sextant');
    const bare = await measureOpening(browser, 'bare');
    const withRetrieval = await measureSending(browser, model, true);
    const withoutRetrieval = await measureSending(browser, model, false);
    return [
      measurement('from opening the view to a usable input', median(openings), 'ms', 300),
      measurement('the same, of a view that is nothing but an input', median(bare), 'ms', null),
      measurement('from send to the request leaving, without retrieval', median(withoutRetrieval), 'ms', 20),
      measurement('from send to the request leaving, with retrieval', median(withRetrieval), 'ms', 60),
    ];
  } finally {
    await model.close();
  }
}

/** What VS Code itself takes to show a webview: the least that any view can come to. */
const bareView = {
  'package.json': JSON.stringify({
    name: 'bare',
    publisher: 'bench',
    version: '0.0.1',
    engines: { vscode: '^1.103.0' },
    main: './extension.js',
    contributes: {
      viewsContainers: { activitybar: [{ id: 'bare', title: 'Sextant', icon: '$(beaker)' }] },
      views: { bare: [{ id: 'bare.view', name: 'Bare', type: 'webview' }] },
      keybindings: [{ key: 'ctrl+alt+;', command: 'bare.view.focus' }],
    },
  }),
  'extension.js': `exports.activate = ({ subscriptions }) => subscriptions.push(
    require('vscode').window.registerWebviewViewProvider('bare.view', {
      resolveWebviewView: (view) => (view.webview.html = '<textarea aria-label="Your question"></textarea>'),
    }));`,
};

/** Each opening is the first of its window: the extension has loaded nothing but its activation path. */
async function measureOpening(browser: Browser, kind: 'sextant' | 'bare'): Promise<number[]> {
  const { server, folder, directory } = await startEditor(`opening-${kind}`, {}, kind === 'sextant');
  const bare = path.join(directory, 'bare');
  await mkdir(bare, { recursive: true });
  for (const [name, text] of Object.entries(bareView)) await writeFile(path.join(bare, name), text);
  const times: number[] = [];
  try {
    for (let opening = 0; opening < WINDOWS; opening++) {
      const session = await openSession(browser);
      const window = await Workbench.open(
        session,
        server.url(kind === 'sextant' ? { folder } : { folder, extension: bare }),
      );
      await settle(window);
      const chat = new ChatView(window.chat);
      const startedMs = performance.timeOrigin + performance.now();
      await window.page.keyboard.press('Control+Alt+;');
      await chat.input.and(chat.frame.locator(':enabled')).waitFor();
      // The input stands in the first picture of the page. Its clock is asked: a locator that waits for a
      // frame inside a frame looks only now and then.
      const paintedMs = await chat.input.evaluate(
        () => performance.timeOrigin + (performance.getEntriesByName('first-paint')[0]?.startTime ?? Number.NaN),
      );
      times.push(paintedMs - startedMs);
      await session.close();
    }
  } finally {
    await server.stop();
  }
  return times;
}

async function measureSending(browser: Browser, model: ModelServer, isWithContext: boolean): Promise<number[]> {
  const settings = { 'sextant.chat.useWorkspaceContext': isWithContext };
  const { server, folder } = await startEditor(isWithContext ? 'retrieval' : 'plain', settings);
  const times: number[] = [];
  try {
    const window = await Workbench.open(await openSession(browser), server.url({ folder }));
    await window.runCommand('Sextant: Open Chat');
    const chat = new ChatView(window.chat);
    await chat.input.waitFor();
    await chat.useServer(window, model.address);
    // The first question starts what later ones find running.
    await chat.ask('What is a buoy?');
    for (let question = 0; question < QUESTIONS; question++) {
      const left = nextRequest(model);
      await chat.input.fill(`How long is the wait of attempt ${question} before a buoy is called again?`);
      const pressed = chat.input.evaluate(
        (input) =>
          new Promise<number>((resolve) => {
            input.addEventListener('keydown', () => resolve(performance.timeOrigin + performance.now()), {
              once: true,
            });
          }),
      );
      const answer = chat.message((await chat.countMessages()) + 2);
      await chat.input.press('Enter');
      times.push((await left) - (await pressed));
      await chat.ended(answer);
    }
    const hasPassage = JSON.stringify(model.requests.at(-1)?.body).includes('LONGEST_WAIT_MS');
    if (hasPassage !== isWithContext) throw new Error('The requests are not those that were to be measured.');
  } finally {
    await server.stop();
  }
  return times;
}

/** When the next chat request reaches the model's server, by the clock that the page uses too. */
async function nextRequest(model: ModelServer): Promise<number> {
  const chatRequests = (): number =>
    model.requests.filter(({ path: address }) => address.includes('completions')).length;
  const before = chatRequests();
  while (chatRequests() === before) await new Promise((resolve) => setTimeout(resolve, 1));
  return performance.timeOrigin + performance.now();
}

async function startEditor(name: string, settings: Readonly<Record<string, unknown>>, hasSextant = true) {
  const directory = await freshDirectory('bench', name);
  const folder = await writeSampleProject(path.join(directory, 'project'));
  if (hasSextant) await installExtension(await packedExtension(), directory);
  return { server: await startServer({ directory, settings }), folder, directory };
}

/** Waits until the extension stands and the start of the window is over. */
async function settle(window: Workbench): Promise<void> {
  await window.page.locator('.activitybar').getByRole('tab', { name: 'Sextant' }).waitFor();
  await window.page.waitForTimeout(4000);
}
