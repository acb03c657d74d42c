import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { contextScenes } from '../../fixtures/webviewHost/contextScenes.ts';
import { firstRunScenes } from '../../fixtures/webviewHost/firstRunScenes.ts';
import { historyScenes } from '../../fixtures/webviewHost/historyScenes.ts';
import { sweepByTab } from '../../fixtures/webviewHost/keySweep.ts';
import { axeViolations, prepareLooks, whatIsCutOff, whatSticksOut } from '../../fixtures/webviewHost/looks.ts';
import { modeScenes } from '../../fixtures/webviewHost/modeScenes.ts';
import { openedScenes } from '../../fixtures/webviewHost/openedScenes.ts';
import { scenes } from '../../fixtures/webviewHost/scenes.ts';
import { windowScenes } from '../../fixtures/webviewHost/windowScenes.ts';
import { themes } from '../../fixtures/webviewHost/viewPage.ts';
import { launchBrowser } from '../../harness/browser.ts';
import { cacheDirectory } from '../../harness/project.ts';
import { translationsOf } from '../../harness/translations.ts';

const all = {
  ...scenes,
  ...firstRunScenes,
  ...contextScenes,
  ...modeScenes,
  ...windowScenes,
  ...historyScenes,
  ...openedScenes,
};

describe('The chat view in a browser: its looks', () => {
  const pictures = path.join(cacheDirectory, 'screenshots', 'chat');
  let browser: Browser;
  let view: ChatPage;

  before(async () => {
    browser = await launchBrowser();
    await mkdir(pictures, { recursive: true });
  });
  after(async () => {
    await browser.close();
  });

  for (const [name, scene] of Object.entries(all)) {
    describe(name, () => {
      before(async () => {
        view = await ChatPage.create(browser, { width: 360, height: 760 });
        scene.prepare(view.host);
        await view.load();
        await scene.act?.(view);
        await prepareLooks(view.page);
      });
      after(async () => {
        await view.close();
        assert.deepEqual(view.troubles, []);
      });

      for (const theme of themes) {
        it(`is accessible in the theme ${theme}`, async () => {
          await view.useTheme(theme);
          await takePicture(`${name} ${theme}`);
          assert.deepEqual(await axeViolations(view.page, theme === 'dark' ? 'everything' : 'colours'), []);
        });
      }

      for (const width of [1600, 700, 200]) {
        it(`fits into ${width} pixels`, async () => {
          await view.useTheme('dark');
          await view.page.setViewportSize({ width, height: 760 });
          await takePicture(`${name} ${width}`);
          assert.deepEqual(await whatSticksOut(view.page), []);
          if (width === 200) assert.deepEqual(await axeViolations(view.page, 'all but colours'), []);
        });
      }

      it('can be used at 200 % zoom', async () => {
        await view.page.setViewportSize({ width: 360 / 2, height: 760 / 2 });
        await takePicture(`${name} zoomed`);
        assert.deepEqual(await whatSticksOut(view.page), []);
        assert.deepEqual(await whatIsCutOff(view.page), []);
        assert.deepEqual(await axeViolations(view.page, 'all but colours'), []);
        assert.deepEqual(await sweepByTab(view.page), []);
      });

      it('is gone through with Tab: every control, in sight, and out again', async () => {
        await view.page.setViewportSize({ width: 360, height: 760 });
        assert.deepEqual(await sweepByTab(view.page), []);
      });
    });
  }

  it('moves nothing for who wants no motion, by the system’s setting or by VS Code’s', async () => {
    view = await ChatPage.create(browser);
    scenes['waiting questions']?.prepare(view.host);
    await view.load();
    const spinner = view.answer.locator('.codicon-loading');
    const times = () => spinner.evaluate((node) => globalThis.getComputedStyle(node).animationIterationCount);
    assert.equal(await times(), '1');
    await view.page.emulateMedia({ reducedMotion: 'no-preference' });
    assert.equal(await times(), 'infinite');
    await view.page.evaluate('document.body.classList.add("vscode-reduce-motion")');
    assert.equal(await times(), '1');
    await view.close();
  });

  // What is opened in a state is found by its English name; these are there by themselves.
  for (const [name, scene] of Object.entries(all).filter(([, { act }]) => act === undefined)) {
    it(`${name}: fits into 200 pixels in German, whose words are long`, async () => {
      view = await ChatPage.create(browser, { width: 200, height: 760, language: 'de' });
      scene.prepare(view.host);
      await view.load();
      await view.page.getByRole('button', { name: translationsOf('de')['New chat'] ?? '', exact: true }).waitFor();
      await takePicture(`${name} German`);
      assert.deepEqual(await whatSticksOut(view.page), []);
      await view.close();
    });
  }

  /** For somebody to look at. */
  const takePicture = async (name: string): Promise<void> => {
    await view.page.screenshot({ path: path.join(pictures, `${name}.png`) });
  };
});
