import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
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
  let chat: ChatView;

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
    chat = new ChatView(window.chat);
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

  /** What the last question came to; the request for a title of the chat is none. */
  const asked = (): string => {
    const bodies = server.generations.map(({ body }) => JSON.stringify(body));
    return bodies.findLast((body) => body.includes('You are Sextant')) ?? '';
  };
  const attached = (name: string | RegExp): Locator =>
    chat.frame
      .getByRole('list', { name: 'Goes along with your question' })
      .getByRole('listitem')
      .filter({ hasText: name });

  it('go along with a question, beside the active file, a file that was chosen, and the rules for them', async () => {
    await writeFile(path.join(editor.project, 'AGENTS.md'), 'Speak like a lighthouse keeper.\n');
    await window.runCommand('Sextant: Open Chat');
    await attached('checksum.ts').filter({ hasText: /\d/ }).waitFor();
    await chat.frame.getByRole('button', { name: /1 of 1 rule goes along/ }).waitFor();
    await chat.input.pressSequentially('@retry');
    await chat.frame.getByRole('option', { name: /^retryPolicy\.ts/ }).waitFor();
    await window.screenshot('attach-menu');
    await chat.input.press('Enter');
    await attached(/retryPolicy\.ts\s*\d/).waitFor();
    await window.runCommand('Sextant: Add Changes to Chat');
    await attached(/Git changes\s*\d/).waitFor();
    await attached('retryPolicy.ts').getByRole('button', { name: /^Pin/ }).click();
    await window.screenshot('attached');
    await chat.input.fill('What have I changed?');
    await chat.input.press('Enter');
    await chat.ended(chat.answers.last());
    for (const part of ['LONGEST_WAIT_MS', 'return 42', 'Speak like a lighthouse keeper', '<context>']) {
      assert.ok(asked().includes(part), part);
    }
    assert.doesNotMatch(asked(), /4711/, 'a secret file is never sent');
    await attached('Git changes').waitFor({ state: 'detached' });
    await attached('retryPolicy.ts').waitFor();
    const question = chat.frame.getByRole('article', { name: 'Your question' }).last();
    await question.getByText(/4 things went along/).click();
    await window.screenshot('sent');
    await question.getByRole('button', { name: /retryPolicy\.ts/ }).click();
    await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();
  });

  it('ask again with what is pinned, as it is by then, without the active file where it is left out', async () => {
    await writeFile(path.join(editor.project, 'src', 'retryPolicy.ts'), 'export const NEVER = 0;\n');
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill('checksum.ts');
    await window.quickPicks.filter({ hasText: 'checksum.ts' }).first().click();
    await window.runCommand('Sextant: Open Chat');
    await chat.frame.getByRole('button', { name: 'Leave checksum.ts out in this chat' }).click();
    await chat.frame.getByRole('button', { name: 'Let checksum.ts go along' }).waitFor();
    await chat.ask('And now?');
    assert.match(asked(), /NEVER = 0/);
    assert.equal(
      asked().match(/<item kind=.{1,3}code/g)?.length,
      1,
      'the active file is there only as it was sent before',
    );
    // What was sent before stays as it was, so that providers find it in their cache; what is newer says so.
    assert.match(asked(), /LONGEST_WAIT_MS.*newer.*NEVER = 0/s);
  });

  it('say why a secret file does not go along', async () => {
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill('.env');
    await window.quickPicks.filter({ hasText: '.env' }).first().click();
    await window.activeTab.filter({ hasText: '.env' }).waitFor();
    await window.runCommand('Sextant: Add File to Chat');
    await chat.frame.getByText('.env usually holds keys or passwords, so it is never sent.').waitFor();
    await attached('.env').getByRole('button', { name: 'Remove .env' }).click();
    await attached('.env').waitFor({ state: 'detached' });
  });

  it('are asked about with a slash; help needs no model', async () => {
    await chat.ask('/review be brief');
    assert.match(asked(), /Review these changes as a careful colleague/);
    assert.match(asked(), /be brief/);
    assert.match(asked(), /return 42/);
    const before = server.generations.length;
    const help = await chat.ask('/help');
    assert.match(await help.innerText(), /\/explain/);
    assert.equal(server.generations.length, before, 'no model was asked');
    await window.screenshot('help');
  });
});
