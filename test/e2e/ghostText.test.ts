import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import type { Workbench } from '../harness/workbench.ts';

const code = 'export function total(prices: number[]): number {\n  \n}\n';
const answer =
  'let sum = 0;\n  for (const price of prices) {\n    sum += price;\n  }\n  return sum;\n}\n\nexport function other() {}\n';

describe('A suggestion in the editor', () => {
  const settings: Record<string, unknown> = {
    'editor.acceptSuggestionOnEnter': 'off',
    'editor.quickSuggestions': false,
  };
  let server: ModelServer;
  let window: Workbench;

  before(async () => {
    server = await startModelServer({ kind: 'ollama', completionText: answer });
    settings['sextant.endpoints'] = { ollama: server.address };
    settings['sextant.completion.model'] = 'ollama/coder:1b';
  });
  const editor = useEditor({ name: 'ghost-text', settings });
  after(async () => {
    await server.close();
  });

  const ghost = (): ReturnType<Workbench['page']['locator']> =>
    window.page.locator('.view-lines .ghost-text, .view-lines .ghost-text-decoration, .ghost-text-decoration-preview');

  /** The document as the editor shows it, without what is only suggested. */
  async function shows(text: RegExp): Promise<void> {
    await window.page.locator('.view-lines').filter({ hasText: text }).first().waitFor();
  }

  it('appears as ghost text behind what is typed, to the end of its block', async () => {
    await writeFile(path.join(editor.project, 'total.ts'), code);
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.page.keyboard.press('Control+P');
    await window.quickInput.fill('total.ts:2:3');
    await window.quickPicks.first().waitFor();
    await window.page.keyboard.press('Enter');
    await window.page.locator('.tab.active').filter({ hasText: 'total.ts' }).waitFor();
    await window.page.keyboard.type('l');
    await ghost().first().waitFor();
    await shows(/return\ssum/);
    await window.screenshot('ghost-text');
  });

  it('survives typing along, without another request', async () => {
    const asked = server.generations.filter(({ body }) => JSON.stringify(body).includes('  l"')).length;
    for (const key of 'et su') {
      await window.page.keyboard.type(key);
      await ghost().first().waitFor();
    }
    await shows(/return\ssum/);
    const now = server.generations.filter(({ body }) => /number \{\\n {2}l(?:e|")/.test(JSON.stringify(body))).length;
    assert.ok(now <= Math.max(1, asked), 'the suggestion was asked for once');
    await window.screenshot('ghost-text-typed');
  });

  it('is accepted by word, and then whole, and nothing of what stood there is doubled', async () => {
    await window.page.keyboard.press('Control+ArrowRight');
    await ghost().first().waitFor();
    await window.page.keyboard.press('Tab');
    await ghost()
      .first()
      .waitFor({ state: 'detached' })
      .catch(() => undefined);
    await window.page.keyboard.press('Control+S');
    await window.page.locator('.tab.active:not(.dirty)').waitFor();
    const written = await readFile(path.join(editor.project, 'total.ts'), 'utf8');
    const expected = `export function total(prices: number[]): number {\n  ${answer.slice(0, answer.indexOf('\n}'))}\n}\n`;
    assert.equal(written, expected);
  });
});
