import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { textWhen } from '../harness/textWhen.ts';
import type { Workbench } from '../harness/workbench.ts';

describe('Semantic search, in the editor', () => {
  const editor = useEditor({ name: 'semantic-search' });
  let window: Workbench;
  let view: Frame;

  const openFile = async (name: string): Promise<void> => {
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill(name);
    await window.quickPicks.filter({ hasText: name }).first().click();
    await window.activeTab.filter({ hasText: name }).waitFor();
  };

  before(async () => {
    const caller = "import { waitBeforeRetry } from './retryPolicy.ts';\n\nexport const wait = waitBeforeRetry(1);\n";
    await writeFile(path.join(editor.project, 'src', 'callBuoy.ts'), caller);
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.page.locator('[id="sextant.sextant.index"]', { hasText: /^\s*6\s*$/ }).waitFor();
  });

  it('finds code as one types and shows it, and Escape goes back to where one was', async () => {
    await openFile('checksum.ts');
    await window.page.keyboard.press("Control+Alt+'");
    const box = window.page.getByPlaceholder('Describe the code you look for');
    await box.pressSequentially('how long to wait before calling again');
    await window.quickPicks.filter({ hasText: 'waitBeforeRetry' }).first().waitFor();
    await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();
    await window.screenshot('semantic-search-pick');
    await window.page.keyboard.press('Escape');
    await window.activeTab.filter({ hasText: 'checksum.ts' }).waitFor();
    await window.page.locator('.tab', { hasText: 'retryPolicy.ts' }).waitFor({ state: 'detached' });
  });

  it('completes filters, keeps to them, and Enter opens what was found', async () => {
    await window.runCommand('Sextant: Semantic Search');
    const box = window.page.getByPlaceholder('Describe the code you look for');
    await box.fill('compute height lang:py');
    await window.quickPicks
      .filter({ hasText: /lang:python.*1 file/ })
      .first()
      .click();
    await textWhen(
      window.page.locator('.quick-input-list'),
      (text) => text.includes('height_at') && !text.includes('.ts:'),
    );
    while ((await box.inputValue()) !== 'compute height lang:python ') await window.page.waitForTimeout(20);
    await box.press('Enter');
    await window.activeTab.filter({ hasText: 'tide_table.py' }).waitFor();
    await box.waitFor({ state: 'hidden' });
  });

  it('goes on in the sidebar, where results are gone through by keyboard', async () => {
    await window.runCommand('Sextant: Semantic Search');
    await window.page.getByPlaceholder('Describe the code you look for').fill('sum of all bytes modulo 255');
    await window.quickPicks.filter({ hasText: 'frameChecksum' }).first().waitFor();
    await window.page.getByRole('button', { name: 'Go on in the sidebar' }).click();
    view = await window.webview('Semantic Search');
    await view.getByRole('treeitem', { name: /frameChecksum/ }).waitFor();
    const box = view.getByRole('combobox');
    await box.and(view.locator(':focus')).waitFor();
    assert.equal(await box.inputValue(), 'sum of all bytes modulo 255');
    await window.screenshot('semantic-search-view');
    await window.page.keyboard.press('ArrowDown');
    await window.page.keyboard.press('Enter');
    await window.activeTab.filter({ hasText: 'checksum.ts' }).waitFor();
  });

  it('sends a passage to the chat to be asked about', async () => {
    const row = view.getByRole('treeitem', { name: /frameChecksum/ });
    await row.hover();
    await row.locator('.icon-button').click();
    const chat = await window.webview('Sextant');
    const input = chat.getByRole('textbox', { name: 'Your question' });
    while (!(await input.inputValue()).includes('src/checksum.ts:1–6 (frameChecksum)')) {
      await window.page.waitForTimeout(20);
    }
  });

  it('can be typed into once its icon is clicked', async () => {
    await window.page.locator('.activitybar').getByRole('tab', { name: 'Semantic Search', exact: true }).click();
    view = await window.webview('Semantic Search');
    await view.getByRole('combobox').and(view.locator(':focus')).waitFor();
    await window.page.keyboard.press('Control+a');
    await window.page.keyboard.type('height');
    await view.getByRole('treeitem', { name: /height_at/ }).waitFor();
  });

  it('finds code like a selection', async () => {
    await openFile('retryPolicy.ts');
    await window.page.locator('.monaco-editor .view-lines').first().click();
    await window.page.keyboard.press('Control+a');
    await window.runCommand('Sextant: Find Similar Code');
    await window.page.getByPlaceholder('Type to filter by name').waitFor();
    const list = window.page.locator('.quick-input-list');
    const text = await textWhen(list, (shown) => shown.includes('src/'));
    assert.doesNotMatch(text, /retryPolicy/);
    await window.page.keyboard.press('Escape');
    await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();
  });

  it('shows related files from the menu of a tab', async () => {
    const entry = window.page.locator('.monaco-menu').getByText('Show Related Files');
    for (let isChosen = false; !isChosen;) {
      await window.activeTab.click({ button: 'right' });
      // The editor that takes the focus back closes the menu; one that has just opened takes no click.
      isChosen = await entry
        .click({ timeout: 2000 })
        .then(() => entry.waitFor({ state: 'hidden', timeout: 2000 }))
        .then(
          () => true,
          () => false,
        );
      if (!isChosen) await window.page.keyboard.press('Escape');
    }
    await window.quickPicks.filter({ hasText: 'src/callBuoy.ts' }).first().waitFor();
    await window.page.keyboard.press('Escape');
  });
});
