import assert from 'node:assert/strict';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { translationsOf } from '../harness/translations.ts';

/** The themes by the names that VS Code's own list has for them. */
const themes = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  'high-contrast': 'Dark High Contrast',
  'high-contrast-light': 'Light High Contrast',
};

for (const [name, theme] of Object.entries(themes)) {
  describe(`The looks of the chat in the theme ${theme}`, () => {
    const editor = useEditor({ name: `looks-${name}` });

    it('fit, narrow and wide', async () => {
      const window = await editor.open({ folder: editor.project, extension: projectRoot });
      await window.chooseTheme(theme);
      await window.runCommand('Sextant: Open Chat');
      const chat = new ChatView(window.chat);
      await chat.input.waitFor();
      await window.screenshot(`chat-${name}-empty`);
      const answer = await chat.ask('How long do we wait before a buoy that did not answer is called again?');
      await answer.getByRole('link').first().click();
      await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();
      for (const [width, pixels] of [
        ['narrow', 220],
        ['wide', 640],
      ] as const) {
        await window.resizeSidebar(pixels);
        const overflow = await chat.frame
          .locator('body')
          .evaluate((body) => body.scrollWidth - body.ownerDocument.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${width}: something is wider than the view`);
        await window.screenshot(`chat-${name}-${width}`);
      }
      await window.resizeSidebar(420);
      await chat.frame.getByRole('button', { name: 'Past chats' }).click();
      await chat.frame.getByRole('treeitem', { name: /^How long/ }).waitFor();
      await chat.frame.getByRole('treeitem', { name: /^How long/ }).click({ button: 'right' });
      await chat.frame.getByRole('menu').waitFor();
      await window.screenshot(`history-${name}`);
      await window.page.keyboard.press('Escape');
      await chat.frame.getByRole('button', { name: 'Close the list of chats' }).click();
      await chat.frame.getByRole('tree').waitFor({ state: 'detached' });
      await window.screenshot(`chat-${name}`);
    });

    // One server is enough for all languages.
    if (name !== 'dark') return;
    for (const language of ['de', 'ja'] as const) {
      it(`speak the language of VS Code: ${language}`, async () => {
        const texts = translationsOf(language);
        const window = await editor.openIn(language, { folder: editor.project, extension: projectRoot });
        await window.page.locator('.activitybar').getByRole('tab', { name: 'Sextant', exact: true }).click();
        await window.chat.getByRole('textbox', { name: texts['Your question'] ?? '', exact: true }).waitFor();
        // The chat before is shown again.
        await window.chat.getByRole('button', { name: texts['New chat'] ?? '', exact: true }).click();
        await window.chat.getByRole('heading', { name: texts['Ask about your code'] ?? '' }).waitFor();
        await window.page
          .locator('.activitybar')
          .getByRole('tab', { name: texts['%viewContainer.sextantSearch%'] ?? '' })
          .waitFor();
        await window.resizeSidebar(200);
        const overflow = await window.chat
          .locator('body')
          .evaluate((body) => body.scrollWidth - body.ownerDocument.documentElement.clientWidth);
        assert.ok(overflow <= 0, 'something is wider than the view');
        await window.screenshot(`chat-${language}`);
      });
    }
  });
}
