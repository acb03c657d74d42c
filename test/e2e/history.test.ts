import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from 'mocha';
import { exported } from '../fixtures/exportedChats.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { refusesDialogs, useEditor } from '../harness/editorFixture.ts';
import { HistoryView } from '../harness/historyView.ts';
import { projectRoot } from '../harness/project.ts';
import { skipBecause } from '../harness/skip.ts';
import { textWhen } from '../harness/textWhen.ts';

const COUNT = 10_000;

describe('The past chats, in two windows', () => {
  const editor = useEditor({ name: 'history' });
  let server: ModelServer;
  let first: HistoryView;
  let second: HistoryView;

  before(async function () {
    this.timeout(120_000);
    server = await startModelServer();
    // A window of the sample project with Sextant from this checkout, its history open.
    const open = async (): Promise<HistoryView> =>
      HistoryView.open(await editor.open({ folder: editor.project, extension: projectRoot }));
    first = await open();
    second = await open();
  });
  after(() => server.close());

  /** Comes to a window and its history. */
  async function come(history: HistoryView): Promise<HistoryView> {
    await history.window.page.bringToFront();
    await history.show();
    return history;
  }

  async function ask(question: string): Promise<void> {
    const { window, chat } = first;
    await window.page.bringToFront();
    await first.hide();
    await chat.startNewChat();
    await chat.ask(question);
  }

  async function pick(text: string): Promise<void> {
    await first.window.quickPicks.filter({ hasText: text }).first().click();
  }

  /** Answers VS Code's own question, and gives what it said. */
  async function confirm(button: string): Promise<string> {
    const dialog = first.window.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    const text = await dialog.innerText();
    await dialog.getByRole('button', { name: button }).click();
    return text;
  }

  function needsDialogs(test: Context): void {
    if (refusesDialogs()) skipBecause(test, 'this VS Code shows a test no dialog');
  }

  const gone = (history: HistoryView, name: string): Promise<void> =>
    history.row(name).first().waitFor({ state: 'detached' });

  it('show in one window what is asked in the other', async () => {
    await second.chat.frame.getByText('No chats yet.').waitFor();
    await ask('Which lighthouse is painted in stripes?');
    await ask('How is a checksum computed?');
    await come(second);
    await second.row('Which lighthouse').waitFor();
    await second.row('How is a checksum').waitFor();
  });

  it('are dragged into a folder, which the other window shows', async () => {
    await second.button('New folder').click();
    await second.window.page.keyboard.type('Sea marks');
    await second.window.page.keyboard.press('Enter');
    await second.row('Sea marks').waitFor();
    await second.dragOver('Which', 'Sea marks');
    await second.window.screenshot('history-drag');
    await second.drop();
    await second.row('Sea marks folder 1 chat').waitFor();
    await gone(second, 'Which');
    await second.row('Sea marks').click();
    await second.row('Which').waitFor();
    await come(first);
    await first.row('Sea marks folder 1 chat').waitFor();
  });

  it('are deleted one after the other and taken back by keyboard, which the other window follows', async () => {
    await first.row('How is a checksum').hover();
    await first.button('Delete “How is a checksum computed?”').click();
    await gone(first, 'How is a checksum');
    await first.row('Sea marks').click();
    await first.row('Which').hover();
    await first.button('Delete “Which lighthouse is painted in stripes?”').click();
    await gone(first, 'Which');
    await first.window.screenshot('history-undo');
    await come(second);
    await gone(second, 'How is a checksum');
    await gone(second, 'Which');
    await come(first);
    await first.window.page.keyboard.press('Control+z');
    await first.row('Which').waitFor();
    await first.window.page.keyboard.press('Control+z');
    await first.row('How is a checksum').waitFor();
    await come(second);
    await second.row('How is a checksum').waitFor();
    await second.row('Which').waitFor();
  });

  it('stop being answered when the other window deletes them, and come back with what was there', async () => {
    const { window, chat } = first;
    await window.page.bringToFront();
    await first.hide();
    await chat.startNewChat();
    await chat.useServer(window, server.address);
    server.enqueue({ type: 'stall', text: 'A buoy is a float that' });
    const answer = await chat.begin('Tell me of the buoys, and do not stop.');
    await textWhen(answer, (text) => text.includes('is a float that'));
    await come(second);
    await second.row('Tell me of the buoys.*answering').waitFor();
    await second.row('Tell me of the buoys').hover();
    await second.button('Delete “Tell me of the buoys, and do not stop.”').click();
    await gone(second, 'Tell me');
    await window.page.bringToFront();
    await chat.frame.getByText('no longer stored').waitFor();
    await window.screenshot('history-deleted-elsewhere');
    while (server.generations.at(-1)?.clientGone !== true) await window.page.waitForTimeout(50);
    await come(second);
    await second.window.page.keyboard.press('Control+z');
    await second.row('Tell me of the buoys').click();
    await textWhen(second.chat.answers.last(), (text) => text.includes('is a float that'));
    await second.chat.frame.getByRole('button', { name: 'Continue', exact: true }).waitFor();
  });

  it('are found by a word, which opens them at the message', async () => {
    await come(second);
    const hit = await second.find('stripes', /stripes/u);
    await second.window.screenshot('history-search');
    await hit.click();
    await second.chat.frame
      .locator('.found')
      .filter({ hasText: /stripes/u })
      .waitFor();
    await second.tree.waitFor({ state: 'detached' });
    await second.window.screenshot('history-found');
    await second.show();
    await second.search.fill('');
  });

  it('come back from a backup, after a question that counts, in both windows', async function () {
    needsDialogs(this);
    const { window } = first;
    await window.page.bringToFront();
    await window.runCommand('Sextant: Back Up');
    assert.match(await window.said(/^A backup of/), /3 chats with 6 messages, 1 folder was written and verified/);
    await come(second);
    await second.row('Sea marks').click();
    await second.row('How is a checksum').hover();
    await second.button('Delete “How is a checksum computed?”').click();
    await gone(second, 'How is a checksum');
    await come(first);
    await gone(first, 'How is a checksum');
    await window.runCommand('Sextant: Restore a Backup');
    await pick('made by hand');
    const question = await confirm('Restore');
    assert.match(question, /It holds 3 chats with 6 messages, 1 folder\. It takes the place of all that is there now/);
    await window.said(/is restored/);
    await first.row('How is a checksum').waitFor();
    await come(second);
    await second.row('How is a checksum').waitFor();
    await come(first);
    await window.runCommand('Sextant: Restore a Backup');
    await window.quickPicks.filter({ hasText: 'from before a restore' }).first().waitFor();
    await window.screenshot('restore-list');
    await window.page.keyboard.press('Escape');
  });

  describe('when there are ten thousand', function () {
    this.timeout(240_000);

    it('come in by an import, which the other window shows', async () => {
      const { window } = await come(first);
      const chats = Array.from({ length: COUNT }, (_, at) => ({
        title: `Chat number ${at} about buoys`,
        hoursAgo: 1 + at / 4,
        ...(at % 100 === 50 ? { folder: 'Every hundredth' } : {}),
      }));
      const file = path.join(editor.directory, 'many.json');
      await writeFile(file, JSON.stringify(exported(chats)));
      await window.runCommand('Sextant: Import Chats');
      await window.chooseFile(file);
      assert.match(await window.said(/^Import:/), /10,000 chats added/);
      for (const history of [first, second]) {
        await come(history);
        await history.row('Chat number 0 ').waitFor();
        const drawn = await history.tree.getByRole('treeitem').count();
        assert.ok(drawn < 100, `${drawn} rows are drawn`);
      }
    });

    it('scroll to the very last one by a key, and back by the wheel', async () => {
      const { page } = second.window;
      await second.tree.focus();
      await page.keyboard.press('End');
      await second.row(`Chat number ${COUNT - 1} `).waitFor();
      await second.window.screenshot('history-ten-thousand');
      assert.ok((await second.tree.getByRole('treeitem').count()) < 100);
      await second.tree.hover();
      const top = second.row('Sea marks');
      for (let turn = 0; turn < 60 && !(await top.isVisible()); turn++) await page.mouse.wheel(0, -200_000);
      await top.waitFor();
    });

    it('are found by a title that is far down, while the search types on', async () => {
      await second.search.fill('number 8765');
      await second.row('.*Chat number 8765').first().waitFor();
      await second.search.fill('');
    });

    it('show in one window what the other does', async () => {
      await come(first);
      await first.choose('Chat number 0 ', 'Pin');
      await first.row('Chat number 0 .*pinned').waitFor();
      await come(second);
      await second.row('Chat number 0 .*pinned').waitFor();
      // The list stays where it is while the pointer is over it; near its edge a drag would make it scroll.
      await second.tree.focus();
      await second.window.page.keyboard.press('Home');
      await second.dragOver('Chat number 1 ', 'Every hundredth');
      await second.drop();
      await second.row('Every hundredth folder 101 chats').waitFor();
      await come(first);
      await first.row('Every hundredth folder 101 chats').waitFor();
      await gone(first, 'Chat number 1 ');
    });

    it('are not deleted for their age before it was said how many, and somebody agreed', async () => {
      const machine = path.join(editor.server.directory, 'data', 'Machine');
      await mkdir(machine, { recursive: true });
      await writeFile(path.join(machine, 'settings.json'), '{ "sextant.history.retentionDays": 100 }');
      const { window } = await come(first);
      const asked = await window.answer(/^Chats without a message for 100 days/, 'Delete Them');
      assert.match(asked, /40\d chats with 8\d\d messages now/);
      assert.match(await window.said(/^Deleted:/), /40\d chats/);
      await first.tree.focus();
      await window.page.keyboard.press('End');
      await first.row('Chat number 959\\d ').first().waitFor();
    });

    it('are deleted for good, which the other window shows, only after it was said how many', async function () {
      needsDialogs(this);
      const { window } = await come(first);
      await window.runCommand('Sextant: Clear…');
      await pick('History');
      await window.quickPicks.filter({ hasText: 'Keep pinned chats' }).waitFor();
      await window.page.keyboard.press('Enter');
      const question = await confirm('Delete for Good');
      assert.match(
        question,
        /It will be deleted: 9,\d+ chats with .* This cannot be undone\. Backups are not touched/s,
      );
      await window.said(/^Deleted: 9,\d+ chats/);
      await first.row('Chat number 0 .*pinned').waitFor();
      await come(second);
      await second.row('Chat number 0 .*pinned').waitFor();
      await gone(second, 'Chat number 2 ');
      assert.equal(await second.chats.count(), 1);
      const store = path.join(editor.server.globalStorage, 'sextant.sextant', 'store');
      for (const name of await readdir(store)) {
        if (!/^(snapshot|log)-/.test(name)) continue;
        assert.ok(!(await readFile(path.join(store, name))).includes('lighthouse'), name);
      }
    });

    it('leave what was done to them in the audit log, and the store in order', async () => {
      const { window } = await come(first);
      await window.runCommand('Sextant: Show Audit Log');
      await window.quickPicks.filter({ hasText: 'data imported' }).waitFor();
      await window.quickPicks.filter({ hasText: 'chats older than 100 days' }).waitFor();
      await window.screenshot('audit-log');
      await window.page.keyboard.press('Escape');
      await window.runCommand('Sextant: Maintain the Store');
      assert.match(await window.said(/^The store is in order/), /backup/);
    });
  });
});
