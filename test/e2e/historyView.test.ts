import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import type { StoredChat } from '../fixtures/exportedChats.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { HistoryView } from '../harness/historyView.ts';
import { projectRoot } from '../harness/project.ts';
import { Steps } from '../harness/steps.ts';
import { storeChats } from '../harness/storedChats.ts';
import type { Workbench } from '../harness/workbench.ts';

const qwen = { provider: 'ollama', model: 'qwen3' };

const chats: readonly StoredChat[] = [
  { title: 'Release checklist', hoursAgo: 900, isPinned: true, folder: 'Harbour' },
  { title: 'Tide tables', hoursAgo: 1, folder: 'Harbour' },
  { title: 'Buoy names', hoursAgo: 2, model: qwen },
  { title: 'Alarm bells', hoursAgo: 3, answer: 'They ring when the fog is thick. The keeper counts to ten.' },
  {
    title: 'A puzzling crash',
    hoursAgo: 5,
    question: 'Why does the program use more and more memory until it is killed?',
    answer: 'A listener is registered with every redraw and never removed, so that nothing can be garbage collected.',
  },
  {
    title: 'Signing in',
    hoursAgo: 30,
    question: 'Which part checks the password of a user?',
    answer: 'The function authenticate compares the hash of what was typed with the stored one.',
  },
  { title: 'Weekly plan', hoursAgo: 60, folder: 'Plans' },
  { title: 'Lamp oil', hoursAgo: 24 * 7, answer: 'The lamp burns colza oil in winter.' },
  { title: 'Last month’s storm', hoursAgo: 24 * 45 },
  { title: 'Put away long ago', hoursAgo: 24 * 400, isArchived: true },
  {
    title: 'A log of tides',
    hoursAgo: 24 * 410,
    isArchived: true,
    question: 'What does the foghorn say?',
    answer: 'Two long blasts.',
    followed: 700,
  },
];

describe('The past chats in VS Code', () => {
  const editor = useEditor({ name: 'history-view' });
  let window: Workbench;
  let history: HistoryView;

  before(async function () {
    this.timeout(120_000);
    const workspaceUri = pathToFileURL(editor.project).href;
    await storeChats(editor.server.globalStorage, [...chats, { title: 'Of this folder', hoursAgo: 4, workspaceUri }]);
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    history = await HistoryView.open(window);
    await history.row('Alarm bells').waitFor();
  });

  it('shows a chat of last week after two steps, by a word in it', async () => {
    await history.hide();
    const steps = new Steps(window.page);
    await steps.click(history.button('Past chats'));
    await steps.type('colza', history.search.and(history.chat.frame.locator(':focus')));
    await history.hits.filter({ hasText: 'The lamp burns colza oil' }).waitFor();
    assert.equal(steps.taken.length, 2);
    await history.search.fill('');
  });

  const gone = (name: string): Promise<void> => history.row(name).first().waitFor({ state: 'detached' });

  it('pins a chat to the top and lets it down again', async () => {
    await history.choose('Buoy names', 'Pin');
    await history.row('Buoy names .*pinned').waitFor();
    const [pinned, alarm] = [await history.row('Buoy names').boundingBox(), await history.row('Alarm').boundingBox()];
    assert.ok(pinned !== null && alarm !== null && pinned.y < alarm.y);
    await history.choose('Buoy names', 'Unpin');
    await history.row('Buoy names .*pinned').waitFor({ state: 'detached' });
  });

  it('archives a chat, finds it in the archive, and brings it back', async () => {
    await history.choose('Buoy names', 'Archive');
    await gone('Buoy names');
    await history.filter('Archived');
    await history.row('Put away long ago').waitFor();
    await history.row('Buoy names').waitFor();
    assert.equal(await history.row('Alarm').count(), 0);
    await window.screenshot('history-archive');
    await history.choose('Buoy names', 'Unarchive');
    await gone('Buoy names');
    await history.unfilter('Archived');
    await history.row('Buoy names').waitFor();
  });

  it('renames a chat in its place, but not to nothing', async () => {
    await history.choose('Alarm bells', 'Rename');
    const name = history.tree.getByRole('textbox');
    assert.equal(await name.inputValue(), 'Alarm bells');
    await name.fill('   ');
    await window.screenshot('history-rename');
    // The name of a row is also what is being typed into it.
    const ends = (key: string): Promise<void> => name.press(key).then(() => name.waitFor({ state: 'detached' }));
    await ends('Enter');
    await history.row('Alarm bells').press('F2');
    await name.fill('Fog bells');
    await ends('Enter');
    await history.row('Fog bells').press('F2');
    await ends('Escape');
    await history.row('Fog bells').waitFor();
  });

  it('acts on several chats at once, and takes that back', async () => {
    await history.row('Buoy names').click({ modifiers: ['Control'] });
    await history.row('Of this folder').click({ modifiers: ['Shift'] });
    await history.chat.frame.getByText('3 selected').waitFor();
    await window.screenshot('history-selection');
    await history.chat.frame.getByRole('toolbar').getByRole('button', { name: 'Archive' }).click();
    for (const name of ['Buoy names', 'Fog bells', 'Of this folder']) await gone(name);
    await history.button('Undo').click();
    for (const name of ['Buoy names', 'Fog bells', 'Of this folder']) await history.row(name).waitFor();
    await history.row('Buoy names').click({ modifiers: ['Control'] });
    await history.row('Fog bells').click({ modifiers: ['Control'] });
    await history.choose('Fog bells', 'Pin 2 Chats');
    await history.row('Fog bells .*pinned').waitFor();
    await history.row('Buoy names .*pinned').waitFor();
    await history.choose('Fog bells', 'Unpin 2 Chats');
    await history.row('Fog bells .*pinned').waitFor({ state: 'detached' });
    await history.button('Clear the selection').click();
  });

  it('moves chats into a folder by drag and drop, and out of it by keyboard alone', async () => {
    await history.dragOver('Fog bells', 'Harbour');
    await history.drop();
    await history.row('Harbour folder 3 chats').waitFor();
    await history.row('Harbour').click();
    await history.row('Fog bells').waitFor();
    const { keyboard } = window.page;
    await keyboard.press('Home');
    await keyboard.type('fog');
    await keyboard.press('Shift+F10');
    await history.chat.frame.getByRole('menu').waitFor();
    await keyboard.type('m');
    await keyboard.press('Enter');
    await history.chat.frame.getByRole('combobox').waitFor();
    await keyboard.type('no folder');
    await keyboard.press('Enter');
    await history.row('Harbour folder 2 chats').waitFor();
    await history.chat.frame.getByText('Moved “Fog bells” out of its folder.').waitFor();
  });

  it('narrows by workspace, who wrote, age, folder and model', async () => {
    const shows = async (there: string, notThere: string): Promise<void> => {
      await gone(notThere);
      await history.row(there).first().waitFor();
    };
    await history.filter('This workspace');
    await shows('Of this folder', 'Fog bells');
    await history.unfilter('This workspace');
    await history.filter('Last 24 hours');
    await shows('Tide tables', 'Last month');
    await history.unfilter('Last 24 hours');
    await history.filter('Folder…');
    await window.page.keyboard.type('plans');
    await window.page.keyboard.press('Enter');
    await shows('Weekly plan', 'Fog bells');
    await history.unfilter('Plans');
    await history.filter('Model…');
    await window.page.keyboard.type('qwen');
    await window.page.keyboard.press('Enter');
    await shows('Buoy names', 'Fog bells');
    await history.unfilter('qwen3');
    const hit = await history.find('memory', /more memory/u);
    await history.filter('By the model');
    await hit.waitFor({ state: 'detached' });
    await history.unfilter('By the model');
    await hit.waitFor();
    await history.search.fill('');
    await history.row('Last month').waitFor();
  });

  it('finds messages by their words, and by their meaning when none of the words is in them', async () => {
    const byWord = await history.find('garbage', /garbage collected/u);
    assert.doesNotMatch(await byWord.innerText(), /similar/u);
    const byMeaning = await history.find('login authentication credentials', /password|authenticate/u);
    assert.match(await byMeaning.innerText(), /similar/u);
    await window.screenshot('history-by-meaning');
    await byMeaning.click();
    await history.chat.frame.locator('.found').waitFor();
    await history.show();
    await history.search.fill('');
  });

  it('searches in one chat alone', async () => {
    await history.choose('A puzzling crash', 'Search in This Chat');
    await history.button('Remove the filter “In “A puzzling crash””').waitFor();
    const hit = await history.find('listener', /never removed/u);
    assert.equal(await history.hits.filter({ hasNotText: 'A puzzling crash' }).count(), 0);
    await window.screenshot('history-in-one-chat');
    await hit.click();
    await history.chat.frame.locator('.found').waitFor();
    await history.chat.input.press('Control+f');
    await history.chat.frame.getByRole('textbox', { name: 'Find in this chat' }).press('Control+f');
    await history.search.waitFor();
    await window.page.keyboard.type('memory');
    await history.hits.filter({ hasText: 'more memory' }).waitFor();
    assert.equal(await history.search.inputValue(), 'memory');
    await history.unfilter('In “A puzzling crash”');
    await history.search.fill('');
  });

  it('open at their end however long they are, lead to their beginning, and find a word there', async () => {
    await history.show();
    await history.filter('Archived');
    await history.row('A log of tides').click();
    const { chat } = history;
    await chat.message(1_402).waitFor();
    assert.ok((await chat.frame.locator('article').count()) < 80);
    await window.screenshot('long-chat-end');
    const list = chat.frame.getByRole('region', { name: 'Conversation' });
    await list.press('Home');
    await chat.message(1).waitFor();
    await chat.message(1_402).waitFor({ state: 'detached' });
    await list.press('End');
    await chat.message(1).waitFor({ state: 'detached' });
    await list.press('Control+f');
    await chat.frame.getByRole('textbox', { name: 'Find in this chat' }).fill('foghorn');
    await chat.frame.locator('.question.found', { hasText: 'What does the foghorn say?' }).waitFor();
    await window.screenshot('long-chat-found');
    await chat.frame.getByRole('textbox', { name: 'Find in this chat' }).press('Escape');
    await history.show();
    await history.unfilter('Archived');
  });

  it('look right in the colours of VS Code’s themes, narrow and wide', async () => {
    await history.choose('Fog bells', 'Pin');
    await history.row('Fog bells .*pinned').waitFor();
    for (const [theme, name, width] of [
      ['Light Modern', 'light', 760],
      ['Dark High Contrast', 'high-contrast', 300],
      ['Dark Modern', 'dark', 200],
    ] as const) {
      await window.chooseTheme(theme);
      await window.resizeSidebar(width);
      await history.show();
      await history.row('Buoy names').click({ modifiers: ['Control'] });
      await history.row('Signing in').click({ modifiers: ['Shift'] });
      await window.screenshot(`past-chats-${name}`);
      await history.button('Clear the selection').click();
      await history.find('listener', /never removed/u);
      await window.screenshot(`past-chats-${name}-search`);
      await history.search.fill('');
    }
  });
});
