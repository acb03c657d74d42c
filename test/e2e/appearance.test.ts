import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';

const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
};

describe('The looks of the chat', () => {
  const editor = useEditor({ name: 'appearance' });

  for (const [name, theme] of Object.entries(themes)) {
    it(`follow the theme ${theme}, narrow and wide`, async () => {
      await editor.server.writeSettings({ 'workbench.colorTheme': theme, 'window.autoDetectHighContrast': false });
      const window = await editor.open({ folder: editor.project, extension: projectRoot });
      await window.runCommand('Sextant: Open Chat');
      const chat = new ChatView(window.chat);
      await chat.input.waitFor();
      await window.screenshot(`chat-${name}-empty`);
      const answer = await chat.ask('How long do we wait before a buoy that did not answer is called again?');
      await answer.getByRole('link').first().click();
      await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();
      for (const [width, sash] of [
        ['narrow', 220],
        ['wide', 640],
      ] as const) {
        await window.resizeSidebar(sash);
        const overflow = await chat.frame
          .locator('body')
          .evaluate((body) => body.scrollWidth - body.ownerDocument.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${width}: nothing is wider than the view`);
        await window.screenshot(`chat-${name}-${width}`);
      }
      await window.resizeSidebar(420);
      const picture = await window.screenshot(`chat-${name}`);
      if (name === 'dark' && process.env['SEXTANT_UPDATE_SCREENSHOTS'] === '1') {
        await copyFile(picture, path.join(projectRoot, 'media', 'screenshots', 'chat-dark.png'));
      }
      await window.close();
    });
  }
});
