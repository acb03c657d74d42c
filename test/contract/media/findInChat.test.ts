import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { launchBrowser } from '../../harness/browser.ts';

const TURNS = 40;

describe('The chat view in a browser: finding and jumping in a chat', () => {
  let browser: Browser;
  let view: ChatPage;

  before(async () => {
    browser = await launchBrowser();
    view = await ChatPage.create(browser);
    const messages = Array.from({ length: TURNS }, (_, at) => [
      message({ role: 'user', content: `Question ${at + 1}?` }),
      message({
        role: 'assistant',
        content: `${at % 10 === 4 ? 'The **Foghorn** sounds.' : 'Nothing.'}\n\n`.repeat(9),
      }),
    ]).flat();
    view.host.snapshot = { ...view.host.snapshot, conversation: conversation({ messages }) };
    await view.load();
  });
  after(async () => {
    await view.close();
    await browser.close();
    assert.deepEqual(view.troubles, []);
  });

  const box = () => view.page.getByRole('textbox', { name: 'Find in this chat' });
  const status = (text: string) => view.page.locator('.find-count', { hasText: text }).waitFor();
  /** Waits until the question of this number is at the top of what is in sight. */
  const atTop = (number: number) =>
    view.until(() =>
      view.page.evaluate((wanted) => {
        interface Box {
          readonly textContent: string;
          getBoundingClientRect(): { top: number };
        }
        const { document } = globalThis as unknown as {
          document: { querySelector(s: string): Box; querySelectorAll(s: string): Iterable<Box> };
        };
        const { top } = document.querySelector('.scroller').getBoundingClientRect();
        const question = [...document.querySelectorAll('.question-text')].find((each) => each.textContent === wanted);
        const distance = question === undefined ? Infinity : question.getBoundingClientRect().top - top;
        return distance > -5 && distance < 80;
      }, `Question ${number}?`),
    );

  it('finds words whatever their case, from the newest message up, also in what is not drawn yet', async () => {
    await view.input.press('ControlOrMeta+f');
    await box().pressSequentially('foghorn');
    await status('4 of 4');
    await view.page.locator('.answer.found').waitFor();
    const marks = () =>
      view.page.evaluate(() => {
        const { CSS: css } = globalThis as unknown as { CSS: { highlights: Map<string, { size: number }> } };
        return css.highlights.get('chat-find')?.size ?? 0;
      });
    await view.until(async () => (await marks()) >= 9);
    for (const expected of ['3 of 4', '2 of 4', '1 of 4', '4 of 4']) {
      await box().press('Enter');
      await status(expected);
    }
    await box().press('Shift+Enter');
    await status('1 of 4');
    await box().fill('nowhere');
    await status('Not found');
    await box().press('Escape');
    await box().waitFor({ state: 'detached' });
    assert.equal(await marks(), 0);
    assert.equal(await view.focused(), 'Your question');
  });

  it('gives the focus back to where it was opened from', async () => {
    const list = view.page.getByRole('region', { name: 'Conversation' });
    await list.focus();
    await list.press('ControlOrMeta+f');
    await box().press('Escape');
    await box().waitFor({ state: 'detached' });
    assert.equal(await list.evaluate((node) => node.matches(':focus')), true);
    await view.input.focus();
  });

  it('hands the search over to the one that knows what words mean', async () => {
    await view.input.press('ControlOrMeta+f');
    await box().press('ControlOrMeta+f');
    await view.page.getByRole('button', { name: /^Remove the filter/ }).waitFor();
    await view.button('Close the list of chats').click();
  });

  it('jumps to the first, next, previous and last question by keys and buttons', async () => {
    const list = view.page.getByRole('region', { name: 'Conversation' });
    await list.focus();
    for (const [key, number] of [
      ['Alt+Home', 1],
      ['Alt+ArrowDown', 2],
      ['Alt+ArrowDown', 3],
      ['Alt+ArrowUp', 2],
    ] as const) {
      await list.press(key);
      await atTop(number);
    }
    await list.hover();
    await view.button('Next question (Alt+↓)').click();
    await atTop(3);
    await view.button('Previous question (Alt+↑)').click();
    await atTop(2);
  });

  it('tells a reader who has gone up that something new has come, and leaves them where they are', async () => {
    await view.button('Jump to the latest').waitFor();
    const top = () => view.page.locator('.scroller').evaluate((node) => node.scrollTop);
    const before = await top();
    view.host.change({ status: 'running', resumeCount: 1 });
    for (let piece = 0; piece < 20; piece++) view.host.stream('And more.\n\n');
    view.host.change({ status: 'complete' });
    const button = view.button('Jump to the latest: there is something new');
    await button.waitFor();
    assert.equal(await top(), before);
    await button.click();
    await button.waitFor({ state: 'detached' });
  });

  it('offers no jump to the end where all is in sight', async () => {
    view.host.show(conversation({ messages: [message({ role: 'user', content: 'A short chat with a foghorn?' })] }));
    await view.input.press('ControlOrMeta+f');
    await box().fill('foghorn');
    await status('1 of 1');
    await view.page.locator('.question.found').waitFor();
    assert.equal(await view.button('Jump to the latest').count(), 0);
  });
});
