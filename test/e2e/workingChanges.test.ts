import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { textWhen } from '../harness/textWhen.ts';
import type { Workbench } from '../harness/workbench.ts';

const run = promisify(execFile);

describe('Working changes of a git repository', () => {
  const editor = useEditor({ name: 'working-changes' });
  let server: ModelServer;
  let window: Workbench;

  before(async function () {
    this.timeout(120_000);
    server = await startModelServer();
    const git = (...rest: readonly string[]): Promise<unknown> =>
      run('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...rest], { cwd: editor.project });
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'Begin the lighthouse');
    const file = path.join(editor.project, 'src', 'checksum.ts');
    await writeFile(file, 'export function frameChecksum(): number {\n  return 42;\n}\n');
    await git('add', '.');
    await writeFile(path.join(editor.project, '.env'), 'API_TOKEN=4711\n');
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Open Chat');
    const chat = new ChatView(window.chat);
    await chat.input.waitFor();
    await chat.useServer(window, server.address);
  });
  after(async () => {
    await server.close();
  });

  it('get a commit message from what is staged', async () => {
    await window.page
      .getByRole('tab', { name: /^Source Control/ })
      .first()
      .click();
    const box = window.page.locator('.scm-input .view-lines');
    await box.waitFor();
    server.enqueue({ type: 'answer', text: 'Here is a commit message:\n\n```\nReturn 42 as every checksum\n```\n' });
    await window.page.locator('.scm-view .monaco-list-row', { hasText: 'checksum.ts' }).waitFor();
    await window.runCommand('Sextant: Generate Commit Message');
    await textWhen(box, (text) => text.replaceAll('\u00a0', ' ').trim() === 'Return 42 as every checksum');
    const asked = JSON.stringify(server.generations.at(-1)?.body);
    assert.match(asked, /return 42/);
    assert.match(asked, /Begin the lighthouse/);
    await window.screenshot('commit-message');
  });

  it('are reviewed as comments beside the lines', async () => {
    const finding = { path: 'src/checksum.ts', line: 2, kind: 'bug', comment: 'Every frame gets the same checksum.' };
    server.enqueue({
      type: 'answer',
      text: `${JSON.stringify(finding)}\n${JSON.stringify({ ...finding, path: 'made/up.ts' })}\n`,
    });
    await window.runCommand('Sextant: Review Working Changes');
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill('checksum.ts');
    await window.quickPicks.filter({ hasText: 'checksum.ts' }).first().click();
    const comment = window.page.locator('.review-widget', { hasText: 'Every frame gets the same checksum.' });
    await comment.waitFor();
    await window.screenshot('review');
    assert.doesNotMatch(JSON.stringify(server.requests), /4711/, 'a secret file is never sent');
    await window.runCommand('Sextant: Clear Review');
    await comment.waitFor({ state: 'detached' });
  });
});
