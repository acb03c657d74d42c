import { pathToFileURL } from 'node:url';
import { useEditor } from '../harness/editorFixture.ts';
import { HistoryView } from '../harness/historyView.ts';
import { projectRoot } from '../harness/project.ts';
import { storeChats } from '../harness/storedChats.ts';

const themes = [
  ['Dark Modern', 'dark'],
  ['Light Modern', 'light'],
  ['Dark High Contrast', 'high-contrast'],
] as const;

describe('The looks of the past chats', () => {
  const editor = useEditor({ name: 'history-looks' });

  it('fit in dark, light and high contrast, narrow and wide', async function () {
    this.timeout(240_000);
    const workspaceUri = pathToFileURL(editor.project).href;
    await storeChats(editor.server.globalStorage, [
      {
        title: 'How does the webview talk to the extension host?',
        hoursAgo: 30,
        isPinned: true,
        folder: 'Architecture',
      },
      { title: 'Release checklist', hoursAgo: 900, isPinned: true },
      { title: 'Why two generations of the store?', hoursAgo: 50, folder: 'Architecture' },
      { title: 'Tide tables', hoursAgo: 0.2, workspaceUri },
      { title: 'Retry policy of the buoys', hoursAgo: 2, answer: 'The wait doubles with every attempt.' },
      { title: 'A regular expression for dates with an unreasonably long title that fits nowhere', hoursAgo: 3 },
      { title: '日本語の質問', hoursAgo: 26 },
      { title: 'Signing in', hoursAgo: 40, question: 'Which part checks the password of a user?' },
      { title: 'Old experiments', hoursAgo: 24 * 300, folder: 'Reading' },
      { title: 'Put away', hoursAgo: 24 * 400, isArchived: true },
    ]);
    const window = await editor.open({ folder: editor.project, extension: projectRoot });
    const history = await HistoryView.open(window);
    await history.row('Architecture').click();
    for (const [theme, name] of themes) {
      await window.chooseTheme(theme);
      for (const [width, size] of [
        [250, 'narrow'],
        [760, 'wide'],
      ] as const) {
        await window.resizeSidebar(width);
        await history.show();
        await history.row('Tide tables').waitFor();
        await window.screenshot(`history-${name}-${size}`);
      }
      await window.resizeSidebar(300);
      await history.show();
      await history.row('Tide tables').click({ modifiers: ['Control'] });
      await history.row('日本語').click({ modifiers: ['Shift'] });
      await window.screenshot(`history-${name}-selection`);
      await history.button('Clear the selection').click();
      await history.row('Retry policy').click({ button: 'right' });
      await history.chat.frame.getByRole('menu').waitFor();
      await window.screenshot(`history-${name}-menu`);
      await window.page.keyboard.press('Escape');
      await history.find('password', /password/u);
      await window.screenshot(`history-${name}-search`);
      await history.search.fill('');
      await history.filter('Archived');
      await history.row('Put away').waitFor();
      await window.screenshot(`history-${name}-archive`);
      await history.unfilter('Archived');
      await history.row('Tide tables').waitFor();
    }
  });
});
