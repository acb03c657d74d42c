import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { settings } from '../../src/manifest.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import type { Workbench } from '../harness/workbench.ts';

describe('The controls of inline completion', function () {
  this.timeout(180_000);
  const editor = useEditor({ name: 'completion-controls' });
  let server: ModelServer;
  let window: Workbench;
  let item: Locator;

  before(async () => {
    server = await startModelServer({ kind: 'ollama', completionText: 'waitBeforeRetry(attempt);' });
    const file = path.join(editor.server.directory, 'data', 'Machine', 'settings.json');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(
      file,
      JSON.stringify({
        [settings.endpoints]: { ollama: server.address },
        [settings.completionModel]: 'ollama/coder:1b',
      }),
    );
    const call =
      "import { waitBeforeRetry } from './retryPolicy.ts';\n\nexport function next(attempt: number) {\n  \n}\n";
    await writeFile(path.join(editor.project, 'src', 'call.ts'), call);
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    item = window.page.locator('.statusbar-item[id="sextant.sextant.completion"]');
    await item.waitFor();
    for (const name of ['retryPolicy.ts', 'call.ts']) await openFile(name);
  });
  after(async () => {
    await server.close();
  });

  async function openFile(name: string): Promise<void> {
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill(name);
    await window.quickPicks.filter({ hasText: name }).first().click();
    await window.activeTab.filter({ hasText: name }).waitFor();
  }

  const text = async (): Promise<string> =>
    await window.page.locator('.editor-instance .view-lines').first().innerText();

  /** What the document that a command opened says, when it says what is wanted. */
  async function shown(name: string, wanted: RegExp): Promise<void> {
    await window.activeTab.filter({ hasText: name }).waitFor();
    await window.page.locator('.editor-instance .view-lines', { hasText: wanted }).first().waitFor();
  }

  it('count what is accepted by word and whole', async () => {
    await window.page.keyboard.press('Control+g');
    await window.quickInput.fill(':4:3');
    await window.quickPicks.filter({ hasText: 'line 4' }).click();
    await window.quickInput.waitFor({ state: 'hidden' });
    await window.page.keyboard.type('return ');
    const ghost = window.page.locator('.ghost-text-decoration, .ghost-text').first();
    await ghost.waitFor();
    for (const [name, theme] of [
      ['dark', 'Dark Modern'],
      ['light', 'Light Modern'],
      ['contrast', 'Dark High Contrast'],
    ] as const) {
      await window.chooseTheme(theme);
      // Whatever takes the focus takes the suggestion away.
      await window.page.keyboard.press('Backspace');
      await window.page.keyboard.type(' ');
      await ghost.waitFor();
      await window.screenshot(`completion-ghost-${name}`);
    }
    await window.page.keyboard.press('Control+ArrowRight');
    await window.page
      .locator('.view-line', { hasText: /return\s+waitBeforeRetry/ })
      .first()
      .waitFor();
    await window.page.keyboard.press('Tab');
    await ghost.waitFor({ state: 'detached' });
    assert.match((await text()).replaceAll('\u00a0', ' '), /return waitBeforeRetry\(attempt\);/);
    await window.runCommand('Sextant: Show Completion Statistics');
    await shown(
      'Completion Statistics',
      /accepted\swhole\s*\|\s*1\s*\|.*by\sline\s*\|\s*0\s*\|.*by\sword\s*\|\s*1\s*\|/s,
    );
    await window.screenshot('completion-statistics');
  });

  it('show what was sent', async () => {
    await window.runCommand('Sextant: Show Completion Context');
    await shown('Completion Context', /retryPolicy\.ts/);
    await window.screenshot('completion-context');
  });

  it('pause and resume from the status bar, and say so', async () => {
    await openFile('call.ts');
    await item.hover();
    await window.page.locator('.monaco-hover', { hasText: 'Accepted' }).first().waitFor();
    await window.screenshot('completion-tooltip');
    await window.page.keyboard.press('Escape');
    for (const [name, theme] of [
      ['dark', 'Dark Modern'],
      ['contrast', 'Dark High Contrast'],
      ['light', 'Light Modern'],
    ] as const) {
      await window.chooseTheme(theme);
      await item.click();
      await window.quickPicks.filter({ hasText: 'Pause' }).waitFor();
      // It fades in.
      await window.page.waitForFunction(() => {
        const box = document.querySelector('.quick-input-widget');
        return box !== null && getComputedStyle(box).opacity === '1';
      });
      await window.screenshot(`completion-menu-${name}`);
      await window.page.keyboard.press('Escape');
    }
    await openFile('call.ts');
    await item.click();
    await window.quickPicks.filter({ hasText: 'Pause' }).click();
    await window.quickPicks.filter({ hasText: '30 minutes' }).click();
    await item.filter({ hasText: '30 min' }).waitFor();
    const asked = server.generations.length;
    await window.runCommand('Sextant: Resume Inline Completion');
    await item.filter({ hasText: 'min' }).waitFor({ state: 'detached' });
    assert.equal(server.generations.length, asked);
  });

  it('fit into a narrow window, and say why completion fails', async () => {
    await server.close();
    await window.page.setViewportSize({ width: 520, height: 700 });
    await openFile('call.ts');
    await window.quickInput.waitFor({ state: 'hidden' });
    await window.page.keyboard.press('Control+End');
    await window.page.keyboard.type('const next = ');
    await window.page.locator('.statusbar-item.warning-kind[id="sextant.sextant.completion"]').waitFor();
    await item.click();
    await window.quickPicks.filter({ hasText: 'Why it fails' }).waitFor();
    await window.screenshot('completion-menu-narrow');
    await window.page.keyboard.press('Escape');
    await window.runCommand('Sextant: Show Completion Context');
    await window.activeTab.filter({ hasText: 'Completion Context' }).waitFor();
    await window.screenshot('completion-context-narrow');
  });
});
