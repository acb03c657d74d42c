import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { ChatView } from '../harness/chatView.ts';
import { refusesDialogs, useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { skipBecause } from '../harness/skip.ts';
import type { Workbench } from '../harness/workbench.ts';

describe('Chats that are backed up, restored, exported and deleted', () => {
  before(function () {
    if (refusesDialogs()) skipBecause(this, 'this VS Code shows a test no dialog');
  });
  const editor = useEditor({ name: 'library' });
  let window: Workbench;
  let chat: ChatView;

  const said = async (text: RegExp): Promise<string> => {
    for (let attempt = 0; attempt < 120; attempt++) {
      const found = (await window.notifications()).find((message) => text.test(message));
      if (found !== undefined) return found;
      await window.page.waitForTimeout(500);
    }
    throw new Error(`VS Code never said ${String(text)}.`);
  };
  const confirm = async (button: string): Promise<string> => {
    const dialog = window.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    const text = await dialog.innerText();
    await dialog.getByRole('button', { name: button }).click();
    return text;
  };
  const pick = async (text: string): Promise<void> => {
    await window.quickPicks.filter({ hasText: text }).first().click();
  };
  it('are saved by a command, which says what was saved', async () => {
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
    await chat.input.waitFor();
    await chat.ask('What is a lighthouse?');
    await window.runCommand('Sextant: Back Up');
    assert.match(await said(/^A backup of/), /1 chat with 2 messages was written and verified/);
  });

  it('come back from the list of backups, after a question that counts', async () => {
    await chat.startNewChat();
    await chat.ask('What is a foghorn?');
    await window.runCommand('Sextant: Restore a Backup');
    await pick('made by hand');
    const question = await confirm('Restore');
    assert.match(question, /It holds 1 chat with 2 messages\. It takes the place of .*2 chats with 4 messages/);
    await said(/is restored/);
    await chat.frame.getByRole('button', { name: 'Past chats' }).click();
    const rows = chat.frame.getByRole('tree', { name: 'Chats' }).locator('.row-chat');
    await rows.filter({ hasText: 'foghorn' }).waitFor({ state: 'detached' });
    await rows.filter({ hasText: 'lighthouse' }).waitFor();
    assert.equal(await rows.count(), 1);
    await window.page.keyboard.press('Escape');
    await window.runCommand('Sextant: Restore a Backup');
    await window.quickPicks.filter({ hasText: 'from before a restore' }).first().waitFor();
    await window.screenshot('restore-list');
    await window.page.keyboard.press('Escape');
  });

  it('are written down in the audit log, with the restore', async () => {
    await window.runCommand('Sextant: Show Audit Log');
    await window.quickPicks.filter({ hasText: 'backup restored' }).waitFor();
    await window.screenshot('audit-log');
    await window.page.keyboard.press('Escape');
  });

  it('are deleted for good only after it was said how much that is', async () => {
    await window.runCommand('Sextant: Clear…');
    await pick('History');
    await window.quickPicks.filter({ hasText: 'Keep pinned chats' }).waitFor();
    await window.page.keyboard.press('Enter');
    const question = await confirm('Delete for Good');
    assert.match(
      question,
      /It will be deleted: 1 chat with 2 messages\. This cannot be undone\. Backups are not touched/,
    );
    await said(/^Deleted: 1 chat with 2 messages/);
    const storage = path.join(editor.directory, 'server', 'data', 'User', 'globalStorage', 'sextant.sextant', 'store');
    for (const name of await readdir(storage)) {
      if (!/^(snapshot|log)-/.test(name)) continue;
      assert.ok(!(await readFile(path.join(storage, name))).includes('lighthouse'), name);
    }
  });

  it('are in order after maintenance', async () => {
    await window.runCommand('Sextant: Maintain the Store');
    assert.match(await said(/^The store is in order/), /The newest of \d backups/);
  });
});
