import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { refusesDialogs, useEditor } from '../harness/editorFixture.ts';
import { HistoryView } from '../harness/historyView.ts';
import { projectRoot } from '../harness/project.ts';
import { skipBecause } from '../harness/skip.ts';
import { storeChats } from '../harness/storedChats.ts';
import type { Chats } from '../../src/storage/archive/chatFormat.ts';
import type { Workbench } from '../harness/workbench.ts';

describe('Files of chats, in VS Code’s own dialogs', () => {
  before(function () {
    if (refusesDialogs()) skipBecause(this, 'this VS Code shows a test no dialog');
  });
  const editor = useEditor({ name: 'library-files' });
  let window: Workbench;
  let history: HistoryView;
  const at = (name: string): string => path.join(editor.directory, name);

  before(async function () {
    this.timeout(120_000);
    await storeChats(editor.server.globalStorage, [
      { title: 'Lighthouses', hoursAgo: 1, folder: 'Sea marks', answer: 'A tower with a **light** on top.' },
      { title: 'Foghorns', hoursAgo: 2, answer: 'They are loud.' },
    ]);
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    history = await HistoryView.open(window);
    await history.row('Foghorns').waitFor();
  });

  async function pick(text: string): Promise<void> {
    await window.quickPicks.filter({ hasText: text }).first().click();
  }

  async function confirm(button: string): Promise<void> {
    await window.page.locator('.monaco-dialog-box').getByRole('button', { name: button }).click();
  }

  it('are written for one chat, as Markdown to read and as JSON without loss', async () => {
    await history.choose('Foghorns', 'Export as Markdown…');
    await window.chooseFile(at('one.md'));
    await window.said(/^1 chat with 2 messages exported to .*one\.md/);
    const text = await readFile(at('one.md'), 'utf8');
    assert.match(text, /Foghorns[\s\S]*They are loud\./);
    assert.doesNotMatch(text, /Lighthouses/);
    await history.choose('Foghorns', 'Export as JSON…');
    await window.chooseFile(at('one.json'));
    await window.said(/exported to .*one\.json/);
    const { conversations } = JSON.parse(await readFile(at('one.json'), 'utf8')) as Chats;
    assert.deepEqual(
      conversations.map(({ title, messages }) => [title, messages[1]?.content]),
      [['Foghorns', 'They are loud.']],
    );
  });

  it('are written for all chats, after a choice of the format', async () => {
    for (const [format, name] of [
      ['JSON', 'all.json'],
      ['Markdown', 'all.md'],
    ] as const) {
      await window.runCommand('Sextant: Export Chats');
      await pick(format);
      await window.chooseFile(at(name));
      await window.said(new RegExp(`^2 chats with 4 messages exported to .*${name.replace('.', '\\.')}`));
      const text = await readFile(at(name), 'utf8');
      for (const word of ['Foghorns', 'Lighthouses', 'They are loud.'])
        assert.ok(text.includes(word), `${word} in ${name}`);
    }
  });

  it('are not written where the user thinks better of it', async () => {
    await window.runCommand('Sextant: Export Chats');
    await pick('JSON');
    await window.quickInput.fill(at('not.json'));
    await window.page.keyboard.press('Escape');
    await window.quickInput.waitFor({ state: 'hidden' });
    assert.ok(!existsSync(at('not.json')));
  });

  it('are taken in again after everything was deleted, and once more without doubling anything', async () => {
    await window.runCommand('Sextant: Clear…');
    await pick('History');
    await window.quickPicks.filter({ hasText: 'Keep pinned chats' }).waitFor();
    await window.page.keyboard.press('Enter');
    await confirm('Delete for Good');
    await window.said(/^Deleted: 2 chats with 4 messages/);
    await history.chat.frame.getByText('No chats yet.').waitFor();
    for (const said of [/^Import: 2 chats/, /^Import: .*2 .*already/]) {
      await window.runCommand('Sextant: Import Chats');
      await window.chooseFile(at('all.json'));
      await window.said(said);
      await history.row('Foghorns').waitFor();
      await history.row('Sea marks folder 1 chat').waitFor();
    }
  });

  it('that are none are refused with what is wrong', async () => {
    await writeFile(at('garbage.json'), '{"format": "sextant-chats", "version": 1, "folders": 7}');
    await writeFile(at('picture.json'), Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    for (const [file, said] of [
      ['garbage.json', /garbage\.json cannot be imported\. At “folders” .* Nothing was changed\./],
      ['picture.json', /picture\.json cannot be imported\. It is not a text file\. .* Nothing was changed\./],
    ] as const) {
      await window.runCommand('Sextant: Import Chats');
      await window.chooseFile(at(file));
      await window.said(said);
    }
  });

  it('bring back what was backed up, from a file that lies elsewhere', async () => {
    await window.runCommand('Sextant: Back Up');
    await window.said(/^A backup of 2 chats/);
    const backups = path.join(editor.server.globalStorage, 'sextant.sextant', 'backups');
    const [name = ''] = (await readdir(backups)).filter((file) => file.endsWith('.gz'));
    await rename(path.join(backups, name), at(name));
    await history.row('Foghorns').hover();
    await history.button('Delete “Foghorns”').click();
    await history.row('Foghorns').waitFor({ state: 'detached' });
    await window.runCommand('Sextant: Restore a Backup');
    await pick('Choose a File…');
    await window.chooseFile(at(name));
    await confirm('Restore');
    await window.said(/is restored: 2 chats/);
    await history.row('Foghorns').waitFor();
    await window.runCommand('Sextant: Restore a Backup');
    await pick('Choose a File…');
    await window.chooseFile(at('all.json'));
    await window.said(/all\.json cannot be restored\. .* Nothing was changed\./);
  });

  it('and the audit log of what was done to them is written as CSV and as JSON', async () => {
    for (const name of ['audit.csv', 'audit.json']) {
      await window.runCommand('Sextant: Export Audit Log');
      await window.chooseFile(at(name));
      assert.match(await window.said(/of the audit log exported/), new RegExp(`^\\d+ entries .*${name}\\.$`));
    }
    const rows = JSON.parse(await readFile(at('audit.json'), 'utf8')) as { action: string; subject: string }[];
    const actions = new Set(rows.map(({ action }) => action));
    assert.deepEqual(actions, new Set(['data exported', 'backup restored', 'data imported', 'data purged']));
    assert.match(rows[0]?.subject ?? '', /audit\.csv/, 'the newest first: that it was given out');
    const [head, ...lines] = (await readFile(at('audit.csv'), 'utf8')).trimEnd().split('\r\n');
    assert.equal(head, '"time","action","subject","detail"');
    assert.equal(lines.length, rows.length - 1);
  });
});
