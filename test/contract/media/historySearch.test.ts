import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Browser } from 'playwright-core';
import type { HistoryHit } from '../../../src/protocol/historyIndex.ts';
import { HistoryPage } from '../../fixtures/webviewHost/historyPage.ts';
import { chat, hit } from '../../fixtures/webviewHost/historyScenes.ts';
import { type ScriptedHost, conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { launchBrowser } from '../../harness/browser.ts';

describe('The search of the history in a browser', () => {
  let browser: Browser;
  let history: HistoryPage;

  const model = { provider: 'ollama', model: 'qwen' };
  const longChat = conversation({
    id: chat('Alpha', 0).id,
    title: 'Alpha',
    messages: Array.from({ length: 60 }, (_, at) =>
      message({ id: `message-${at}`, role: at % 2 === 0 ? 'user' : 'assistant', content: `Paragraph ${at}\n\nMore.` }),
    ),
  });
  const prepare = ({ library, stored }: ScriptedHost): void => {
    const work = library.addFolder('Work');
    library.chats = [
      chat('Alpha', 0),
      chat('Über den Café-Speicher', 30, { folderId: work, model }),
      chat('Compiler notes', 24 * 60, { workspaceUri: 'file:///w' }),
      chat('Old compiler', 24 * 600, { isArchived: true }),
    ];
    library.workspaceUri = 'file:///w';
    stored.set(longChat.id, longChat);
    const hits = Array.from({ length: 120 }, (_, at) =>
      hit('Alpha', `A lighthouse, number ${at}`, 'lighthouse', { messageId: `message-${at}`, role: 'user' }),
    );
    library.find = (query) => (query.startsWith('lighth') ? hits : []);
  };
  const callsOf: ScriptedHost['callsOf'] = (method) => history.view.host.callsOf(method);

  before(async () => {
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    history = await HistoryPage.open(browser, prepare);
    await history.row('Compiler notes').waitFor();
  });
  afterEach(async () => {
    await history.view.close();
    assert.deepEqual(history.view.troubles, []);
  });

  it('finds titles while typing, whatever their case and accents, and marks what it found', async () => {
    await history.search.fill('cafe uber');
    await history.untilRows('Titles', 'Über den Café-Speicher');
    assert.deepEqual(await history.view.page.locator('mark').allInnerTexts(), ['Über', 'Café']);
    await history.search.fill('compiler -notes');
    await history.view.page.getByText('Nothing found.').waitFor();
    await history.search.fill('"compiler notes"');
    await history.untilRows('Titles', 'Compiler notes');
    await history.search.fill('');
    await history.row('Work').waitFor();
  });

  it('says while messages are still read, looks again by itself, and tells who hears it how many were found', async () => {
    const { library } = history.view.host;
    library.searchStatus = { phase: 'building', messages: 10, missing: 1200 };
    await history.search.fill('nowhere');
    await history.view.page.getByText('Still reading 1,200 messages: more may be found in a moment.').waitFor();
    library.find = () => [hit('Alpha', 'A lighthouse nowhere', 'nowhere', { messageId: 'message-1', role: 'user' })];
    library.searchStatus = { phase: 'ready', messages: 1210, missing: 0 };
    await history.view.page.getByText('1 message found').waitFor({ state: 'attached' });
    assert.equal(await history.view.page.getByText('Still reading').count(), 0);
    library.searchStatus = { phase: 'failed', messages: 0, missing: 0, message: 'The index cannot be kept.' };
    await history.search.fill('nowhere at all');
    await history.view.page.getByText('The index cannot be kept.').waitFor();
  });

  it('finds messages with what was found marked, more of them at the end', async () => {
    await history.search.fill('lighth');
    await history.view.page.getByText('A lighthouse, number 0').waitFor();
    assert.equal(await history.view.page.locator('mark').first().innerText(), 'lighthouse');
    assert.match(await history.row('Messages').innerText(), /120/);
    await history.search.press('ArrowDown');
    await history.view.until(async () => {
      await history.press('End');
      return (await history.view.page.getByText('A lighthouse, number 119').count()) === 1;
    });
    assert.deepEqual(
      callsOf('searchHistory').map(({ offset }) => offset),
      [0, 50, 100],
    );
  });

  it('opens a hit at its message, which is in sight and marked', async () => {
    await history.search.fill('lighthouse');
    await history.view.page.getByText('A lighthouse, number 3').waitFor();
    await history.search.press('Enter');
    await history.press('ArrowDown', 'ArrowDown', 'Enter');
    await history.tree.waitFor({ state: 'detached' });
    assert.deepEqual(callsOf('openConversation'), [{ id: longChat.id, messageId: 'message-2' }]);
    const found = history.view.page.locator('.question.found');
    await found.getByText('Paragraph 2').waitFor();
    await history.view.until(() => isInSight());
    await history.view.send('And now?');
    await found.waitFor({ state: 'detached' });
  });

  const isInSight = (): Promise<boolean> =>
    history.view.page.locator('.found').evaluate((element) => {
      const { top, bottom } = (
        element as unknown as { getBoundingClientRect(): { top: number; bottom: number } }
      ).getBoundingClientRect();
      return top >= 0 && bottom <= (globalThis as unknown as { innerHeight: number }).innerHeight;
    });

  it('shows the answer to the newest question, however late older ones come, and keeps what is shown till then', async () => {
    const { library, holdRepliesTo } = history.view.host;
    let release = (): void => undefined;
    await history.search.fill('lighth');
    await history.view.page.getByText('A lighthouse, number 0').waitFor();
    library.find = (query): readonly HistoryHit[] => [hit('Alpha', `For ${query}`, 'For', { messageId: query })];
    holdRepliesTo.call(history.view.host, 'searchHistory', new Promise<void>((resolve) => (release = resolve)));
    for (const query of ['lightho', 'lighthou', 'lighthous']) {
      await history.search.fill(query);
      await history.view.until(() => callsOf('searchHistory').at(-1)?.query === query);
    }
    assert.equal(await history.view.page.getByText('A lighthouse, number 0').count(), 1, 'nothing flickers');
    release();
    await history.view.page.getByText('For lighthous', { exact: true }).waitFor();
    assert.equal(await history.view.page.locator('.hit').count(), 1);
  });

  describe('with the deep model', () => {
    const found = (...messageIds: string[]): readonly HistoryHit[] =>
      messageIds.map((messageId) => hit('Alpha', `The ${messageId} mast`, 'mast', { messageId, isRelated: true }));
    const shown = (): Promise<string[]> => history.view.page.locator('.hit-snippet').allInnerTexts();
    const untilShown = (...messageIds: string[]): Promise<void> =>
      history.view.until(async () =>
        isDeepStrictEqual(
          await shown(),
          messageIds.map((messageId) => `The ${messageId} mast`),
        ),
      );
    let release = (): void => undefined;

    beforeEach(() => {
      const { host } = history.view;
      const released = new Promise<void>((resolve) => (release = resolve));
      host.library.find = () => found('first', 'second', 'third');
      host.library.findDeeply = () => {
        host.holdRepliesTo('searchHistory', released);
        return found('third', 'first', 'second');
      };
    });

    /** Searches, and has the deep model asked, which does not answer until it is released. */
    const ask = async (query: string): Promise<void> => {
      await history.search.fill(query);
      await history.view.until(() => callsOf('searchHistory').at(-1)?.isDeep === true);
      await untilShown('first', 'second', 'third');
    };
    /** Long enough for an answer to be shown that is to be shown. */
    const rest = (): Promise<void> => history.view.page.waitForTimeout(600);

    it('shows its order once it has read the hits, and keeps to that when they are asked for again', async () => {
      await ask('what carries the sail');
      release();
      await untilShown('third', 'first', 'second');
      const asked = callsOf('searchHistory').length;
      history.changedElsewhere();
      await history.view.until(() => callsOf('searchHistory').length > asked);
      assert.equal(callsOf('searchHistory').at(-1)?.isDeep, true);
      await untilShown('third', 'first', 'second');
      await history.search.fill('what carries the sails');
      await history.view.until(() => callsOf('searchHistory').at(-1)?.query === 'what carries the sails');
      assert.equal(callsOf('searchHistory').at(-1)?.isDeep, false);
    });

    it('moves nothing for somebody who has gone into the list', async () => {
      await ask('what carries the sail');
      await history.search.press('ArrowDown');
      await history.press('ArrowDown');
      release();
      await rest();
      await untilShown('first', 'second', 'third');
      await history.press('Enter');
      await history.view.until(() => callsOf('openConversation').length === 1);
      assert.equal(callsOf('openConversation')[0]?.messageId, 'second');
    });

    it('is not asked where it is off', async () => {
      history.view.host.library.findDeeply = null;
      await history.search.fill('what carries the sail');
      await untilShown('first', 'second', 'third');
      await rest();
      assert.deepEqual(
        callsOf('searchHistory').filter(({ isDeep }) => isDeep),
        [],
      );
    });

    it('leaves what was found where it does not answer', async () => {
      const { host } = history.view;
      host.library.find = () => {
        host.failNext.set('searchHistory', 'It has gone away.');
        return found('first', 'second', 'third');
      };
      await history.search.fill('what carries the sail');
      await history.view.until(() => callsOf('searchHistory').length === 2);
      await rest();
      await untilShown('first', 'second', 'third');
      assert.equal(await history.view.page.getByText('It has gone away.').count(), 0);
    });
  });

  it('says what to try when nothing is found', async () => {
    await history.search.fill('albatross');
    await history.view.page.getByText('Nothing found.').waitFor();
    await history.view.page.getByText('"exact words"').last().waitFor();
    await history.view.button('Look in archived chats').click();
    await history.search.fill('old');
    await history.untilRows('Titles', 'Old compiler');
    assert.equal(callsOf('searchHistory').at(-1)?.filter.isArchived, true);
  });

  it('says why a search failed, and tries again', async () => {
    history.view.host.failNext.set('searchHistory', 'The search is being built.');
    await history.search.fill('lighthouse');
    const failed = history.row('The search is being built.');
    await failed.waitFor();
    await failed.click();
    await history.view.page.getByText('A lighthouse, number 0').waitFor();
  });

  const choose = async (label: string): Promise<void> => {
    await history.view.page.getByRole('button', { name: /^Filter/ }).click();
    await history.item(label).click();
  };

  it('narrows by workspace, folder, model, role and time, and shows by what', async () => {
    await choose('This workspace');
    await history.view.until(async () => !(await history.rows()).includes('Alpha'));
    await history.row('Compiler notes').waitFor();
    await choose('This workspace');
    await history.row('Alpha').waitFor();
    await choose('Folder…');
    await history.view.page.keyboard.type('work');
    await history.press('Enter');
    await history.untilRows('Titles', 'Über den Café-Speicher');
    await choose('By you');
    await choose('Last 7 days');
    await history.search.fill('lighthouse');
    await history.view.until(() => callsOf('searchHistory').length > 0);
    const filter = callsOf('searchHistory').at(-1)?.filter;
    assert.deepEqual([filter?.role, filter?.folderId], ['user', history.library.folder('Work').id]);
    assert.ok((filter?.from ?? 0) > Date.now() - 8 * 24 * 3_600_000);
    for (const label of ['Work', 'By you', 'Last 7 days']) {
      await history.view.button(`Remove the filter “${label}”`).click();
    }
    await history.view.until(() => callsOf('searchHistory').at(-1)?.filter.role === undefined);
    assert.equal(await history.view.page.locator('.chip').count(), 0);
  });

  it('narrows to what was written between two days, or before or after one', async () => {
    const page = history.view.page;
    const dialog = page.getByRole('dialog', { name: 'Written between which days?' });
    const between = async (from: string, to: string): Promise<void> => {
      await choose('Between Days…');
      await dialog.getByLabel('From').fill(from);
      await dialog.getByLabel('To').fill(to);
      await history.press('Enter');
    };
    await history.search.fill('lighthouse');
    await between('2024-02-28', '2024-02-29');
    await history.view.until(() => callsOf('searchHistory').at(-1)?.filter.to !== undefined);
    const { from, to } = callsOf('searchHistory').at(-1)?.filter ?? {};
    assert.deepEqual([from, to], [new Date(2024, 1, 28).getTime(), new Date(2024, 2, 1).getTime()]);
    await page.getByRole('button', { name: 'Remove the filter “Feb 28 – 29, 2024”' }).waitFor();
    assert.deepEqual(
      await history.rows(),
      ['Messages', ...(await history.rows()).slice(1)],
      'no title is of these days',
    );

    await between('2024-03-01', '2024-02-29');
    await dialog.getByText('The last day is before the first one.').waitFor();
    await dialog.getByLabel('From').fill('');
    await history.press('Enter');
    await page.getByRole('button', { name: 'Remove the filter “Until Feb 29, 2024”' }).waitFor();
    await choose('Between Days…');
    assert.equal(await dialog.getByLabel('To').inputValue(), '2024-02-29');
    await dialog.getByLabel('To').fill('');
    await history.press('Enter');
    await page.locator('.chip').waitFor({ state: 'detached' });
  });

  it('tells how to search when the box is empty, and clears with Escape before it closes', async () => {
    await history.search.click();
    await history.view.page.getByText('Titles and all messages.').waitFor();
    await history.search.fill('comp');
    await history.press('Escape');
    assert.equal(await history.search.inputValue(), '');
    assert.equal(await history.tree.count(), 1);
    await history.press('Escape');
    await history.tree.waitFor({ state: 'detached' });
  });
});
