import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { HistoryView } from '../harness/historyView.ts';
import { projectRoot } from '../harness/project.ts';
import type { Workbench } from '../harness/workbench.ts';

describe('The settings of the storage', () => {
  const editor = useEditor({ name: 'storage-settings' });
  let window: Workbench;
  const usual = (): string => path.join(editor.server.globalStorage, 'sextant.sextant');
  const chosen = (): string => path.join(editor.directory, 'chosen');

  /** As *Preferences: Open Remote Settings* would: a setting of the machine is kept there. */
  async function change(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const file = path.join(editor.server.directory, 'data', 'Machine', 'settings.json');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(settings));
  }

  async function openChat(): Promise<ChatView> {
    await window.runCommand('Sextant: Open Chat');
    const chat = new ChatView(window.chat);
    await chat.frame.locator('.composer-input:focus').waitFor();
    return chat;
  }

  it('say that another way to ask the disk begins with the next reload, and then write so', async () => {
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await (await openChat()).ask('What is a buoy?');
    await change({ 'sextant.storage.sync': 'eachSecond' });
    assert.match(await window.said(/asking the disk/), /as before until it is reloaded/);
    await window.reload();
    const chat = await openChat();
    await chat.answers.first().waitFor();
    await chat.startNewChat();
    await chat.ask('Is it written?');
  });

  it('refuse a folder that is only half a path, and stay where they are', async () => {
    await change({ 'sextant.storage.folder': 'chats' });
    assert.match(await window.said(/not the whole path/), /“chats” .*Chats stay in .*sextant\.sextant/);
  });

  it('say where chats will be kept and what becomes of the old ones, and do so after a reload', async () => {
    const before = await readdir(path.join(usual(), 'store'));
    await change({ 'sextant.storage.folder': chosen() });
    const said = await window.said(/keeps its chats in/);
    assert.ok(said.includes(chosen()) && said.includes(`Those in ${usual()} stay there`), said);
    assert.ok(!existsSync(chosen()), 'nothing is there before');
    await window.reload();
    const chat = await openChat();
    assert.equal(await chat.answers.count(), 0);
    await chat.ask('What is a harbour?');
    assert.ok((await stat(path.join(chosen(), 'store', 'CURRENT'))).isFile());
    assert.deepEqual((await readdir(path.join(usual(), 'store'))).sort(), before.sort());
  });

  it('show the old chats again where the folder is the old one again', async () => {
    await change({});
    await window.said(/keeps its chats in/);
    await window.reload();
    const history = await HistoryView.open(window);
    for (const name of ['What is a buoy', 'Is it written']) await history.row(name).waitFor();
    assert.equal(await history.row('What is a harbour').count(), 0);
  });
});
