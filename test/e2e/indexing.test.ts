import assert from 'node:assert/strict';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { textWhen } from '../harness/textWhen.ts';
import type { Workbench } from '../harness/workbench.ts';

const FILES = 3_000;

describe('The index, in the editor', () => {
  // So slowly that it can be watched, and stopped on the way.
  const editor = useEditor({ name: 'indexing', settings: { 'sextant.index.cpuPercent': 30 } });
  let window: Workbench;
  let chat: ChatView;

  it('shows how far it is, pauses and goes on', async () => {
    const folder = path.join(editor.project, 'harbours');
    await mkdir(folder);
    for (let at = 0; at < FILES; at++) {
      const text = `export function harbour${at}(): number {\n  // Berths in harbour number ${at}.\n  return ${at};\n}\n`;
      await writeFile(path.join(folder, `harbour${at}.ts`), text.repeat(8));
    }
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
    await chat.frame.getByText(/Indexing [\d,.]+ of [\d,.]+ files/).waitFor();
    await chat.frame.getByRole('button', { name: 'Pause' }).click();
    await chat.frame
      .getByText(/paused/i)
      .first()
      .waitFor();
    await window.screenshot('index-paused');
    await chat.frame.getByRole('button', { name: 'Resume' }).click();
    await chat.frame.getByText(/Index ready/).waitFor();
  });

  it('follows a rename', async () => {
    await rename(path.join(editor.project, 'src', 'checksum.ts'), path.join(editor.project, 'src', 'frameSum.ts'));
    for (let attempt = 0; attempt < 20; attempt++) {
      const text = await (await chat.ask('How is the checksum of a radio frame computed?')).innerText();
      if (text.includes('src/frameSum.ts') && !text.includes('src/checksum.ts')) return;
    }
    assert.fail('the answer still quotes the old name');
  });

  it('is built anew on command and says when it is done', async () => {
    await window.runCommand('Sextant: Rebuild the Index');
    await textWhen(chat.frame.locator('body'), (text) => text.includes('Indexing'));
    await textWhen(chat.frame.locator('body'), (text) => text.includes('Index ready'));
    assert.ok((await window.notifications()).some((message) => message.includes('up to date')));
  });

  it('is opened again after a reload without indexing anew', async () => {
    await window.reload();
    await window.runCommand('Sextant: Open Chat');
    const startedMs = performance.now();
    const text = await textWhen(chat.frame.locator('body'), (shown) => shown.includes('Index ready'));
    assert.match(text, /3,00\d files/);
    console.log(`      ready ${Math.round(performance.now() - startedMs)} ms after the chat was opened`);
  });

  it('writes nothing into the folder', async () => {
    const names = await readdir(editor.project);
    assert.deepEqual(names.sort(), ['README.md', 'harbours', 'src', 'tools']);
  });
});

describe('Sextant, by keyboard alone', () => {
  const editor = useEditor({ name: 'keyboard' });

  it('asks, reads, opens a source, looks into past chats and comes back', async () => {
    const window = await editor.open({ folder: editor.project, extension: projectRoot });
    const { keyboard } = window.page;
    await window.runCommand('Sextant: Open Chat');
    const chat = new ChatView(window.chat);
    await chat.input.and(chat.frame.locator(':focus')).waitFor();
    await keyboard.type('How long do we wait before a buoy that did not answer is called again?');
    await keyboard.press('Enter');
    await chat.answers.first().waitFor();
    await chat.ended(chat.answers.first());
    await textWhen(chat.answers.first(), (text) => text.includes('retryPolicy.ts'));
    await chat.input.and(chat.frame.locator(':focus')).waitFor();

    const focused = chat.frame.locator(':focus');
    for (let steps = 0; ; steps++) {
      assert.ok(steps < 60, 'the link is reached with Shift+Tab');
      await keyboard.press('Shift+Tab');
      const name = await focused.innerText({ timeout: 1_000 }).catch(() => '');
      if (name.startsWith('src/retryPolicy.ts:')) break;
    }
    await keyboard.press('Enter');
    await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();

    await keyboard.press('Control+Alt+;');
    await chat.input.and(chat.frame.locator(':focus')).waitFor();
    await keyboard.press('Control+Alt+n');
    await chat.frame.getByText('New chat', { exact: true }).first().waitFor();
    for (let steps = 0; ; steps++) {
      assert.ok(steps < 30, 'the button for past chats is reached with Shift+Tab');
      await keyboard.press('Shift+Tab');
      if ((await focused.getAttribute('aria-label', { timeout: 1_000 }).catch(() => null)) === 'Past chats') break;
    }
    await keyboard.press('Enter');
    await chat.frame.getByRole('region', { name: 'Past chats' }).waitFor();
    await keyboard.press('Escape');
    await chat.frame.getByRole('region', { name: 'Past chats' }).waitFor({ state: 'detached' });
  });
});
