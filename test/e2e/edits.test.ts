import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { type EditorFixture, useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import type { Workbench } from '../harness/workbench.ts';

/** A window with a model picked and a file of the sample project open. */
async function openFile(editor: EditorFixture, server: ModelServer, name: string): Promise<Workbench> {
  const window = await editor.open({ folder: editor.project, extension: projectRoot });
  await window.runCommand('Sextant: Open Chat');
  const chat = new ChatView(window.chat);
  await chat.input.waitFor();
  await chat.useServer(window, server.address);
  await window.page.keyboard.press('Control+p');
  await window.quickInput.fill(name);
  await window.quickPicks.filter({ hasText: name }).first().click();
  await window.activeTab.filter({ hasText: name }).waitFor();
  return window;
}

describe('Edit Here', () => {
  const editor = useEditor({ name: 'edits' });
  let server: ModelServer;
  let window: Workbench;

  before(async function () {
    this.timeout(90_000);
    server = await startModelServer({ chunkDelayMs: 40 });
    window = await openFile(editor, server, 'checksum.ts');
  });
  after(async () => {
    await server.close();
  });

  it('asks in a box between the lines', async () => {
    await window.page.locator('.monaco-editor .view-line').first().click();
    await window.page.keyboard.press('Control+a');
    await window.page.keyboard.press('Alt+k');
    await window.page.waitForTimeout(3000);
    console.log(await window.screenshot('edit-box'));
    server.enqueue({
      type: 'answer',
      text: 'Here:\n\n```ts\n/** The checksum of a radio frame: all bytes added up, modulo 256. */\nexport function frameChecksum(frame: Uint8Array): number {\n  let sum = 0;\n  for (const byte of frame) {\n    sum = (sum + byte) % 256;\n  }\n  return sum;\n}\n```\n',
    });
    await window.page.keyboard.type('Modulo 256, please');
    await window.page.keyboard.press('Control+Enter');
    await window.page.waitForTimeout(1500);
    console.log(await window.screenshot('edit-streaming'));
    await window.page.waitForTimeout(4000);
    console.log(await window.screenshot('edit-hunks'));
    assert.ok(await readFile(path.join(editor.project, 'src/checksum.ts'), 'utf8'));
  });
});
