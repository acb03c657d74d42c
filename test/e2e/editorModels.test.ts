import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { ChatView } from '../harness/chatView.ts';
import { oldestEditor } from '../harness/editorDownload.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { cacheDirectory, projectRoot } from '../harness/project.ts';
import { skipBecause } from '../harness/skip.ts';
import { textWhen } from '../harness/textWhen.ts';
import { packDirectory } from '../harness/vsix.ts';
import type { Workbench } from '../harness/workbench.ts';

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
    settings: { 'chat.disableAIFeatures': false, 'sextant.privacy.secretFiles': ['lanterns/**', '*.lantern'] },
  });

  let window: Workbench;
  let chat: ChatView;
  let page: Frame;

  before(function () {
    if (process.env['SEXTANT_EDITOR'] === oldestEditor) {
      skipBecause(this, 'in this VS Code no extension can offer a model without proposed API');
    }
  });

  it('can be picked in the chat and answers with the passages of the workspace', async () => {
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Choose Chat Model');
    await window.quickPicks.filter({ hasText: 'Lighthouse Beam' }).click();
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
    const answer = await chat.ask('How long do we wait before a buoy that did not answer is called again?');
    assert.match(await answer.innerText(), /The beam was given .*src\/retryPolicy\.ts/);
    await window.screenshot('editor-models');
  });

  it('is in the list of what was sent, with the files that went along', async () => {
    await window.runCommand('Sextant: Show Sent Requests');
    page = await window.webview('Sextant Requests');
    await page
      .getByText(/^2 requests with .* left this machine in the last 30 days, to models of VS Code\.$/)
      .waitFor();
    const asked = page.locator('.request', { hasText: 'chat' });
    assert.match(await asked.innerText(), /lighthouse\/beam[^]*models of VS Code[^]*kB sent/);
    await asked.getByText(/From \d+ files/).click();
    await asked.getByText('src/retryPolicy.ts').waitFor();
    await window.screenshot('sent-requests');
  });

  it('is not asked while nothing may be sent beyond this machine, and the answer says so', async () => {
    await page.getByRole('button', { name: 'Turn “Local Only” On' }).click();
    const status = window.page.locator('[id="sextant.sextant.sextant.localOnly"]');
    await status.filter({ hasText: 'Local only' }).waitFor();
    await page.getByText('“Local only” is on: nothing is sent beyond this machine.').waitFor();
    await window.runCommand('View: Close Editor');
    await chat.send('And how often?');
    await chat.errorCard.filter({ hasText: '“Local only” is on, and VS Code does not say where' }).waitFor();
    await window.screenshot('local-only');
    await status.click();
    await status.waitFor({ state: 'hidden' });
  });

  it('is told of on the page about privacy, as is all else that leaves and stays', async () => {
    await window.runCommand('Sextant: Show Privacy');
    const shown = await window.webview('Sextant Privacy');
    await shown.getByText(/^Today \d+ requests with .* left this machine, to models of VS Code\.$/).waitFor();
    await shown.getByRole('row', { name: /^models of VS Code/ }).waitFor();
    await shown.getByText('Telemetry is off: nothing is recorded and nothing is sent.').waitFor();
    await shown.getByText('0 events of use are on this machine.').waitFor();
    await shown.getByRole('button', { name: 'Turn “Local Only” On' }).click();
    await shown.getByText('“Local only” is on: nothing is sent beyond this machine.').waitFor();
    await shown.getByRole('button', { name: 'Turn “Local Only” Off' }).click();
    await shown.getByText(/^Sextant asks the servers of the models that you use/).waitFor();
    await window.screenshot('privacy');
    await window.runCommand('View: Close Editor');
  });

  it('leaves Sextant in order, as its own report says, without a name of the home folder', async () => {
    await window.runCommand('Sextant: Diagnose');
    await window.activeTab.filter({ hasText: 'Sextant Diagnosis.txt' }).waitFor();
    const report = window.page.locator('.editor-instance .view-lines');
    const text = await textWhen(report, (lines) => lines.includes('database') && lines.includes('policy'));
    const shown = text.replaceAll('\u00a0', ' ');
    assert.doesNotMatch(shown, /failed|lantern/);
    assert.match(
      shown,
      /secret files +Besides those that usually are: 0 patterns of policies, 2 patterns of the settings/,
    );
    await window.screenshot('diagnosis');
    await window.runCommand('Sextant: Show Telemetry');
    await textWhen(report, (lines) => lines.includes('Telemetry'));
    await window.screenshot('telemetry');
    await window.runCommand('View: Close All Editors');
  });

  it('can be picked for inline completion and fills the gap at the cursor', async () => {
    await writeFile(path.join(editor.project, 'lamp.ts'), 'const lamp = \n');
    await window.runCommand('Sextant: Choose Completion Model');
    await window.quickPicks.filter({ hasText: 'Lighthouse Beam' }).click();
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill('lamp.ts');
    await window.quickPicks.filter({ hasText: 'lamp.ts' }).first().click();
    await window.activeTab.filter({ hasText: 'lamp.ts' }).waitFor();
    await window.page.locator('.editor-instance .view-line').first().click();
    await window.page.keyboard.press('End');
    await window.page.keyboard.type('new ');
    await window.page.locator('.ghost-text, .ghost-text-decoration').first().waitFor();
    await window.page.keyboard.press('Tab');
    await window.page.locator('.view-line', { hasText: /const\slamp\s=\snew\sturnLamp\(1\);/ }).waitFor();
  });

  it('changes the code in the editor, too', async () => {
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill('checksum.ts');
    await window.quickPicks.filter({ hasText: 'checksum.ts' }).first().click();
    await window.activeTab.filter({ hasText: 'checksum.ts' }).waitFor();
    await window.runCommand('Sextant: Simplify');
    await window.page.locator('.codelens-decoration a', { hasText: 'Accept' }).first().waitFor();
    await window.page.locator('.view-line', { hasText: '256' }).first().waitFor();
  });
});
