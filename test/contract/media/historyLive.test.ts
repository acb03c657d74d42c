import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { HistoryPage } from '../../fixtures/webviewHost/historyPage.ts';
import { chat } from '../../fixtures/webviewHost/historyScenes.ts';
import type { ScriptedHost } from '../../fixtures/webviewHost/scriptedHost.ts';
import { launchBrowser } from '../../harness/browser.ts';

describe('The history in a browser, live and long', () => {
  let browser: Browser;
  let history: HistoryPage;

  const prepare = ({ library }: ScriptedHost): void => {
    library.addFolder('Work');
    library.chats = [chat('Alpha', 0.1), chat('Beta', 0.2), chat('Gamma', 0.3)];
  };

  before(async () => {
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
  });
  afterEach(async () => {
    await history.view.close();
    assert.deepEqual(history.view.troubles, []);
  });

  const add = (...titles: string[]): void => {
    const { library } = history;
    library.chats = [...titles.map((title, at) => chat(title, at * 0.001)), ...library.chats];
    history.changedElsewhere();
  };
  const top = async (name: string): Promise<number> => (await history.row(name).boundingBox())?.y ?? Number.NaN;

  describe('what other windows do', () => {
    beforeEach(async () => {
      history = await HistoryPage.open(browser, prepare);
      await history.row('Gamma').waitFor();
    });

    it('shows by itself: new chats, names, folders, answers, and what is gone', async () => {
      add('Delta');
      await history.row('Delta').waitFor();
      const { library } = history;
      library.change([library.chat('Alpha').id], { title: 'Omega', isRunning: true });
      library.addFolder('Reading');
      library.chats = library.chats.filter(({ title }) => title !== 'Beta');
      history.changedElsewhere();
      await history.row('Reading').waitFor();
      await history.row('Beta').waitFor({ state: 'detached' });
      await history.row('Omega').getByText('answering').waitFor({ state: 'attached' });
    });

    it('shows in a folder that stands open and empty what comes into it', async () => {
      await history.row('Work').click();
      await history.view.page.getByText('No chats in this folder').waitFor();
      const { library } = history;
      library.change([library.chat('Beta').id], { folderId: library.folder('Work').id });
      history.changedElsewhere();
      await history.row('Work folder 1 chat').waitFor();
      await history.untilRows('Work', 'Beta', 'Today', 'Alpha', 'Gamma');
    });

    it('shows when the history is opened again what has changed meanwhile', async () => {
      await history.press('Escape');
      await history.tree.waitFor({ state: 'detached' });
      add('Delta');
      await history.view.button('Past chats').click();
      await history.row('Delta').waitFor();
    });

    it('leaves the row under the pointer where it is', async () => {
      await history.row('Beta').hover();
      const before = await top('Beta');
      add('Delta', 'Epsilon');
      await history.row('Delta').waitFor({ state: 'attached' });
      assert.equal(await top('Beta'), before);
      await history.view.page.mouse.down();
      await history.view.page.mouse.up();
      await history.view.until(() => history.view.host.callsOf('openConversation').length === 1);
      assert.equal(history.view.host.callsOf('openConversation')[0]?.id, history.library.chat('Beta').id);
      history.view.host.stored.clear();
    });

    it('leaves the row that the keys are at where it is, with the focus', async () => {
      add(...Array.from({ length: 60 }, (_, at) => `More ${at}`));
      await history.row('More 0').waitFor();
      await history.goTo('More 50');
      const before = await top('More 50');
      const { library } = history;
      library.change([library.chat('More 3').id, library.chat('More 5').id], { isPinned: true });
      history.changedElsewhere();
      await history.view.until(() => history.view.host.callsOf('listFolders').length > 2);
      await history.view.until(async () => (await history.rows()).includes('More 50'));
      assert.equal(await top('More 50'), before);
      assert.equal(await history.active(), 'More 50');
      assert.equal(await history.view.focused(), 'Chats');
    });

    it('disturbs no name that is being typed', async () => {
      await history.goTo('Beta');
      await history.press('F2');
      await history.view.page.keyboard.type('Bet');
      add('Delta');
      history.library.chats = history.library.chats.filter(({ title }) => title !== 'Alpha');
      history.changedElsewhere();
      await history.view.page.keyboard.type('ter');
      assert.equal(await history.view.page.locator('.name-editor input').inputValue(), 'Better');
      await history.press('Enter');
      await history.row('Better').waitFor();
      await history.row('Delta').waitFor();
      await history.row('Alpha').waitFor({ state: 'detached' });
    });

    it('tells that a chat is gone when it is opened after all', async () => {
      await history.row('Beta').click();
      await history.view.page.getByRole('alert').getByText('This chat is no longer there.').waitFor();
      assert.equal(await history.tree.count(), 1);
      await history.view.button('Dismiss').click();
    });

    it('says why a list could not be read, and tries again', async () => {
      history.view.host.failNext.set('listConversations', 'The store is being repaired.');
      await history.row('Work').click();
      await history.row('The store is being repaired.').click();
      await history.view.page.getByText('No chats in this folder').waitFor();
    });
  });

  describe('of 10,000 chats', () => {
    const COUNT = 10_000;

    beforeEach(async function () {
      this.timeout(60_000);
      history = await HistoryPage.open(browser, ({ library }) => {
        const folder = library.addFolder('Big folder');
        library.chats = Array.from({ length: COUNT }, (_, at) =>
          chat(`Chat number ${at}`, at + 0.1, { id: `chat-${at}`, folderId: at % 4 === 3 ? folder : null }),
        );
      });
      await history.row('Chat number 0 ').waitFor();
    });

    const drawn = (): Promise<number> => history.view.page.locator('.history-rows > .row').count();

    it('draws what is in sight and asks for more as it comes into sight', async () => {
      assert.ok((await drawn()) < 80, 'few rows are drawn');
      const pages = (): number => history.view.host.callsOf('listConversations').length;
      assert.ok(pages() < 5, 'few pages are asked for');
      await history.tree.focus();
      const before = pages();
      await history.view.until(async () => {
        await history.press('PageDown');
        return pages() > before + 2;
      });
      await history.press('End');
      await history.row('Chat number 9998 ').waitFor();
      assert.ok((await drawn()) < 80);
      await history.press('Home');
      await history.row('Chat number 0 ').waitFor();
    });

    it('reads a big folder by pages too, and counts it', async () => {
      const folder = history.row('Big folder folder 2,500 chats');
      await folder.click();
      await history.row('Chat number 3 ').waitFor();
      const ofFolder = history.view.host
        .callsOf('listConversations')
        .filter(({ filter }) => typeof filter.folderId === 'string');
      assert.equal(ofFolder.length, 1);
    });

    it('finds a title among all of them, and selects and deletes them all', async function () {
      this.timeout(60_000);
      await history.search.fill('number 9876');
      await history.untilRows('Titles', 'Chat number 9876');
      await history.search.fill('');
      await history.tree.focus();
      await history.press('Control+a');
      await history.view.page.getByText('7,500 selected').waitFor();
      await history.press('Delete');
      await history.view.page.getByText('Deleted 7,500 chats.').waitFor();
      await history.untilRows('Big folder');
      await history.press('Control+z');
      await history.row('Chat number 0 ').waitFor();
    });

    it('are no longer found by a title that another window has deleted or changed', async () => {
      await history.search.fill('number 987');
      const found = (): Promise<string[]> => history.rows();
      await history.view.until(async () => (await found()).includes('Chat number 9876'));
      const { library } = history;
      library.chats = library.chats.filter(({ id }) => id !== 'chat-9876');
      library.change(['chat-9877'], { title: 'Quite another thing' });
      history.changedElsewhere();
      await history.view.until(async () => !(await found()).some((title) => /987[67]$/u.test(title)));
      assert.ok((await found()).includes('Chat number 9875'));
    });

    it('are gone as soon as another window has deleted nearly all, wherever this one stands', async () => {
      await history.tree.focus();
      await history.press('End');
      await history.row('Chat number 9998 ').waitFor();
      const pages = (): number => history.view.host.callsOf('listConversations').length;
      const before = pages();
      history.library.chats = history.library.chats.slice(0, 1);
      history.changedElsewhere();
      await history.untilRows('Big folder', 'Today', 'Chat number 0');
      assert.ok(pages() - before < 25, `${pages() - before} pages were asked for`);
    });

    it('scrolls (the times are printed)', async function () {
      this.timeout(60_000);
      await history.tree.focus();
      await history.press('Control+a');
      await history.view.page.getByText('7,500 selected').waitFor();
      await history.press('Escape');
      const facts = await history.tree.evaluate(scrollThrough, 120);
      console.log(`      120 steps through 7,500 rows: median frame ${facts.median} ms, longest ${facts.longest} ms`);
      await history.search.fill('9876');
      await history.view.until(async () => (await history.rows()).includes('Chat number 9876'));
      const from = performance.now();
      await history.search.fill('98765');
      await history.view.page.getByText('Nothing found.').waitFor();
      console.log(`      a keystroke in the search, through the browser: ${Math.round(performance.now() - from)} ms`);
    });
  });
});

/** Runs in the page: scrolls from top to end in steps, one a frame. Milliseconds. */
async function scrollThrough(tree: unknown, steps: number): Promise<{ median: number; longest: number }> {
  const scroller = tree as { scrollTop: number; scrollHeight: number };
  const { requestAnimationFrame } = globalThis as unknown as { requestAnimationFrame(then: () => void): void };
  const times: number[] = [];
  for (let step = 1; step <= steps; step += 1) {
    const from = performance.now();
    scroller.scrollTop = (scroller.scrollHeight * step) / steps;
    await new Promise<void>((resolve) => {
      requestAnimationFrame(resolve);
    });
    times.push(performance.now() - from);
  }
  times.sort((one, other) => one - other);
  const round = (time: number | undefined): number => Math.round((time ?? 0) * 10) / 10;
  return { median: round(times[Math.floor(steps / 2)]), longest: round(times.at(-1)) };
}
