import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { indexScenes, openIndexPage, openSearchView, searchScenes } from '../../fixtures/webviewHost/indexScenes.ts';
import { axeViolations, prepareLooks, whatSticksOut } from '../../fixtures/webviewHost/looks.ts';
import { type Theme, themes, useTheme } from '../../fixtures/webviewHost/viewPage.ts';
import { launchBrowser } from '../../harness/browser.ts';
import { cacheDirectory } from '../../harness/project.ts';

describe('The views of the index in a browser', () => {
  const pictures = path.join(cacheDirectory, 'screenshots', 'index');
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
    await mkdir(pictures, { recursive: true });
  });
  after(async () => {
    await browser.close();
  });

  const scenes = [
    ...Object.entries(indexScenes).map(([name, scene]) => ({
      name: `page, ${name}`,
      open: () => openIndexPage(browser, scene, { width: 900, height: 1100 }),
    })),
    ...Object.entries(searchScenes).map(([name, scene]) => ({
      name: `search, ${name}`,
      open: () => openSearchView(browser, scene, { width: 320, height: 480 }),
    })),
  ];
  /** Colours are the same everywhere: these have all of them. */
  const inEveryTheme = new Set([
    'page, ready',
    'page, another model',
    'page, failed',
    'search, found',
    'search, hints',
  ]);
  for (const { name, open } of scenes) {
    it(`look right and are accessible in every theme and width: ${name}`, async () => {
      const view = await open();
      const takePicture = (what: string): Promise<unknown> =>
        view.page.screenshot({ path: path.join(pictures, `${name} ${what}.png`) });
      await prepareLooks(view.page);
      for (const theme of inEveryTheme.has(name) ? themes : (['dark'] satisfies Theme[])) {
        await useTheme(view.page, theme);
        await takePicture(theme);
        assert.deepEqual(await axeViolations(view.page), [], theme);
      }
      await useTheme(view.page, 'dark' satisfies Theme);
      for (const width of [1400, 420, 200]) {
        await view.page.setViewportSize({ width, height: 900 });
        await takePicture(String(width));
        assert.deepEqual(await whatSticksOut(view.page), [], `${width} pixels`);
      }
      assert.deepEqual(view.troubles, []);
      await view.close();
    });
  }

  it('list what was left out, by path and reason, by keyboard alone', async () => {
    const { page, calls, troubles, close } = await openIndexPage(browser, indexScenes.ready);
    const list = page.getByRole('listbox', { name: 'Files left out' });
    await list.getByRole('option').first().waitFor();
    assert.ok((await list.getByRole('option').count()) < 60, 'only what is in sight is drawn');
    await page.getByRole('searchbox').press('ArrowDown');
    await page.keyboard.press('End');
    await list.getByRole('option', { name: /2999-/ }).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    while (!/openFile.*2998-/.test(JSON.stringify(calls))) await page.waitForTimeout(5);
    await page.getByRole('button', { name: /^too large/ }).press('Enter');
    await list.getByRole('option', { name: /2950-/ }).first().waitFor();
    await page.getByRole('searchbox').fill('0050-');
    await list.getByRole('option', { name: /2950-/ }).waitFor({ state: 'detached' });
    assert.deepEqual(await list.getByRole('option').count(), 1);
    assert.deepEqual(troubles, []);
    await close();
  });

  it('show new figures as they come and run what a button says', async () => {
    const { page, host, calls, close } = await openIndexPage(browser, indexScenes.indexing);
    await page.getByText('Indexing 1,234 of 12,345 files').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    host.emit('state', indexScenes.paused.state);
    await page.getByRole('button', { name: 'Resume' }).click();
    host.emit('state', indexScenes.ready.state);
    await page.getByText('Index ready · 12,345 files').waitFor();
    await page.getByRole('button', { name: 'Rebuild' }).click();
    await page.getByRole('combobox', { name: 'CPU limit of indexing' }).selectOption('25%');
    while (calls.length < 4) await page.waitForTimeout(5);
    assert.deepEqual(
      calls.map(([, params]) => params),
      [...['pauseIndexing', 'resumeIndexing', 'rebuildIndex'].map((command) => ({ command })), { percent: 25 }],
    );
    await close();
  });

  it('search as one types, and are gone through by keyboard', async () => {
    const { page, calls, troubles, close } = await openSearchView(browser, searchScenes.found);
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('ArrowDown');
    const selected = page.getByRole('treeitem', { selected: true });
    await selected.and(page.getByRole('treeitem', { name: /waitBeforeRetry/ })).waitFor();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('treeitem', { name: /waitBeforeRetry/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await page.getByRole('treeitem', { name: /waitBeforeRetry/ }).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor();
    const place = { folder: '/work/lighthouse', path: 'packages/lighthouse-radio/src/radio/transport/retryPolicy.ts' };
    assert.deepEqual(
      calls.filter(([method]) => method !== 'search'),
      [
        ['open', { ...place, startLine: 4, endLine: 12, keepFocus: true }],
        ['open', { ...place, startLine: 20, endLine: 44, keepFocus: false }],
        ['askAbout', { ...place, startLine: 20, endLine: 44, symbol: 'RetryPolicy' }],
      ],
    );
    assert.deepEqual(troubles, []);
    await close();
  });

  it('complete a filter, keep what is typed over a reload, and search again when there is more to find', async () => {
    const { page, host, calls, close } = await openSearchView(browser, searchScenes.hints);
    const box = page.getByRole('combobox');
    await box.press('ArrowDown');
    await box.press('ArrowDown');
    await box.press('Enter');
    assert.equal(await box.inputValue(), 'wait lang:python ');
    await page.reload();
    await page.getByText('3 passages in 2 files').waitFor();
    assert.equal(await box.inputValue(), 'wait lang:python ');
    const asked = (): number => calls.filter(([method]) => method === 'search').length;
    const before = asked();
    host.emit('state', { status: indexScenes.indexing.state.status, hasWorkspace: true });
    await page.getByText('What is there is searched').waitFor();
    host.emit('state', { status: indexScenes.ready.state.status, hasWorkspace: true });
    await page.getByText('What is there is searched').waitFor({ state: 'detached' });
    while (asked() === before) await page.waitForTimeout(5);
    const again = asked();
    // The deep model has understood the question by now.
    host.emit('refined', null);
    while (asked() === again) await page.waitForTimeout(5);
    await close();
  });
});
