import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { assertPageLooks } from '../../fixtures/webviewHost/looks.ts';
import { openUsagePage, usageScenes } from '../../fixtures/webviewHost/usageScenes.ts';
import { launchBrowser } from '../../harness/browser.ts';

describe('The page about the use of models in a browser', () => {
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const [name, scene] of Object.entries(usageScenes)) {
    it(`looks right and is accessible in every theme and width: ${name}`, async () => {
      const { page, troubles, close } = await openUsagePage(browser, scene);
      await assertPageLooks(page, 'usage', name);
      assert.deepEqual(troubles, []);
      await close();
    });
  }

  it('draws a bar for each day, and has the same as a table', async () => {
    const { page, troubles, close } = await openUsagePage(browser, usageScenes['a month']);
    const bars = page.locator('.chart .bar');
    assert.equal(await bars.count(), 30);
    const chart = page.getByRole('img', { name: 'Cost from Sat, October 24 to Sun, November 22' });
    await chart.waitFor();
    const title = (await bars.last().locator('title').textContent()) ?? '';
    await page.getByText('Show as a table').click();
    const row = page.getByRole('region', { name: 'Time' }).locator('tbody tr').first();
    const shown = [await row.locator('th').innerText(), await row.locator('td').first().innerText()];
    assert.equal(title, shown.join(': '));
    await page.getByRole('button', { name: 'Requests', exact: true }).click();
    assert.match((await bars.last().locator('title').textContent()) ?? '', /^Sun, November 22: \d+$/);
    assert.deepEqual(troubles, []);
    await close();
  });

  it('draws a bar for each month of a long time', async () => {
    const { page, close } = await openUsagePage(browser, usageScenes['a year']);
    assert.equal(await page.locator('.chart .bar').count(), 13);
    await page.getByRole('img', { name: 'Cost from Nov 2025 to Nov 2026' }).waitFor();
    await close();
  });

  it('sums up by model, workspace and persona, and draws names as text', async () => {
    const { page, troubles, close } = await openUsagePage(browser, usageScenes['a month']);
    const names = page.getByRole('region', { name: /^(Model|Workspace|Persona)$/ }).locator('tbody th');
    assert.equal(await names.first().innerText(), 'anthropic/claude-sonnet-5');
    await page.getByRole('button', { name: 'Workspace' }).click();
    assert.deepEqual((await names.allInnerTexts()).sort(), ['No folder', 'light house', 'radio']);
    await page.getByRole('button', { name: 'Persona' }).click();
    assert.deepEqual((await names.allInnerTexts()).sort(), ['A reviewer who <b>reads</b> everything twice', 'Sextant']);
    assert.deepEqual(troubles, []);
    await close();
  });

  it('says what is an estimate, what is not counted, and how much of a budget is used', async () => {
    const { page, commands, days, close } = await openUsagePage(browser, usageScenes['a month']);
    await page.getByText(/^≈ \$[\d.]+ for 400 requests with [\d,]+ tokens\.$/).waitFor();
    await page.getByText('8 requests went to models whose price is not known.').waitFor();
    await page.getByText('Used up: nothing more is sent to models that cost money.').waitFor();
    await page.getByText('$0.42 of $0.50').waitFor();
    await page.getByRole('combobox', { name: 'Period' }).selectOption({ label: 'Last 7 days' });
    for (const name of ['Budgets', 'Prices', 'Export…']) await page.getByRole('button', { name }).click();
    await page.getByText('Still there after 5 minutes').waitFor();
    assert.deepEqual(commands, ['openBudgets', 'openPrices', 'exportUsage']);
    assert.ok(days.includes(30) && days.includes(7));
    await close();
  });

  it('says why completions are not counted while telemetry is off', async () => {
    const { page, commands, close } = await openUsagePage(browser, usageScenes['nothing yet']);
    await page.getByText('No model was asked in this time.').waitFor();
    await page.getByRole('button', { name: 'Telemetry Setting' }).click();
    assert.deepEqual(commands, ['openTelemetry']);
    await close();
  });
});
