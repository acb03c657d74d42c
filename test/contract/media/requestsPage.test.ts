import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { assertPageLooks } from '../../fixtures/webviewHost/looks.ts';
import { openRequestsPage, requestScenes } from '../../fixtures/webviewHost/requestScenes.ts';
import { launchBrowser } from '../../harness/browser.ts';

describe('The page about requests in a browser', () => {
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const [name, scene] of Object.entries(requestScenes)) {
    it(`looks right and is accessible in every theme and width: ${name}`, async () => {
      const { page, troubles, close } = await openRequestsPage(browser, scene);
      await assertPageLooks(page, 'requests', name);
      assert.deepEqual(troubles, []);
      await close();
    });
  }

  it('says what left the machine, lets it be looked through, and shows which files went along', async () => {
    const { page, commands, troubles, close } = await openRequestsPage(browser, requestScenes.mixed);
    const requests = page.locator('.request');
    await page
      .getByText('77 requests with 760 kB left this machine in the last 30 days, to api.example.com.')
      .waitFor();
    await requests.nth(99).waitFor();
    await page.getByRole('button', { name: 'Show Older' }).click();
    await requests.nth(199).waitFor();
    await page.getByRole('button', { name: 'Show Older' }).click();
    await requests.nth(229).waitFor();
    await page.getByRole('button', { name: 'Show Older' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Left this machine' }).click();
    await requests.nth(77).waitFor({ state: 'detached' });
    assert.deepEqual([...new Set(await requests.locator('.request-server').allInnerTexts())], ['api.example.com']);
    await page.getByRole('row', { name: /^127\.0\.0\.1:11434 on this machine/ }).waitFor();
    await requests.first().getByText('From 3 files').click();
    await requests.first().getByText('<b>.md').waitFor();
    await page.getByRole('button', { name: 'Left this machine' }).click();
    await page.getByRole('button', { name: /^Title/ }).click();
    await requests.filter({ hasText: 'chat' }).first().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Turn “Local Only” On' }).click();
    await page.getByRole('button', { name: 'Export…' }).click();
    assert.deepEqual(commands, ['switchLocalOnly', 'exportRequests']);
    assert.deepEqual(troubles, []);
    await close();
  });
});
