import assert from 'node:assert/strict';
import path from 'node:path';
import { ChatView } from '../harness/chatView.ts';
import { oldestEditor } from '../harness/editorDownload.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { cacheDirectory, projectRoot } from '../harness/project.ts';
import { skipBecause } from '../harness/skip.ts';
import { packDirectory } from '../harness/vsix.ts';

/** An extension that offers a language model, as others do. */
async function modelExtension(): Promise<string> {
  const file = path.join(cacheDirectory, 'package', 'model-extension.vsix');
  await packDirectory(path.join(projectRoot, 'test', 'fixtures', 'modelExtension'), file);
  return file;
}

describe('A model that VS Code itself offers', () => {
  const editor = useEditor({
    name: 'editor-models',
    vsix: modelExtension,
    settings: { 'chat.disableAIFeatures': false },
  });

  it('can be picked in the chat and answers with the passages of the workspace', async function () {
    if (process.env['SEXTANT_EDITOR'] === oldestEditor) {
      skipBecause(this, 'in this VS Code no extension can offer a model without proposed API');
    }
    const window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Choose Chat Model');
    await window.quickPicks.filter({ hasText: 'Lighthouse Beam' }).click();
    await window.runCommand('Sextant: Open Chat');
    const chat = new ChatView(window.chat);
    const answer = await chat.ask('How long do we wait before a buoy that did not answer is called again?');
    assert.match(await answer.innerText(), /The beam was given .*src\/retryPolicy\.ts/);
    await window.screenshot('editor-models');
  });
});
