import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import type { Workbench } from '../harness/workbench.ts';

const KEY = 'sealed-key-91c0aa52f7';
const PASSPHRASE = 'correct horse battery staple';
const policy = path.join(tmpdir(), `sextant-policy-${process.pid}.json`);

describe('Keys of an organisation that forbids the keychain, sealed with a passphrase', () => {
  const editor = useEditor({ name: 'sealed-keys', environment: { SEXTANT_POLICY_FILE: policy } });
  let server: ModelServer;
  let window: Workbench;
  let chat: ChatView;

  before(async () => {
    await writeFile(policy, JSON.stringify({ keychain: false }));
    server = await startModelServer({ apiKey: KEY });
    window = await editor.open({ folder: editor.project, extension: projectRoot });
  });
  after(async () => {
    await server.close();
    await rm(policy, { force: true });
  });

  const sealed = (): string => path.join(editor.server.globalStorage, 'sextant.sextant', 'keys.sealed');
  const title = (text: string): Locator => window.page.locator('.quick-input-title', { hasText: text });
  const said = (text: RegExp | string): Promise<void> =>
    window.page.locator('.quick-input-message').filter({ hasText: text }).waitFor();
  const type = async (text: string): Promise<void> => {
    await window.quickInput.fill(text);
    await window.page.keyboard.press('Enter');
  };
  /** Waits for the box for the passphrase. */
  const asked = async (prompt: RegExp | string): Promise<void> => {
    await title('Passphrase for Your API Keys').waitFor();
    await said(prompt);
    assert.equal(await window.quickInput.getAttribute('type'), 'password');
  };
  const reload = async (): Promise<void> => {
    await window.reload();
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
    await chat.input.waitFor();
  };

  it('are stored by the wizard, which asks for a passphrase twice', async () => {
    await window.runCommand('Sextant: Set Up a Model Provider');
    await window.quickPicks.filter({ hasText: 'Ollama' }).first().waitFor();
    await window.quickInput.fill('OpenAI-compatible');
    await window.quickPicks.filter({ hasText: 'OpenAI-compatible' }).first().click();
    await title(': Address').waitFor();
    await type(server.address);
    await title(': API Key').waitFor();
    await said(/It will be kept in a file sealed with your passphrase/);
    await type(KEY);
    await asked(/Choose its passphrase; nobody can bring it back/);
    await type('short');
    await said('It needs at least 12 characters.');
    await window.screenshot('sealed-keys-new');
    await type(PASSPHRASE);
    await said('Type it once more.');
    await type('something else');
    await said('This is not the same passphrase.');
    await type(PASSPHRASE);
    await title(': Models').waitFor();
    await window.quickPicks.filter({ hasText: /echo-large.*recommended/ }).waitFor();
    await window.page.keyboard.press('Enter');
    await title('What Is echo-large For?').waitFor();
    await window.page.keyboard.press('Enter');
    await window.said(/echo-large of OpenAI-compatible server answers from now on\./);
    const file = await readFile(sealed());
    assert.ok(file.includes('openai-compatible') && !file.includes(KEY));
  });

  it('are opened with it once in a window', async () => {
    await reload();
    await chat.send('What does a buoy report?');
    await asked('Your organisation has your keys kept in a sealed file. This passphrase opens it.');
    await window.screenshot('sealed-keys-asked');
    await type('not the passphrase');
    await said(/This is not the passphrase\. If you have lost it, delete .*keys\.sealed and store your keys anew\./);
    await window.screenshot('sealed-keys-wrong');
    await type(PASSPHRASE);
    await chat.answers.last().getByText('You asked: What does a buoy report?').waitFor();
    await chat.ask('And who reads that?');
    const sent = server.generations.map(({ headers }) => headers['authorization']);
    assert.deepEqual(new Set(sent), new Set([`Bearer ${KEY}`]));
    await window.runCommand('Sextant: Manage Providers');
    const page = await window.webview('Sextant Providers');
    await page.getByText(/In a file sealed with your passphrase\. Last used/).waitFor();
    await window.screenshot('sealed-keys-page');
    await window.runCommand('View: Close All Editors');
  });

  it('are not asked for again at once by who has left the box, and say what to do', async () => {
    await reload();
    await chat.startNewChat();
    await chat.send('What is a lighthouse?');
    await asked(/This passphrase opens it/);
    await window.page.keyboard.press('Escape');
    await chat.errorCard.getByText('Your keys are sealed, and their passphrase was not entered.').waitFor();
    await window.screenshot('sealed-keys-left');
  });

  it('are said to be damaged where their file is, and work again with a copy of it', async () => {
    const file = await readFile(sealed());
    const damaged = Buffer.from(file);
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
    await writeFile(sealed(), damaged);
    await reload();
    await chat.startNewChat();
    await chat.send('Is the lamp lit?');
    await chat.errorCard
      .getByText(/The file with your sealed keys cannot be used\. It is not what was written\. Put a copy of it back/)
      .waitFor();
    await window.screenshot('sealed-keys-damaged');
    await writeFile(sealed(), file);
    await chat.startNewChat();
    await chat.send('Is the lamp lit now?');
    await asked(/This passphrase opens it/);
    await type(PASSPHRASE);
    await chat.answers.last().getByText('You asked: Is the lamp lit now?').waitFor();
  });
});
