import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import type { Workbench } from '../harness/workbench.ts';

describe('Semantic search, in the editor', () => {
  const editor = useEditor({ name: 'semantic-search' });
  let window: Workbench;

  before(async () => {
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.page
      .locator('.statusbar-item', { hasText: /^\s*\d+$/ })
      .first()
      .waitFor();
  });

  it('finds code as one types and shows it, and Escape goes back to where one was', async () => {
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill('checksum.ts');
    await window.quickPicks.filter({ hasText: 'checksum.ts' }).first().click();
    await window.activeTab.filter({ hasText: 'checksum.ts' }).waitFor();
    await window.runCommand('Sextant: Semantic Search');
    await window.page
      .getByPlaceholder('Describe the code you look for')
      .pressSequentially('how long to wait before calling again');
    await window.quickPicks.filter({ hasText: 'waitBeforeRetry' }).first().waitFor();
    await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();
    await window.screenshot('semantic-search-pick');
    await window.page.keyboard.press('Escape');
    await window.activeTab.filter({ hasText: 'checksum.ts' }).waitFor();
    await window.page.locator('.tab', { hasText: 'retryPolicy.ts' }).waitFor({ state: 'detached' });
  });
});
