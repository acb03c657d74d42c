import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { UNDO_MS } from '../../../src/protocol/library.ts';
import { HistoryPage } from '../../fixtures/webviewHost/historyPage.ts';
import { chat } from '../../fixtures/webviewHost/historyScenes.ts';
import { type ScriptedHost, conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { launchBrowser } from '../../harness/browser.ts';

describe('The history in a browser, by keyboard alone', () => {
  let browser: Browser;
  let history: HistoryPage;

  const prepare = ({ library, stored }: ScriptedHost): void => {
    const work = library.addFolder('Work');
    library.addFolder('Reading');
    library.chats = [
      chat('Pinned one', 300, { isPinned: true }),
      chat('Filed one', 2, { folderId: work }),
      chat('Alpha', 0),
      chat('Beta', 24 * 500),
      chat('Gamma', 24 * 501),
    ];
    for (const each of library.chats) {
      const messages = [message({ role: 'user', content: `About ${each.title}` })];
      stored.set(each.id, conversation({ ...each, messages }));
    }
  };
  const month = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' }).format(
    Date.now() - 24 * 500 * 3_600_000,
  );
  const press = (...keys: string[]): Promise<void> => history.press(...keys);
  const focused = (): Promise<string> => history.view.focused();
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

  it('shows pinned chats, folders, then the others by days', async () => {
    const rows = await history.rows();
    assert.deepEqual(rows.slice(0, 6), ['Pinned', 'Pinned one', 'Work', 'Reading', 'Today', 'Alpha']);
    assert.deepEqual(rows.slice(6, 8), [month, 'Beta']);
    assert.equal(rows.at(-1), 'Gamma');
  });

  it('begins in the search, goes with the arrows, and opens a chat with Enter', async () => {
    assert.equal(await focused(), 'Search chats');
    await press('ArrowDown');
    assert.equal(await focused(), 'Chats');
    assert.equal(await history.active(), 'Pinned one');
    await press('End', 'Home', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    assert.equal(await history.active(), 'Alpha');
    await press('Enter');
    await history.view.page.getByText('About Alpha').waitFor();
    await history.tree.waitFor({ state: 'detached' });
    await history.view.until(async () => (await focused()) === 'Your question');
  });

  it('opens and folds folders with the arrows and keeps that for the next time', async () => {
    await history.goTo('Work');
    await press('ArrowRight');
    await history.row('Filed one').waitFor();
    await press('ArrowRight');
    assert.equal(await history.active(), 'Filed one');
    await press('ArrowLeft');
    assert.equal(await history.active(), 'Work');
    await history.goTo('Today');
    await press('ArrowLeft');
    await history.row('Alpha').waitFor({ state: 'detached' });
    await history.view.page.evaluate(() => (globalThis as unknown as EventTarget).dispatchEvent(new Event('pagehide')));
    await history.view.load();
    await history.show();
    await history.row('Filed one').waitFor();
    assert.equal(await history.row('Alpha').count(), 0);
    assert.equal(await history.row('Today').getAttribute('aria-expanded'), 'false');
  });

  it('goes to a row by its first letters', async () => {
    await press('ArrowDown', 'g');
    assert.equal(await history.active(), 'Gamma');
    await press('b');
    await history.view.until(async () => ['Beta', 'Gamma'].includes(await history.active()));
  });

  it('tells a screen reader where each row stands', async () => {
    await history.goTo('Work');
    await press('ArrowRight');
    const row = history.row('Filed one');
    await row.waitFor();
    const facts = await Promise.all(
      ['aria-level', 'aria-posinset', 'aria-setsize', 'aria-selected'].map((name) => row.getAttribute(name)),
    );
    assert.deepEqual(facts, ['2', '1', '1', 'false']);
    const folder = history.row('Work');
    assert.equal(await folder.getAttribute('aria-expanded'), 'true');
    assert.equal(await folder.getAttribute('aria-posinset'), '2');
    assert.match(await folder.innerText(), /Work/);
    assert.equal(await history.tree.getAttribute('aria-multiselectable'), 'true');
  });

  it('is one stop for Tab', async () => {
    await press('ArrowDown', 'Shift+Tab');
    assert.equal(await focused(), 'New folder');
    await press('Tab', 'Tab');
    assert.notEqual(await focused(), 'Chats');
    assert.equal(await history.view.page.locator('main :focus').count(), 0, 'what it covers is out of reach');
  });

  it('renames with F2: Escape keeps the old name, Enter takes the new one', async () => {
    await history.goTo('Alpha');
    await press('F2');
    await history.view.until(async () => (await focused()) === 'New title of “Alpha”');
    await history.view.page.keyboard.type('Nothing');
    await press('Escape');
    await history.view.until(async () => (await focused()) === 'Chats');
    assert.deepEqual(callsOf('updateConversations'), []);
    await press('F2');
    await history.view.until(async () => (await focused()) === 'New title of “Alpha”');
    await history.view.page.keyboard.type('Omega');
    await press('Enter');
    await history.row('Omega').waitFor();
    assert.equal(await history.active(), 'Omega');
    assert.deepEqual(callsOf('updateConversations')[0]?.changes, { title: 'Omega' });
  });

  it('keeps a name that could not be saved, with the reason', async () => {
    history.view.host.failNext.set('updateConversations', 'The history is read-only.');
    await history.goTo('Alpha');
    await press('F2');
    await history.view.until(async () => (await focused()) === 'New title of “Alpha”');
    await history.view.page.keyboard.type('Omega');
    await press('Enter');
    await history.view.page.getByRole('alert').getByText('The history is read-only.').waitFor();
    assert.equal(await history.view.page.locator('.name-editor input').inputValue(), 'Omega');
    await press('Enter');
    await history.row('Omega').waitFor();
  });

  it('deletes at once, and takes it back with Undo', async () => {
    await history.goTo('Alpha');
    await press('Delete');
    await history.row('Alpha').waitFor({ state: 'detached' });
    await history.view.page.getByRole('status').getByText('Deleted “Alpha”.').waitFor();
    assert.equal(await history.active(), 'Beta', 'the keys are at what is in its place');
    await press('Control+z');
    await history.row('Alpha').waitFor();
    assert.deepEqual(callsOf('undeleteConversations'), [{ ids: [history.library.chat('Alpha').id] }]);
    assert.equal(await history.view.button('Undo').count(), 0);
  });

  it('takes back one thing after the other, the last first', async () => {
    await history.goTo('Alpha');
    await press('Delete');
    await history.row('Alpha').waitFor({ state: 'detached' });
    await press('Delete');
    await history.row('Beta').waitFor({ state: 'detached' });
    await history.view.page.getByText('Deleted “Beta”.').waitFor();
    await press('Control+z');
    await history.row('Beta').waitFor();
    await history.view.page.getByRole('status').getByText('Taken back: Deleted “Beta”.').waitFor();
    await history.view.page.getByText('Deleted “Alpha”.').waitFor();
    await history.view.button('Undo').press('Enter');
    await history.row('Alpha').waitFor();
    assert.equal(await focused(), 'Chats', 'the button is gone, and the keys go on in the list');
    await press('Control+z');
    assert.deepEqual(callsOf('undeleteConversations').length, 2);
  });

  it('offers to take something back for as long as the pointer or the focus is at it', async () => {
    const { page } = history.view;
    await page.clock.install();
    const undo = history.view.button('Undo');
    for (const [name, come, go] of [
      ['Alpha', () => undo.hover(), () => page.mouse.move(60, 15)],
      ['Beta', () => undo.focus(), () => history.tree.focus()],
    ] as const) {
      const { id } = history.library.chat(name);
      await history.goTo(name);
      await press('Delete');
      await undo.waitFor();
      await come();
      await page.clock.runFor(6 * UNDO_MS);
      assert.equal(await undo.count(), 1);
      const held = callsOf('holdDeletedConversations');
      assert.ok(held.length >= 12, 'the store hears of it in time');
      assert.deepEqual(held.at(-1), { ids: [id] });
      await go();
      await page.clock.runFor(UNDO_MS);
      await undo.waitFor({ state: 'detached' });
      const heldUntil = callsOf('holdDeletedConversations').length;
      await page.clock.runFor(6 * UNDO_MS);
      assert.equal(callsOf('holdDeletedConversations').length, heldUntil);
    }
  });

  it('says why something was not deleted, and keeps it', async () => {
    history.view.host.failNext.set('deleteConversations', 'The disk is full.');
    await history.goTo('Beta');
    await press('Delete');
    await history.view.page.getByRole('alert').getByText('The disk is full.').waitFor();
    assert.equal(await history.row('Beta').count(), 1);
    assert.equal(await focused(), 'Chats');
  });

  it('chooses several with Space, Shift and Ctrl+A, and does with all of them what is asked', async () => {
    await history.goTo('Beta');
    await press('Space');
    await press('Shift+ArrowDown');
    await history.view.page.getByText('2 selected').waitFor();
    await press('Delete');
    await history.view.page.getByText('Deleted 2 chats.').waitFor();
    assert.deepEqual(callsOf('deleteConversations')[0]?.ids.length, 2);
    await press('Control+z');
    await history.row('Gamma').waitFor();
    await press('Control+a');
    await history.view.page.getByText('4 selected').waitFor();
    await press('Escape');
    await history.view.page.getByText('4 selected').waitFor({ state: 'detached' });
    await history.tree.waitFor();
  });

  it('moves into a folder and back by the menu', async () => {
    await history.goTo('Alpha');
    await press('Shift+F10');
    await history.menu.waitFor();
    await press('m', 'Enter');
    await history.view.until(async () => (await focused()) === 'Move to a folder');
    await history.view.page.keyboard.type('work');
    await press('Enter');
    await history.row('Alpha').waitFor({ state: 'detached' });
    await history.view.page.getByText('Moved “Alpha” to “Work”.').waitFor();
    assert.deepEqual(callsOf('updateConversations')[0]?.changes, { folderId: history.library.folder('Work').id });
    assert.equal(await focused(), 'Chats');
    await history.row('Work folder 2 chats').waitFor();
    await press('Control+z');
    await history.row('Alpha').waitFor();
  });

  it('has a menu that is gone through with arrows, first letters and Escape', async () => {
    await history.goTo('Alpha');
    await press('ContextMenu');
    await history.menu.waitFor();
    const active = (): Promise<string> => history.menu.locator('.menu-item.active .menu-text').innerText();
    assert.equal(await active(), 'Open');
    await press('ArrowDown');
    assert.equal(await active(), 'Open in Editor');
    await press('End');
    assert.equal(await active(), 'Delete');
    await press('ArrowDown');
    assert.equal(await active(), 'Open');
    await press('a');
    assert.equal(await active(), 'Archive');
    await press('Escape');
    await history.menu.waitFor({ state: 'detached' });
    assert.equal(await focused(), 'Chats');
    assert.deepEqual(callsOf('updateConversations'), []);
  });

  it('makes, renames, moves and deletes folders', async () => {
    await history.goTo('Work');
    await press('Shift+F10', 'Enter');
    await history.view.until(async () => (await focused()) === 'Name of the new folder');
    await history.view.page.keyboard.type('Inner');
    await press('Enter');
    await history.row('Inner').waitFor();
    assert.equal(callsOf('createFolder')[0]?.parentId, history.library.folder('Work').id);
    await history.goTo('Reading');
    await press('Alt+ArrowUp');
    await history.view.until(
      async () => (await history.rows()).indexOf('Reading') < (await history.rows()).indexOf('Work'),
    );
    assert.equal(await history.active(), 'Reading');
    await press('F2');
    await history.view.until(async () => (await focused()) === 'New name of “Reading”');
    await history.view.page.keyboard.type('Books');
    await press('Enter');
    await history.row('Books').waitFor();
    await history.goTo('Work');
    await press('Delete');
    await history.view.page.getByRole('alertdialog').waitFor();
    await history.view.until(async () => (await focused()) === 'Keep it');
    await press('Enter');
    await history.row('Work').waitFor({ state: 'detached' });
    await history.row('Filed one').waitFor();
    assert.deepEqual(callsOf('deleteFolder'), [{ id: 'folder-Work', conversations: 'keep' }]);
  });

  it('deletes a folder with its chats, which can be taken back', async () => {
    await history.goTo('Work');
    await press('Delete');
    await history.view.until(async () => (await focused()) === 'Keep it');
    await press('Tab', 'Enter');
    await history.view.page.getByText('Deleted “Work” with 1 chat.').waitFor();
    await press('Control+z');
    await history.row('Filed one').waitFor();
  });

  it('closes with Escape, which gives the focus back', async () => {
    await press('Escape');
    await history.tree.waitFor({ state: 'detached' });
    assert.equal(await focused(), 'Past chats');
  });
});
