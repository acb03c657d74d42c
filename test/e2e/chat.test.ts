import assert from 'node:assert/strict';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { type EditorFixture, useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { textWhen } from '../harness/textWhen.ts';
import type { Workbench } from '../harness/workbench.ts';

const RETRY_QUESTION = 'How long do we wait before a buoy that did not answer is called again?';

/** A window of the sample project with Sextant from this checkout, its chat open. */
async function openChat(editor: EditorFixture): Promise<{ window: Workbench; chat: ChatView }> {
  const window = await editor.open({ folder: editor.project, extension: projectRoot });
  await window.runCommand('Sextant: Open Chat');
  const chat = new ChatView(window.chat);
  // The focus that comes a little later would close what is opened before.
  await chat.input.and(chat.frame.locator(':focus')).waitFor();
  return { window, chat };
}

describe('The chat, with nothing set up', () => {
  const editor = useEditor({ name: 'chat' });
  let window: Workbench;
  let chat: ChatView;

  it('is ready to be typed into when it opens, and welcomes who is new', async () => {
    ({ window, chat } = await openChat(editor));
    await chat.input.and(chat.frame.locator(':focus')).waitFor();
    await chat.frame.getByRole('button', { name: 'Enter Key' }).waitFor();
  });

  it('answers from the index, with links that open the editor at the lines', async () => {
    const answer = await chat.ask(RETRY_QUESTION);
    const text = await answer.innerText();
    assert.match(text, /does not generate/);
    assert.match(text, /LONGEST_WAIT_MS/);
    await answer
      .getByRole('link', { name: /retryPolicy\.ts:\d+-\d+/ })
      .first()
      .click();
    await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();
    await window.page.locator('.statusbar-item', { hasText: /Ln \d+, Col \d+ \(\d+ selected\)/ }).waitFor();
  });

  it('names the symbol that a passage stands in', async () => {
    assert.match(await chat.answers.last().innerText(), /waitBeforeRetry/);
  });

  it('finds what was written a moment ago, and not what was deleted', async () => {
    await window.page.keyboard.press('Escape');
    const { rm, writeFile } = await import('node:fs/promises');
    await writeFile(
      `${editor.project}/src/foghorn.ts`,
      'export function soundTheFoghorn(): void {\n  // Two long blasts.\n}\n',
    );
    await chat.ask('Who sounds the foghorn?');
    for (let attempt = 0; attempt < 20; attempt++) {
      if ((await chat.answers.last().innerText()).includes('foghorn.ts')) break;
      await chat.ask('Who sounds the foghorn?');
    }
    assert.match(await chat.answers.last().innerText(), /foghorn\.ts/);
    await rm(`${editor.project}/src/foghorn.ts`);
    for (let attempt = 0; attempt < 20; attempt++) {
      await chat.ask('Who sounds the foghorn?');
      if (!(await chat.answers.last().innerText()).includes('foghorn.ts')) return;
    }
    assert.fail('the deleted file is still quoted');
  });

  it('lists past chats, opens them again and deletes them', async () => {
    await chat.startNewChat();
    await chat.frame.getByText('Ask about your code', { exact: true }).first().waitFor();
    await chat.ask('What is a checksum?');
    await chat.frame.getByRole('button', { name: 'Past chats' }).click();
    const rows = chat.frame.getByRole('tree', { name: 'Chats' }).locator('.row-chat');
    await rows.filter({ hasText: 'How long do we wait' }).waitFor();
    assert.equal(await rows.count(), 2);
    await window.screenshot('chat-history');
    await rows.filter({ hasText: 'How long do we wait' }).click();
    // Of a long chat only the end is drawn.
    await chat.frame.getByRole('heading', { name: /^How long do we wait/ }).waitFor();
    await chat.frame.getByRole('button', { name: 'Past chats' }).click();
    const row = rows.filter({ hasText: 'What is a checksum?' });
    await row.hover();
    await row.getByRole('button', { name: /Delete/ }).click();
    await row.waitFor({ state: 'detached' });
    assert.equal(await rows.count(), 1);
    await chat.frame.getByRole('button', { name: 'Undo' }).click();
    await row.waitFor();
  });
});

describe('The chat, while an answer is written', () => {
  const editor = useEditor({ name: 'answering' });
  let server: ModelServer;
  let window: Workbench;
  let chat: ChatView;

  before(async function () {
    this.timeout(60_000);
    server = await startModelServer({ chunkDelayMs: 80 });
    ({ window, chat } = await openChat(editor));
    await chat.useServer(window, server.address);
  });
  after(async () => {
    await server.close();
  });

  it('stops when told to and keeps what came', async () => {
    // So slow that it is not over before the button is pressed, however busy the machine is.
    server.chunkDelayMs = 800;
    const answer = await chat.begin('Tell me of the buoys, and do not stop.');
    await textWhen(answer, (text) => text.includes('You asked'));
    await chat.frame.getByRole('button', { name: /Stop/ }).click();
    await chat.ended(answer);
    assert.match(await answer.innerText(), /You asked/);
    await chat.frame
      .getByText(/stopped/i)
      .first()
      .waitFor();
    server.chunkDelayMs = 80;
  });

  it('goes on with it when asked to, in the same answer', async () => {
    server.enqueue({ type: 'answer', text: 'and so it goes on to its end.' });
    await chat.frame.getByRole('button', { name: 'Continue', exact: true }).click();
    const answer = chat.answers.last();
    const text = await textWhen(answer, (shown) => shown.includes('and so it goes on to its end.'));
    assert.match(text, /You asked/, 'what came before is still there');
    await chat.ended(answer);
    assert.equal(await chat.answers.count(), 1);
  });

  it('asks a question in other words, and shows either version', async () => {
    const question = chat.frame.getByRole('article', { name: 'Your question' }).last();
    await question.hover();
    await question.getByRole('button', { name: 'Edit this question' }).click();
    const editor = chat.frame.getByRole('textbox', { name: 'The question in other words' });
    await editor.fill('Tell me of the lighthouse.');
    await editor.press('Enter');
    await textWhen(chat.answers.last(), (text) => text.includes('42'));
    await chat.ended(chat.answers.last());
    await chat.frame.getByText('2/2', { exact: true }).waitFor();
    await window.screenshot('chat-versions');
    await chat.frame.getByRole('button', { name: 'Show the question before' }).click();
    await chat.frame.getByText('1/2', { exact: true }).waitFor();
    await textWhen(chat.answers.last(), (text) => text.includes('and so it goes on to its end.'));
    await chat.frame.getByRole('button', { name: 'Show the question after' }).click();
    await textWhen(question, (text) => text.includes('lighthouse'));
  });

  it('lets a question wait, sends it at once when told to, and draws what its answer holds', async () => {
    const answer = await chat.begin('Tell me of the fog.');
    await textWhen(answer, (text) => text.includes('You asked'));
    const fence = '```';
    const text = [
      'It doubles (`waitBeforeRetry` in `src/retryPolicy.ts:1`): $2^n w_0$.',
      `${fence}mermaid\nflowchart LR\n  a[Buoy] --> b[Station]\n${fence}`,
      `${fence}sh\necho from-the-chat\n${fence}`,
    ].join('\n\n');
    server.enqueue({ type: 'answer', text });
    await chat.send('And the formula?');
    const waiting = chat.frame.getByRole('region', { name: 'Waiting questions' });
    await waiting.getByText('And the formula?').waitFor();
    await waiting.getByRole('button', { name: 'Stop the answer and send this now' }).click();
    await waiting.waitFor({ state: 'detached' });
    const rich = chat.answers.last();
    await rich.locator('.formula .katex').waitFor();
    await rich.locator('.diagram img').waitFor();
    await rich.locator('code[role="link"]', { hasText: 'retryPolicy.ts' }).waitFor();
    await window.screenshot('chat-rich-answer');
    await rich.locator('code[role="link"]', { hasText: 'retryPolicy.ts' }).click();
    await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();
    await rich.getByRole('button', { name: 'Run in the terminal…' }).click();
    const dialog = window.page.locator('.monaco-dialog-box');
    await dialog.getByText('echo from-the-chat').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await chat.ended(rich);
  });

  it('loses nothing that was shown when the view is hidden, and goes on behind', async () => {
    const answer = await chat.begin('Tell me of the tide table.');
    const shown = await textWhen(answer, (text) => text.includes('Files in the prompt'));
    await window.page
      .getByRole('tab', { name: /^Explorer/ })
      .first()
      .click();
    await window.page.locator('iframe.webview.ready').waitFor({ state: 'hidden' });
    await window.runCommand('Sextant: Open Chat');
    await chat.ended(answer);
    const after = await answer.innerText();
    assert.ok(after.includes(firstLine(shown)), `${after} holds ${firstLine(shown)}`);
    assert.match(after, /42/, 'the answer came to its end');
  });

  it('is shown in a tab as well, in step, and goes on when the tab is closed', async () => {
    await chat.startNewChat();
    await chat.ask('Tell me of the harbour.');
    await window.runCommand('Sextant: Open Chat in Editor');
    const tab = new ChatView(await window.webview('Sextant Chat'));
    const sidebar = new ChatView(await window.webview('Sextant'));
    await window.activeTab.filter({ hasText: 'Tell me of the harbour' }).waitFor();
    await textWhen(tab.answers.last(), (text) => text.includes('42'));
    await tab.input.fill('A draft of the tab’s own');
    // What is typed goes to the frame that has the focus, which a tab that has just opened may still take.
    await sidebar.input.click();
    await sidebar.input.and(sidebar.frame.locator(':focus')).waitFor();
    const written = await sidebar.begin('And of its map?');
    await textWhen(tab.answers.nth(1), (text) => text.includes('Files in the prompt'));
    await window.screenshot('chat-tab');
    assert.equal(await sidebar.input.inputValue(), '');
    assert.equal(await tab.input.inputValue(), 'A draft of the tab’s own');
    await window.runCommand('View: Close Editor');
    await sidebar.ended(written);
    assert.match(await written.innerText(), /42/);
  });

  it('shows several chats at once', async () => {
    await window.runCommand('Sextant: New Chat in Editor');
    const tab = new ChatView(await window.webview('Sextant Chat'));
    await tab.input.and(tab.frame.locator(':focus')).waitFor();
    const answer = await tab.ask('Who keeps the lamp?');
    assert.match(await answer.innerText(), /Who keeps the lamp/);
    const sidebar = new ChatView(await window.webview('Sextant'));
    await sidebar.frame.getByText('Tell me of the harbour.').first().waitFor();
    await window.runCommand('View: Close All Editors');
    await window.activeTab.waitFor({ state: 'detached' });
  });

  it('loses nothing that was shown when the window is reloaded, and says that the answer was cut off', async () => {
    const answer = await chat.begin('Tell me of the checksum.');
    const shown = await textWhen(answer, (text) => text.includes('Files in the prompt'));
    await window.reload();
    // VS Code may remember tabs that were closed just before.
    await window.runCommand('View: Close All Editors');
    await window.activeTab.waitFor({ state: 'detached' });
    await window.runCommand('Sextant: Open Chat');
    const after = await textWhen(answer, (text) => text.includes(firstLine(shown)));
    assert.ok(after.includes('Files in the prompt'), after);
    assert.equal(await chat.input.inputValue(), '', 'a question that was sent is not typed again');
    await chat.frame.getByText(/cut off/i).waitFor();
    await window.screenshot('chat-interrupted');
    await chat.frame.getByRole('button', { name: 'Retry', exact: true }).last().click();
    await textWhen(chat.answers.last(), (text) => text.includes('42'));
  });

  it('tells how full the model’s context is, and has the beginning of the chat summarised when told to', async () => {
    await chat.frame.getByRole('button', { name: /context is used/ }).click();
    const panel = chat.frame.getByRole('dialog', { name: /fills the model/ });
    await textWhen(panel, (text) => text.includes('Conversation') && text.includes('Summarise the Beginning'));
    await window.screenshot('chat-context');
    server.enqueue({ type: 'answer', text: 'It was about buoys and the lighthouse.' });
    await panel.getByRole('button', { name: 'Summarise the Beginning' }).click();
    const note = chat.frame.getByRole('region', { name: 'Summary of what is above' });
    await note.getByText(/A summary stands for/).click();
    await note.getByText('It was about buoys and the lighthouse.').waitFor();
    await window.screenshot('chat-summary');
    await chat.ask('And who has asked?');
    const sent = JSON.stringify(server.generations.at(-1)?.body);
    assert.match(sent, /<summary>\\nIt was about buoys and the lighthouse\./);
  });

  it('does not welcome as new who has had an answer, after a reload of the window', async () => {
    await window.reload();
    await window.runCommand('Sextant: Open Chat');
    await chat.frame.getByText('And who has asked?').first().waitFor();
    await chat.startNewChat();
    await chat.frame.getByRole('heading', { name: 'Ask about your code' }).waitFor();
    assert.equal(await chat.frame.getByRole('button', { name: 'Enter Key' }).count(), 0);
    await chat.frame.getByRole('button', { name: 'What does this project do?' }).waitFor();
  });
});

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? '';
}
