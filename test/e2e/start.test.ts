import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../harness/browser.ts';
import { ChatView } from '../harness/chatView.ts';
import { nodeBinary, projectRoot } from '../harness/project.ts';
import { Workbench } from '../harness/workbench.ts';

/** `npm start` as a newcomer's machine runs it: without a desktop VS Code. */
function start(...parameters: string[]) {
  const env = { ...process.env, INIT_CWD: projectRoot, DISPLAY: '', WAYLAND_DISPLAY: '' };
  const task = spawn(nodeBinary, [path.join('test', 'harness', 'tasks', 'start.ts'), ...parameters], {
    cwd: projectRoot,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [task.stdout, task.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return { task, ended: once(task, 'exit').then(([code]) => code as number | null), output: () => output };
}

async function addressOf(started: ReturnType<typeof start>): Promise<string> {
  let hasEnded = false;
  void started.ended.then(() => (hasEnded = true));
  for (;;) {
    const address = /http:\/\/127\.0\.0\.1:\S+/.exec(started.output())?.[0];
    if (address !== undefined) return address;
    if (hasEnded) throw new Error(started.output());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
}

describe('npm start', function () {
  this.timeout(120_000);
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
  });

  it('opens the folder with the chat ready, lets in who has its address, and ends with all it has started', async () => {
    const started = start('test');
    try {
      const address = await addressOf(started);
      const { origin, port } = new URL(address);
      for (const pathname of ['/', '/?folder=%2F'])
        assert.equal((await fetch(origin + pathname)).status, 403, pathname);
      assert.equal((await fetch(`${origin}/mint-key`, { method: 'POST' })).status, 403);
      const window = await Workbench.open(
        await browser.newContext({ viewport: { width: 1280, height: 800 } }),
        address,
      );
      await new ChatView(window.chat).input.waitFor();
      await window.page.getByText('test', { exact: true }).first().waitFor();
      started.task.kill('SIGINT');
      assert.equal(await started.ended, 0, started.output());
      assert.equal(await accepts(Number(port)), false);
    } finally {
      started.task.kill('SIGTERM');
    }
  });

  const refusals: [string, string[], RegExp][] = [
    ['a folder that is not there', ['no/such/folder'], /^There is no folder .*no\/such\/folder\.\n$/],
    ['a file', ['package.json'], /^.*package\.json is a file\. Give the folder that it lies in\.\n$/],
    ['two folders', ['src', 'test'], /^npm start opens one folder: give one path, in quotes if it has spaces\.\n$/],
  ];
  for (const [what, parameters, sentence] of refusals) {
    it(`refuses ${what} in one sentence`, async () => {
      const started = start(...parameters);
      assert.equal(await started.ended, 1);
      assert.match(started.output(), sentence);
    });
  }
});
