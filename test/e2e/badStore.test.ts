import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { skipBecause } from '../harness/skip.ts';
import { textWhen } from '../harness/textWhen.ts';
import { Traces } from '../harness/traces.ts';
import type { Workbench } from '../harness/workbench.ts';

const QUESTION = 'How long do we wait before a buoy that did not answer is called again?';
const FILE_LINE = 'LONGEST_WAIT_MS = 30_000';

describe('A store that is not what it was', () => {
  const editor = useEditor({ name: 'odd-store', losesLedger: 'its files are overwritten with garbage' });
  let traces: Traces;
  const store = (): string => path.join(editor.server.globalStorage, 'sextant.sextant', 'store');

  before(() => {
    traces = Traces.of(editor);
  });

  /** Waits until no window uses the store. */
  async function isLeft(): Promise<void> {
    while ((await editor.server.extensionHosts()).length > 0) await new Promise((next) => setTimeout(next, 100));
  }

  /** A window of the project with its chat; nothing runs on the store when it begins. */
  async function openChat(): Promise<{ window: Workbench; chat: ChatView }> {
    await isLeft();
    const window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Open Chat');
    return { window, chat: new ChatView(window.chat) };
  }

  it('holds a chat', async () => {
    const { window, chat } = await openChat();
    await chat.ask(QUESTION);
    await window.close();
  });

  it('read-only: shows what is there, and says why it takes nothing, without losing the question', async function () {
    await isLeft();
    try {
      execFileSync('mount', ['--bind', '-o', 'ro', store(), store()], { stdio: 'ignore' });
    } catch {
      skipBecause(this, 'a folder can be made read-only for everybody only with root’s rights, on Linux');
    }
    try {
      const { window, chat } = await openChat();
      await textWhen(chat.answers.first(), (text) => text.includes('LONGEST_WAIT_MS'));
      await chat.send('Is this kept?');
      await textWhen(chat.frame.getByRole('alert'), (text) => text.includes('may not write'));
      await window.screenshot('bad-store-read-only-question');
      assert.equal(await chat.input.inputValue(), 'Is this kept?');
      await window.close();
    } finally {
      execFileSync('umount', ['-l', store()]);
    }
  });

  it('garbage: says so over the chat, sets the damaged files aside, and goes on', async () => {
    await isLeft();
    for (const name of await readdir(store())) {
      if (/^(CURRENT|snapshot|log)/.test(name)) await writeFile(path.join(store(), name), 'garbage '.repeat(500));
    }
    const { window, chat } = await openChat();
    await textWhen(chat.frame.locator('.notice'), (text) => text.includes('store was damaged'));
    await window.screenshot('bad-store-garbage');
    await textWhen(await chat.ask(QUESTION), (text) => text.includes('LONGEST_WAIT_MS'));
    await window.screenshot('bad-store-garbage-answer');
    const notice = await chat.frame.locator('.notice').innerText();
    const kept = (await readdir(store())).filter((name) => notice.includes(name));
    assert.ok(kept.length > 0, `“${notice}” names the files that were kept`);
    await window.close();
  });

  it('leaves no error and nothing of the files in the logs', async () => {
    await traces.assertClean([FILE_LINE, QUESTION]);
  });
});
