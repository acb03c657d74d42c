import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { Steps } from '../harness/steps.ts';
import { textWhen } from '../harness/textWhen.ts';
import type { Workbench } from '../harness/workbench.ts';

const older = `/** The checksum of a radio frame: all bytes added up, modulo 255. */
export function frameChecksum(frame: Uint8Array): number {
  let sum = 0;
  for (const byte of frame) sum = (sum + byte) % 255;
  return sum;
}
`;
const newer = `/** The checksum of a radio frame: all bytes added up, modulo 256. */
export function frameChecksum(frame: Uint8Array): number {
  let sum = 0;
  for (const byte of frame) {
    sum = (sum + byte) % 256;
  }
  return sum;
}
`;
const fence = '```';
const change = (path: string, from: string, to: string): string =>
  `${path}\n${fence}ts\n<<<<<<< SEARCH\n${from}\n=======\n${to}\n>>>>>>> REPLACE\n${fence}\n`;
const editsAnswer = [
  'I keep the lowest byte only, and wait a minute at most.',
  change('src/checksum.ts', '  return sum;', '  return sum & 0xff;'),
  change('src/retryPolicy.ts', 'const LONGEST_WAIT_MS = 30_000;', 'const LONGEST_WAIT_MS = 60_000;'),
  change('src/tideTable.ts', 'low', 'high'),
].join('\n\n');
const themes = [
  ['Dark High Contrast', 'high-contrast'],
  ['Dark Modern', 'dark'],
] as const;

describe('Changes by a model', () => {
  const editor = useEditor({ name: 'edits', settings: { 'files.eol': '\n', 'sextant.chat.titlesByModel': false } });
  let server: ModelServer;
  let window: Workbench;
  let chat: ChatView;
  const file = (): string => path.join(editor.project, 'src', 'checksum.ts');

  before(async function () {
    this.timeout(120_000);
    server = await startModelServer();
    const git = (...values: string[]) => execFileSync('git', values, { cwd: editor.project });
    git('init', '--quiet');
    git('add', '--all');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--message', 'All');
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
    await chat.input.waitFor();
    await chat.useServer(window, server.address);
  });
  after(async () => {
    await server.close();
  });

  /** Opens the file with this text, all of it selected. */
  async function openWith(text: string): Promise<void> {
    await window.runCommand('View: Close All Editors');
    await writeFile(file(), text);
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill('checksum.ts');
    await window.quickPicks.filter({ hasText: 'checksum.ts' }).first().click();
    await window.activeTab.filter({ hasText: 'checksum.ts' }).waitFor();
    const lines = window.page.locator('.editor-group-container.active .view-line');
    // VS Code may still hold the file as it was, and reading it anew takes the selection away.
    for (const line of new Set(text.split(/\r?\n/))) await lines.filter({ hasText: line.trim() }).first().waitFor();
    await lines.first().click();
    await window.page.keyboard.press('Control+a');
  }

  /** Types an instruction into the box of *Edit Here*. */
  async function instruct(instruction: string): Promise<void> {
    await window.page.keyboard.press('Alt+k');
    const input = window.page.locator('.review-widget .monaco-editor.focused');
    await input.waitFor();
    await window.page.keyboard.type(instruction);
    await input.filter({ hasText: instruction.split(' ')[0] ?? '' }).waitFor();
    await window.page.keyboard.press('Control+Enter');
  }

  /** Chooses in the menu that says how a chat is answered. */
  async function chooseHow(line: string): Promise<void> {
    await chat.frame.getByRole('button', { name: /^Mode and persona/ }).click();
    await chat.frame.getByRole('menu').getByText(line, { exact: true }).click();
  }

  const lenses = (title: string) => window.page.locator('.codelens-decoration a', { hasText: title });

  /** Saves until the disk has this text. */
  async function savedAs(text: string): Promise<void> {
    let saved = '';
    for (let attempt = 0; attempt < 40; attempt++) {
      await window.page.keyboard.press('Control+s');
      await window.page.waitForTimeout(150);
      saved = await readFile(file(), 'utf8');
      if (saved === text) return;
    }
    assert.equal(saved, text);
  }

  it('are shown hunk by hunk, accepted and rejected one by one, and undone at once', async () => {
    await openWith(older);
    server.chunkDelayMs = 30;
    server.enqueue({ type: 'answer', text: `Here:\n\n${fence}ts\n${newer}${fence}\n` });
    await instruct('Modulo 256, please');
    await lenses('Accept all 2').waitFor();
    assert.equal(await lenses('Reject').filter({ hasNotText: 'all' }).count(), 2);
    await window.screenshot('edit-hunks');
    await window.page.keyboard.press('Alt+y');
    await lenses('Accept all 2').waitFor({ state: 'detached' });
    await window.page.keyboard.press('Alt+n');
    await lenses('Accept').first().waitFor({ state: 'detached' });
    await savedAs(older.replace('modulo 255', 'modulo 256'));
    await window.page.keyboard.press('Control+z');
    await savedAs(older);
    const { body } = server.generations.at(-1) ?? {};
    assert.match(JSON.stringify(body), /<part>.*frameChecksum.*<\/part>.*Modulo 256, please/);
  });

  it('look right in dark, in high contrast and where there is little room', async function () {
    this.timeout(120_000);
    const size = window.page.viewportSize() ?? { width: 1280, height: 800 };
    await openWith(older);
    server.chunkDelayMs = 0;
    server.enqueue({ type: 'answer', text: `${fence}ts\n${newer.replace('  return sum;\n', '')}${fence}\n` });
    await instruct('Modulo 256, please');
    await lenses('Accept all').waitFor();
    for (const [theme, name] of themes) {
      await window.chooseTheme(theme);
      await window.page.keyboard.press('Alt+k');
      await window.page.locator('.review-widget .monaco-editor.focused').waitFor();
      await window.screenshot(`edit-${name}`);
    }
    await window.page.setViewportSize({ width: 720, height: 500 });
    await window.screenshot('edit-narrow');
    await window.page.setViewportSize(size);
    await lenses('Reject all').click();
    await lenses('Accept').first().waitFor({ state: 'detached' });
  });

  it('keep CRLF, and take a further instruction for what was written', async () => {
    const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
    await openWith(crlf(older));
    server.chunkDelayMs = 0;
    server.enqueue({ type: 'answer', text: `${fence}ts\n${newer}${fence}\n` });
    await instruct('Modulo 256, please');
    await lenses('Accept all 2').waitFor();
    server.enqueue({ type: 'answer', text: `${fence}ts\n${newer.replaceAll('256', '257')}${fence}\n` });
    await instruct('No, modulo 257');
    await window.page.locator('.view-line', { hasText: 'modulo 257' }).waitFor();
    await lenses('Accept all 2').click();
    await lenses('Accept').first().waitFor({ state: 'detached' });
    await window.page.locator('.editor-group-container.active .view-line').first().click();
    await savedAs(crlf(newer.replaceAll('256', '257')));
  });

  it('leave the text exactly as it was when they are cancelled on the way', async () => {
    await openWith(older);
    server.chunkDelayMs = 150;
    server.enqueue({ type: 'answer', text: `${fence}ts\n${newer}${fence}\n` });
    await instruct('Modulo 256, please');
    await window.page.locator('.view-line', { hasText: 'modulo 256' }).waitFor();
    await window.page
      .locator('.review-widget')
      .getByRole('button', { name: /Cancel/ })
      .click();
    await window.page.locator('.review-widget').waitFor({ state: 'detached' });
    await window.page.locator('.editor-group-container.active .view-line').first().click();
    await savedAs(older);
  });

  it('change nothing when the model refuses, and say what it said', async () => {
    await openWith(older);
    server.chunkDelayMs = 0;
    server.enqueue({ type: 'answer', text: 'I cannot help with that.' });
    await instruct('Do something odd');
    await window.page.locator('.review-widget', { hasText: 'In other words?' }).waitFor();
    assert.match((await window.notifications()).join('\n'), /It said: “I cannot help with that\.”/);
    await window.page.locator('.review-widget').getByRole('button', { name: 'Cancel' }).first().click();
    await window.page.locator('.review-widget').waitFor({ state: 'detached' });
    await window.page.locator('.editor-group-container.active .view-line').first().click();
    await savedAs(older);
  });

  it('come from a code block of the chat into the file that it names, in two steps', async () => {
    await openWith(older);
    await window.runCommand('Sextant: Open Chat');
    const text = `In \`src/checksum.ts\`:\n\n${fence}ts\nexport function frameChecksum(frame: Uint8Array): number {\n  let sum = 0;\n  for (const byte of frame) sum = (sum + byte) % 255;\n  return sum & 0xff;\n}\n${fence}\n`;
    server.enqueue({ type: 'answer', text });
    const answer = await chat.ask('Only the lowest byte, please.');
    const steps = new Steps(window.page);
    await steps.click(answer.getByRole('button', { name: 'Apply to the file' }));
    await lenses('Accept').first().waitFor();
    await window.screenshot('edit-apply');
    await steps.press('Alt+y', window.page.locator('.editor-group-container.active .monaco-editor.focused'));
    await lenses('Accept').first().waitFor({ state: 'detached' });
    assert.equal(steps.taken.length, 2);
    await savedAs(older.replace('return sum;', 'return sum & 0xff;'));
  });

  it('answer a question in Edit mode: a card for each file, all made at once, and taken back at once', async () => {
    await openWith(older);
    await window.runCommand('Sextant: Open Chat');
    await chat.startNewChat();
    await chat.input.press('Control+.');
    await chat.frame.getByRole('button', { name: 'Mode and persona: Edit' }).waitFor();
    const policy = path.join(editor.project, 'src', 'retryPolicy.ts');
    const before = await readFile(policy, 'utf8');
    server.enqueue({ type: 'answer', text: editsAnswer });
    const answer = await chat.ask('Only the lowest byte, and wait a minute at most.');
    const card = (name: string) => answer.getByRole('group', { name, exact: true });
    await card('src/checksum.ts').getByText('+1', { exact: true }).waitFor();
    await card('src/tideTable.ts').locator('.edit-message').waitFor();
    await window.screenshot('modes-edit');
    assert.match(JSON.stringify(server.generations.at(-1)?.body), /You are asked to change files/);
    await answer.getByText('Apply All').click();
    await card('src/retryPolicy.ts').getByText('Applied').waitFor();
    await savedAs(older.replace('return sum;', 'return sum & 0xff;'));
    assert.equal(await readFile(policy, 'utf8'), before.replace('30_000', '60_000'));
    await window.screenshot('modes-edit-applied');
    await window.page.locator('.editor-group-container.active .view-line').first().click();
    await window.page.keyboard.press('Control+z');
    await card('src/retryPolicy.ts').getByText('Apply').waitFor();
    await savedAs(older);
    await window.runCommand('File: Save All');
    for (let attempt = 0; attempt < 40 && (await readFile(policy, 'utf8')) !== before; attempt++) {
      await window.page.waitForTimeout(100);
    }
    assert.equal(await readFile(policy, 'utf8'), before);
  });

  it('are left alone by a persona that is asked in words, in its own manner', async () => {
    await chat.startNewChat();
    await chooseHow('Ask: answers in words');
    await chooseHow('New persona…');
    const field = (name: string) => chat.frame.getByRole('textbox', { name, exact: true });
    await field('Name').fill('Pilot');
    await field('Instructions').fill('Speak as a harbour pilot does.');
    await field('Temperature').fill('0.3');
    await field('Questions to begin with').fill('Which buoy is nearest?');
    await window.screenshot('modes-persona');
    await field('Name').press('Enter');
    await chat.frame.getByRole('button', { name: 'Mode and persona: Ask · Pilot' }).waitFor();
    await window.screenshot('modes-starters');
    await chat.frame.getByRole('button', { name: 'Which buoy is nearest?' }).click();
    await chat.ended(chat.answers.last());
    const { temperature, ...body } = server.generations.at(-1)?.body as { temperature?: number };
    assert.equal(temperature, 0.3);
    assert.match(JSON.stringify(body), /Speak as a harbour pilot does\./);
    assert.match(await chat.answers.last().innerText(), /Pilot/);
    await window.screenshot('modes-persona-answer');
  });

  it('come from another model after two steps', async () => {
    const steps = new Steps(window.page);
    await steps.click(chat.frame.getByRole('button', { name: /^echo-large/ }).first());
    await steps.click(chat.frame.getByRole('option', { name: 'echo-small' }));
    await chat.frame.getByRole('button', { name: /^echo-small/ }).waitFor();
    assert.equal(steps.taken.length, 2);
    await chat.ask('Is this another model?');
    assert.equal((server.generations.at(-1)?.body as { model?: string }).model, 'echo-small');
    await chat.frame
      .getByRole('button', { name: /^echo-small/ })
      .last()
      .click();
    await chat.frame.getByRole('option', { name: 'echo-large' }).click();
  });

  it('wait while answers of two models are compared side by side, and one is kept', async () => {
    await chooseHow('Compare with another model…');
    await chat.frame.getByRole('menuitem', { name: 'echo-small' }).click();
    await window.resizeSidebar(900);
    await chat.send('What is a checksum?');
    const compared = chat.frame.getByRole('article', { name: 'Answers to compare' });
    await compared.getByRole('article').nth(1).waitFor();
    for (const at of [0, 1]) await chat.ended(compared.getByRole('article').nth(at));
    await window.screenshot('modes-compare');
    await compared
      .getByRole('group', { name: /echo-small/ })
      .getByText('Keep this')
      .click();
    await compared.waitFor({ state: 'detached' });
    await textWhen(chat.answers.last(), (text) => text.includes('echo-small'));
    await window.screenshot('modes-kept');
  });

  it('are made by a command on code; a question about what is selected is asked in two steps', async () => {
    await openWith(older);
    server.chunkDelayMs = 0;
    server.enqueue({ type: 'answer', text: `${fence}ts\n${newer}${fence}\n` });
    await window.runCommand('Sextant: Simplify');
    await lenses('Accept all 2').waitFor();
    await window.page.keyboard.press('Alt+Shift+n');
    await lenses('Accept').first().waitFor({ state: 'detached' });
    await savedAs(older);
    await window.page.locator('.editor-group-container.active .view-line').first().click();
    await window.page.keyboard.press('Control+a');
    server.enqueue({ type: 'answer', text: 'It adds up **all bytes**.' });
    const steps = new Steps(window.page);
    await steps.press('Control+.', window.page.locator('.editor-group-container.active .monaco-editor.focused'));
    await steps.click(window.page.locator('.action-widget .monaco-list-row', { hasText: 'Explain with Sextant' }));
    assert.equal(steps.taken.length, 2);
    await chat.answers.filter({ hasText: 'It adds up all bytes.' }).waitFor();
    assert.match(
      JSON.stringify(server.generations.at(-1)?.body),
      /Explain this code of `src\/checksum\.ts`.*modulo 255/,
    );
  });

  it('are described for the commit, and reviewed beside their lines', async () => {
    await openWith(newer);
    server.enqueue({ type: 'answer', text: 'Add up modulo 256' });
    await window.runCommand('Sextant: Generate Commit Message');
    await window.page.getByRole('tab', { name: /^Source Control/ }).click();
    await window.page.locator('.scm-editor .view-line', { hasText: 'Add up modulo 256' }).waitFor();
    const finding = {
      path: 'src/checksum.ts',
      line: 5,
      kind: 'bug',
      comment: 'Frames of *older* buoys count modulo 255.',
    };
    server.enqueue({ type: 'answer', text: `${JSON.stringify(finding)}\n` });
    await window.runCommand('Sextant: Review Working Changes');
    await window.page.locator('.review-widget', { hasText: 'Frames of *older* buoys' }).waitFor();
    await window.said(/1 comment on 1 changed file/);
    await window.screenshot('edit-review');
    await window.page.locator('.review-widget').getByRole('button', { name: 'Clear Review' }).click();
    await window.page.locator('.review-widget').waitFor({ state: 'detached' });
  });
});
