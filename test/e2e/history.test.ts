import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import type { Workbench } from '../harness/workbench.ts';

describe('The history, in two windows', () => {
  const editor = useEditor({ name: 'history' });
  let first: { window: Workbench; chat: ChatView };
  let second: { window: Workbench; chat: ChatView };

  before(async function () {
    this.timeout(120_000);
    first = await openChat();
    second = await openChat();
  });

  /** A window of the sample project with Sextant from this checkout, its chat open. */
  async function openChat(): Promise<{ window: Workbench; chat: ChatView }> {
    const window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Open Chat');
    const chat = new ChatView(window.chat);
    await chat.input.waitFor();
    return { window, chat };
  }

  const row = ({ chat }: { chat: ChatView }, name: string): Locator =>
    chat.frame.getByRole('tree', { name: 'Chats' }).getByRole('treeitem', { name: new RegExp(`^${name}`, 'u') });

  it('shows in one window what is asked in the other', async () => {
    await second.window.page.bringToFront();
    await second.chat.frame.getByRole('button', { name: 'Past chats' }).click();
    await second.chat.frame.getByText('No chats yet.').waitFor();
    await first.window.page.bringToFront();
    await first.chat.ask('Which lighthouse is painted in stripes?');
    await first.chat.startNewChat();
    await first.chat.ask('How is a checksum computed?');
    await second.window.page.bringToFront();
    await row(second, 'Which lighthouse').waitFor();
    await row(second, 'How is a checksum').waitFor();
  });

  it('drags a chat into a folder, which the other window shows', async () => {
    const { chat, window } = second;
    await chat.frame.getByRole('button', { name: 'New folder' }).click();
    await window.page.keyboard.type('Sea marks');
    await window.page.keyboard.press('Enter');
    await row(second, 'Sea marks').waitFor();
    const [from, to] = [await row(second, 'Which').boundingBox(), await row(second, 'Sea marks').boundingBox()];
    assert.ok(from !== null && to !== null);
    const { mouse } = window.page;
    await mouse.move(from.x + 60, from.y + from.height / 2);
    await mouse.down();
    await mouse.move(from.x + 70, from.y + from.height / 2 - 8, { steps: 4 });
    await mouse.move(to.x + 80, to.y + to.height / 2, { steps: 6 });
    await chat.frame.locator('.row.target').waitFor();
    await window.screenshot('history-drag');
    await mouse.up();
    await row(second, 'Sea marks folder 1 chat').waitFor();
    await row(second, 'Which').waitFor({ state: 'detached' });
    await row(second, 'Sea marks').click();
    await row(second, 'Which').waitFor();

    await first.window.page.bringToFront();
    await first.chat.frame.getByRole('button', { name: 'Past chats' }).click();
    await row(first, 'Sea marks folder 1 chat').waitFor();
  });

  it('deletes in one window, takes it back, and the other follows both times', async () => {
    const { chat, window } = first;
    await row(first, 'How is a checksum').hover();
    await chat.frame.getByRole('button', { name: 'Delete “How is a checksum computed?”' }).click();
    await row(first, 'How is a checksum').waitFor({ state: 'detached' });
    await second.window.page.bringToFront();
    await row(second, 'How is a checksum').waitFor({ state: 'detached' });
    await window.page.bringToFront();
    await chat.frame.getByRole('button', { name: 'Undo' }).click();
    await row(first, 'How is a checksum').waitFor();
    await second.window.page.bringToFront();
    await row(second, 'How is a checksum').waitFor();
  });

  it('finds a word of an old chat and opens it at the message', async () => {
    const { chat, window } = second;
    const search = chat.frame.getByRole('searchbox', { name: 'Search chats' });
    const hit = chat.frame
      .locator('.row-hit')
      .filter({ hasText: /stripes/u })
      .first();
    // What has just been written is found a moment later.
    for (let attempt = 0; attempt < 40 && (await hit.count()) === 0; attempt++) {
      await search.fill('');
      await search.fill('stripes');
      await hit.waitFor({ timeout: 1000 }).catch(() => undefined);
    }
    await window.screenshot('history-search');
    await hit.click();
    await chat.frame
      .locator('.found')
      .filter({ hasText: /stripes/u })
      .waitFor();
    assert.equal(await chat.frame.getByRole('tree').count(), 0);
    await window.screenshot('history-found');
  });
});
