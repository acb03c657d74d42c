import assert from 'node:assert/strict';
import { useEditor } from '../harness/editorFixture.ts';
import { HistoryView } from '../harness/historyView.ts';
import { projectRoot } from '../harness/project.ts';
import { storeChats } from '../harness/storedChats.ts';

const COUNT = 10_000;

describe('Ten thousand past chats in two windows of VS Code', () => {
  const editor = useEditor({ name: 'history-many' });
  let first: HistoryView;
  let second: HistoryView;

  before(async function () {
    this.timeout(240_000);
    const chats = Array.from({ length: COUNT }, (_, at) => ({
      title: `Chat number ${at} about buoys`,
      hoursAgo: 1 + at / 4,
      ...(at % 100 === 50 ? { folder: 'Every hundredth' } : {}),
    }));
    await storeChats(editor.server.globalStorage, chats);
    const open = async (): Promise<HistoryView> =>
      HistoryView.open(await editor.open({ folder: editor.project, extension: projectRoot }));
    first = await open();
    second = await open();
  });

  it('are drawn a screen at a time', async () => {
    await second.row('Chat number 0 ').waitFor();
    const drawn = await second.tree.getByRole('treeitem').count();
    assert.ok(drawn < 100, `${drawn} rows are drawn`);
  });

  it('scroll to the very last one by a key, and back by the wheel', async () => {
    const { page } = second.window;
    await second.tree.focus();
    await page.keyboard.press('End');
    await second.row(`Chat number ${COUNT - 1} `).waitFor();
    await second.window.screenshot('history-ten-thousand');
    assert.ok((await second.tree.getByRole('treeitem').count()) < 100);
    await second.tree.hover();
    for (let turn = 0; turn < 60 && !(await second.row('Chat number 0 ').isVisible()); turn++) {
      await page.mouse.wheel(0, -20_000);
    }
    await second.row('Chat number 0 ').waitFor();
  });

  it('are found by a title that is far down, while the search types on', async () => {
    await second.search.fill('number 8765');
    await second.row('.*Chat number 8765').first().waitFor();
    await second.search.fill('');
  });

  it('show in one window what the other does', async () => {
    await first.window.page.bringToFront();
    await first.choose('Chat number 0 ', 'Pin');
    await first.row('Chat number 0 .*pinned').waitFor();
    await second.window.page.bringToFront();
    await second.row('Chat number 0 .*pinned').waitFor();
    // The list stays where it is while the pointer is over it; near its edge a drag would make it scroll.
    await second.tree.focus();
    await second.window.page.keyboard.press('Home');
    await second.dragOver('Chat number 1 ', 'Every hundredth');
    await second.drop();
    await second.row('Every hundredth folder 101 chats').waitFor();
    await first.window.page.bringToFront();
    await first.row('Every hundredth folder 101 chats').waitFor();
    await first.row('Chat number 1 ').waitFor({ state: 'detached' });
  });
});
