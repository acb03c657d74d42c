import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { ChatPage, themes } from '../../fixtures/webviewHost/chatPage.ts';
import { historyScenes } from '../../fixtures/webviewHost/historyScenes.ts';
import { scenes } from '../../fixtures/webviewHost/scenes.ts';
import { launchBrowser } from '../../harness/browser.ts';
import { cacheDirectory } from '../../harness/project.ts';

describe('The chat view in a browser: its looks', () => {
  const pictures = path.join(cacheDirectory, 'screenshots', 'chat');
  let browser: Browser;
  let axe: string;
  let view: ChatPage;

  before(async () => {
    browser = await launchBrowser();
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await mkdir(pictures, { recursive: true });
  });
  after(async () => {
    await browser.close();
  });

  for (const [name, scene] of Object.entries({ ...scenes, ...historyScenes })) {
    describe(name, () => {
      before(async () => {
        view = await ChatPage.create(browser, { width: 360, height: 760 });
        scene.prepare(view.host);
        await view.load();
        await scene.act?.(view);
        await view.page.evaluate(axe);
      });
      after(async () => {
        await view.close();
        assert.deepEqual(view.troubles, []);
      });

      for (const theme of themes) {
        it(`is accessible in the theme ${theme}`, async () => {
          await view.useTheme(theme);
          await takePicture(`${name} ${theme}`);
          assert.deepEqual(await axeViolations(), []);
        });
      }

      for (const width of [1600, 700, 200]) {
        it(`fits into ${width} pixels`, async () => {
          await view.useTheme('dark');
          await view.page.setViewportSize({ width, height: 760 });
          await takePicture(`${name} ${width}`);
          assert.deepEqual(await whatSticksOut(), []);
        });
      }
    });
  }

  /** For somebody to look at. */
  const takePicture = async (name: string): Promise<void> => {
    await view.page.screenshot({ path: path.join(pictures, `${name}.png`) });
  };

  const axeViolations = (): Promise<string[]> =>
    view.page.evaluate(async () => {
      interface Rule {
        readonly id: string;
        readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
      }
      const { axe: checker } = globalThis as unknown as { axe: { run(): Promise<{ violations: readonly Rule[] }> } };
      const { violations } = await checker.run();
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
      );
    });

  /** Code, tables, titles and the text for screen readers have a place of their own to go on in. */
  const whatSticksOut = (): Promise<string[]> =>
    view.page.evaluate(() => {
      interface Box {
        readonly className: string;
        getBoundingClientRect(): { left: number; right: number; width: number };
        closest(selector: string): unknown;
      }
      const { document, innerWidth } = globalThis as unknown as {
        document: { querySelectorAll(selector: string): Iterable<Box> };
        innerWidth: number;
      };
      return [...document.querySelectorAll('body *')]
        .filter((element) => element.closest('pre, .table-scroller, .visually-hidden, .row-title') === null)
        .filter((element) => {
          const { left, right, width } = element.getBoundingClientRect();
          return width > 0 && (left < -1 || right > innerWidth + 1);
        })
        .map(({ className }) => className);
    });
});
