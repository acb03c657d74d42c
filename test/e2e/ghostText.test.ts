import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import type { Workbench } from '../harness/workbench.ts';

const code = 'export function total(prices: number[]): number {\n  let sum = 0;\n  \n  return sum;\n}\n';
const block = 'for (const price of prices) {\n    sum += price;\n  }';

describe('A suggestion in the editor', () => {
  const editor = useEditor({ name: 'ghost-text', settings: { 'editor.quickSuggestions': false } });
  let server: ModelServer;
  let window: Workbench;

  before(async () => {
    server = await startModelServer({ kind: 'ollama' });
    // What is the machine's is the server's, not the window's.
    const folder = path.join(editor.directory, 'server', 'data', 'Machine');
    await mkdir(folder, { recursive: true });
    const settings = { 'sextant.endpoints': { ollama: server.address }, 'sextant.completion.model': 'ollama/coder:1b' };
    await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
    await writeFile(path.join(editor.project, 'total.ts'), code);
  });
  after(async () => {
    await server.close();
  });

  const isGhostShown = (): Promise<boolean> =>
    window.page
      .locator('.ghost-text, .ghost-text-decoration')
      .first()
      .waitFor({ timeout: 4000 })
      .then(
        () => true,
        () => false,
      );

  it('appears as ghost text behind what is typed, to the end of its block', async () => {
    // The model runs on past what belongs.
    server.completionText = `${block.slice(1)}\n  return sum;\n}\n\nexport function other() {}\n`;
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.page.getByRole('treeitem', { name: 'total.ts' }).dblclick();
    await window.page.locator('.view-line').nth(2).click();
    await window.page.keyboard.press('End');
    for (let isShown = false; !isShown;) {
      // The extension may still be starting.
      await window.page.keyboard.type('f');
      isShown = await isGhostShown();
      if (!isShown) await window.page.keyboard.press('Backspace');
    }
    await window.screenshot('ghost-text');
    assert.match(await window.page.locator('.monaco-editor').first().innerText(), /sum\s\+=\sprice/);
  });

  it('survives typing along, without another request for it', async () => {
    for (const key of 'or ') {
      await window.page.keyboard.type(key);
      assert.ok(await isGhostShown());
    }
    await window.screenshot('ghost-text-typed');
    const prompts = server.generations.map(({ body }) => (body as { readonly prompt: string }).prompt);
    const inside = prompts.filter((prompt) => /\n {2}f(?:or?)? ?$/.test(prompt));
    assert.equal(inside.length, 1);
  });

  it('is accepted by word, and then whole, and nothing of what stood there is doubled', async () => {
    await window.page.keyboard.press('Control+ArrowRight');
    await window.page
      .locator('.view-line')
      .filter({ hasText: /for\s\(const/ })
      .first()
      .waitFor();
    assert.ok(await isGhostShown());
    await window.screenshot('ghost-text-word');
    await window.page.keyboard.press('Tab');
    let written = '';
    while (!written.includes('sum += price')) {
      await window.page.keyboard.press('Control+S');
      written = await readFile(path.join(editor.project, 'total.ts'), 'utf8');
    }
    assert.equal(written, code.replace('\n  \n', `\n  ${block}\n`));
  });
});
