import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { assertPageLooks } from '../../fixtures/webviewHost/looks.ts';
import { openPrivacyPage, privacyScenes } from '../../fixtures/webviewHost/privacyScenes.ts';
import { launchBrowser } from '../../harness/browser.ts';

describe('The page about privacy in a browser', () => {
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const [name, facts] of Object.entries(privacyScenes)) {
    it(`looks right and is accessible in every theme and width: ${name}`, async () => {
      const { page, troubles, close } = await openPrivacyPage(browser, facts);
      await assertPageLooks(page, 'privacy', name);
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
