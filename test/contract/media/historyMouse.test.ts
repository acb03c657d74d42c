import assert from 'node:assert/strict';
import type { Browser, Locator } from 'playwright-core';
import { HistoryPage } from '../../fixtures/webviewHost/historyPage.ts';
import { chat } from '../../fixtures/webviewHost/historyScenes.ts';
import type { ScriptedHost } from '../../fixtures/webviewHost/scriptedHost.ts';
import { launchBrowser } from '../../harness/browser.ts';

describe('The history in a browser, by mouse', () => {
  let browser: Browser;
  let history: HistoryPage;

  const prepare = ({ library }: ScriptedHost): void => {
    const work = library.addFolder('Work');
    library.addFolder('Reading');
    library.addFolder('Zoo');
    library.chats = [
      chat('Pinned one', 300, { isPinned: true }),
      chat('Filed one', 2, { folderId: work }),
      chat('Alpha', 0),
      chat('Beta', 0.1),
      chat('Gamma', 0.2),
    ];
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
    await history.row('Gamma').waitFor();
  });
  afterEach(async () => {
    await history.view.close();
    assert.deepEqual(history.view.troubles, []);
  });

  /** Drags a row to a part of another one: 0 is its upper edge, 1 its lower. */
  const dragOver = async (from: Locator, to: Locator, part = 0.5): Promise<void> => {
    const { mouse } = history.view.page;
    const [start, end] = [await from.boundingBox(), await to.boundingBox()];
    assert.ok(start !== null && end !== null);
    await mouse.move(start.x + 60, start.y + start.height / 2);
    await mouse.down();
    await mouse.move(start.x + 70, start.y + start.height / 2 + 8, { steps: 3 });
    await mouse.move(end.x + 80, end.y + end.height * part, { steps: 5 });
  };
  const drop = (): Promise<void> => history.view.page.mouse.up();
  const targets = (): Promise<string[]> => history.view.page.locator('.row.target .row-title').allInnerTexts();

  it('drags a chat into a folder, which shows that it would go there', async () => {
    await dragOver(history.row('Alpha'), history.row('Reading'));
    assert.deepEqual(await targets(), ['Reading']);
    assert.equal(await history.view.page.locator('.drag-label').innerText(), 'Alpha');
    await drop();
    await history.row('Alpha').waitFor({ state: 'detached' });
    assert.deepEqual(callsOf('updateConversations'), [
      { ids: [history.library.chat('Alpha').id], changes: { folderId: history.library.folder('Reading').id } },
    ]);
    assert.deepEqual(callsOf('openConversation'), [], 'the end of a drag is no click');
    await history.view.button('Undo').click();
    await history.row('Alpha').waitFor();
  });

  it('drags a chat out of its folder, and onto the pins', async () => {
    await history.row('Work').click();
    await dragOver(history.row('Filed one'), history.row('Beta'));
    await drop();
    await history.view.until(() => callsOf('updateConversations').length === 1);
    await dragOver(history.row('Beta'), history.row('Pinned one'));
    await drop();
    await history.view.until(() => callsOf('updateConversations').length === 2);
    assert.deepEqual(
      callsOf('updateConversations').map(({ changes }) => changes),
      [{ folderId: null }, { isPinned: true }],
    );
    await history.view.until(async () => {
      const rows = await history.rows();
      return rows.indexOf('Beta') === 1 && rows.indexOf('Filed one') > rows.indexOf('Today');
    });
  });

  it('drags all that is selected', async () => {
    await history.row('Alpha').click({ modifiers: ['Control'] });
    await history.row('Gamma').click({ modifiers: ['Shift'] });
    await history.view.page.getByText('3 selected').waitFor();
    await dragOver(history.row('Beta'), history.row('Zoo'));
    assert.equal(await history.view.page.locator('.drag-label').innerText(), '3 chats');
    await drop();
    await history.view.until(() => callsOf('updateConversations').length === 1);
    assert.equal(callsOf('updateConversations')[0]?.ids.length, 3);
  });

  it('drags folders between siblings and into each other, but not into themselves', async () => {
    await dragOver(history.row('Zoo'), history.row('Work'), 0.1);
    await history.view.page.locator('.drop-line').waitFor();
    await drop();
    await history.view.until(() => callsOf('moveFolder').length === 1);
    await history.view.until(
      async () => (await history.rows()).indexOf('Zoo') < (await history.rows()).indexOf('Work'),
    );
    await dragOver(history.row('Zoo'), history.row('Reading'), 0.9);
    await drop();
    await history.view.until(
      async () => (await history.rows()).indexOf('Zoo') > (await history.rows()).indexOf('Reading'),
    );
    await dragOver(history.row('Zoo'), history.row('Reading'));
    assert.deepEqual(await targets(), ['Reading']);
    await drop();
    await history.row('Zoo').waitFor({ state: 'detached' });
    await history.row('Reading').click();
    await history.row('Zoo').waitFor();
    await dragOver(history.row('Reading'), history.row('Zoo'));
    await history.view.page.locator('.drag-label.refused').waitFor();
    await drop();
    const [work, reading] = [history.library.folder('Work').id, history.library.folder('Reading').id];
    const id = history.library.folder('Zoo').id;
    assert.deepEqual(callsOf('moveFolder'), [
      { id, parentId: null, before: work },
      { id, parentId: null, before: null },
      { id, parentId: reading, before: null },
    ]);
  });

  it('ends a drag with Escape without moving anything', async () => {
    await dragOver(history.row('Alpha'), history.row('Reading'));
    await history.press('Escape');
    await history.view.page.locator('.drag-label').waitFor({ state: 'detached' });
    await drop();
    assert.deepEqual(callsOf('updateConversations'), []);
    assert.deepEqual(callsOf('openConversation'), []);
    assert.equal(await history.tree.count(), 1);
  });

  it('opens its own menu with the right button, at the pointer', async () => {
    await history.row('Alpha').click({ button: 'right' });
    await history.menu.waitFor();
    await history.item('Pin').click();
    await history.view.until(async () => (await history.rows()).indexOf('Alpha') === 1);
    await history.row('Alpha').click({ button: 'right' });
    await history.item('Unpin').click();
    await history.view.until(async () => (await history.rows()).indexOf('Alpha') > 3);
    await history.row('Alpha').click({ button: 'right' });
    await history.menu.waitFor();
    await history.view.page.mouse.click(100, 600);
    await history.menu.waitFor({ state: 'detached' });
  });

  it('exports what is selected, and says why it could not', async () => {
    history.view.host.failNext.set('exportConversations', 'The disk is full.');
    await history.row('Alpha').click({ modifiers: ['Control'] });
    await history.row('Gamma').click({ modifiers: ['Control'] });
    await history.row('Gamma').click({ button: 'right' });
    await history.item('Export 2 Chats as JSON…').click();
    await history.view.page.getByRole('alert').getByText('The disk is full.').waitFor();
    await history.row('Beta').click({ button: 'right' });
    await history.item('Export as Markdown…').click();
    await history.view.until(() => callsOf('exportConversations').length === 2);
    const [alpha, beta, gamma] = ['Alpha', 'Beta', 'Gamma'].map((title) => history.library.chat(title).id);
    assert.deepEqual(callsOf('exportConversations'), [
      { ids: [alpha, gamma], format: 'json' },
      { ids: [beta], format: 'markdown' },
    ]);
  });

  it('archives and finds again what was archived', async () => {
    await history.row('Alpha').click({ button: 'right' });
    await history.item('Archive').click();
    await history.row('Alpha').waitFor({ state: 'detached' });
    await history.view.page.getByRole('button', { name: /^Filter/ }).click();
    await history.item('Archived').click();
    await history.untilRows('Today', 'Alpha');
    await history.row('Alpha').click({ button: 'right' });
    await history.item('Unarchive').click();
    await history.view.page.getByText('No archived chats.').waitFor();
    await history.view.button('Remove the filter “Archived”').click();
    await history.row('Alpha').waitFor();
  });

  it('deletes and offers more by the buttons of a row', async () => {
    await history.row('Beta').hover();
    await history.view.button('More for “Beta”').click();
    await history.item('Rename').click();
    await history.view.page.keyboard.type('Better');
    await history.row('Alpha').click();
    await history.view.until(() => callsOf('updateConversations').length === 1);
    assert.deepEqual(callsOf('updateConversations')[0]?.changes, { title: 'Better' });
  });

  it('makes a folder with the button, and says why it could not', async () => {
    history.view.host.failNext.set('createFolder', 'Folders can be nested 20 deep.');
    await history.view.button('New folder').click();
    await history.view.page.keyboard.type('Music');
    await history.press('Enter');
    await history.view.page.getByRole('alert').getByText('Folders can be nested').waitFor();
    await history.press('Enter');
    await history.row('Music').waitFor();
    await history.view.button('New folder').click();
    await history.press('Escape');
    await history.view.until(async () => !(await history.rows()).includes(''));
    assert.equal(callsOf('createFolder').length, 2);
  });

  it('stands beside the chat where there is room', async () => {
    await history.view.page.setViewportSize({ width: 900, height: 700 });
    const [list, chatBox] = [await history.tree.boundingBox(), await history.view.input.boundingBox()];
    assert.ok(list !== null && chatBox !== null && list.x + list.width <= chatBox.x);
    history.view.host.stored.set(history.library.chat('Alpha').id, {
      ...history.library.chat('Alpha'),
      titleSource: 'person',
      mode: 'ask',
      personaId: null,
      queue: [],
      messages: [],
    });
    await history.row('Alpha').click();
    await history.view.page.getByRole('heading', { name: 'Alpha' }).waitFor();
    await history.view.until(async () => (await history.view.focused()) === 'Your question');
    assert.equal(await history.tree.count(), 1);
    assert.equal(await history.row('Alpha').getAttribute('aria-current'), 'true');
  });
});
