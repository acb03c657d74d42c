import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { axeViolations, prepareLooks, whatSticksOut } from '../../fixtures/webviewHost/looks.ts';
import { openPrivacyPage, privacyScenes } from '../../fixtures/webviewHost/privacyScenes.ts';
import { themes, useTheme } from '../../fixtures/webviewHost/viewPage.ts';
import { launchBrowser } from '../../harness/browser.ts';
import { cacheDirectory } from '../../harness/project.ts';

describe('The page about privacy in a browser', () => {
  const pictures = path.join(cacheDirectory, 'screenshots', 'privacy');
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
    await mkdir(pictures, { recursive: true });
  });
  after(() => browser.close());

  for (const [name, facts] of Object.entries(privacyScenes)) {
    it(`looks right and is accessible in every theme and width: ${name}`, async () => {
      const { page, troubles, close } = await openPrivacyPage(browser, facts);
      await prepareLooks(page);
      for (const theme of themes) {
        await useTheme(page, theme);
        await page.screenshot({ path: path.join(pictures, `${name} ${theme}.png`) });
        assert.deepEqual(await axeViolations(page, theme === 'dark' ? 'everything' : 'colours'), [], theme);
      }
      for (const width of [1400, 420, 200]) {
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: path.join(pictures, `${name} ${width}.png`) });
        assert.deepEqual(await whatSticksOut(page), [], `${width} pixels`);
      }
      assert.deepEqual(troubles, []);
      await close();
    });
  }

  it('follows what is true, and does what its buttons say', async () => {
    const { page, actions, change, troubles, close } = await openPrivacyPage(browser, privacyScenes.fresh);
    const sent = page.getByRole('region', { name: 'What leaves this machine' });
    await sent.getByText('Today nothing has left this machine.').waitFor();
    change(privacyScenes['in use']);
    await sent.getByText(/^Today 44 requests with 817 kB left this machine, to api\.a-company/).waitFor();
    await page.getByRole('row', { name: 'Ollama 127.0.0.1:11434, on this machine none' }).waitFor();
    await page.getByRole('button', { name: 'Turn “Local Only” On' }).click();
    await page.getByRole('button', { name: 'Delete the Events' }).click();
    await page.getByRole('button', { name: 'Stop Encrypting…' }).click();
    change(privacyScenes.ruled);
    await page.getByRole('button', { name: 'Turn “Local Only” On' }).waitFor({ state: 'detached' });
    assert.deepEqual(actions, ['switchLocalOnly', 'deleteTelemetry', 'stopEncryptingStore']);
    assert.deepEqual(troubles, []);
    await close();
  });
});
