import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';

describe('The index page, in the editor', () => {
  const editor = useEditor({ name: 'index-page' });

  it('shows what is in the index', async () => {
    const window = await editor.open({ folder: editor.project, extension: projectRoot });
    const item = window.page.locator('[id="sextant.sextant.index"]');
    await item.waitFor();
    await item.click();
    const page = await window.webview('Sextant Index');
    await page.getByText('Index ready').waitFor();
    await window.screenshot('index-page');
  });
});
