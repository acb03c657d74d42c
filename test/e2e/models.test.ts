import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ChatView } from '../harness/chatView.ts';
import { type EditorFixture, useEditor } from '../harness/editorFixture.ts';
import { filesWith } from '../harness/fileSearch.ts';
import { memoryHolds } from '../harness/processMemory.ts';
import { type ProcessInformation, descendants } from '../harness/processTree.ts';
import { projectRoot } from '../harness/project.ts';
import { skipBecause } from '../harness/skip.ts';
import { textWhen } from '../harness/textWhen.ts';
import { Traces } from '../harness/traces.ts';
import type { Workbench } from '../harness/workbench.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';

const KEY = 'planted-key-4f1c9a7730d2';
const WRONG_KEY = 'wrong-key-000000';
const KEYS = [KEY, WRONG_KEY];

describe('A model of the user’s own', () => {
  const editor = useEditor({ name: 'models', settings: { 'sextant.index.deepModel': 'auto' } });
  let traces: Traces;
  let server: ModelServer;
  let window: Workbench;
  let chat: ChatView;

  before(async () => {
    traces = Traces.of(editor);
    server = await startModelServer({ apiKey: KEY, chunkDelayMs: 5 });
  });
  after(async () => {
    await server.close();
  });

  it('is set up with address and key in VS Code’s own boxes', async () => {
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Set Up a Model Provider');
    await window.quickPicks.filter({ hasText: 'Ollama' }).waitFor();
    await window.screenshot('wizard-provider');
    await window.quickInput.fill('OpenAI-compatible');
    await window.quickPicks.filter({ hasText: 'OpenAI-compatible' }).click();
    const title = window.page.locator('.quick-input-title');
    await title.filter({ hasText: 'OpenAI-compatible server: Address (2/4)' }).waitFor();
    await fillBox(window, 'not an address');
    await window.page.getByText('That is not an address').waitFor();
    await fillBox(window, server.address);
    await window.page.keyboard.press('Enter');
    await title.filter({ hasText: 'OpenAI-compatible server: API Key (3/5)' }).waitFor();
    assert.equal(await window.quickInput.getAttribute('type'), 'password');
    await window.screenshot('wizard-key');
    // What was typed before is still there.
    await window.page.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' }).click();
    await title.filter({ hasText: 'Address (2/5)' }).waitFor();
    assert.equal(await window.quickInput.inputValue(), server.address);
    await window.page.keyboard.press('Enter');
    await title.filter({ hasText: 'API Key (3/5)' }).waitFor();
    await fillBox(window, KEY);
    await window.page.keyboard.press('Enter');
    await title.filter({ hasText: 'Models (4/5)' }).waitFor();
  });

  it('answers with the models that are chosen, for what they are chosen', async () => {
    await window.quickPicks.filter({ hasText: 'echo-small' }).first().waitFor();
    await window.quickPicks.filter({ hasText: /echo-large.*recommended/ }).waitFor();
    await window.screenshot('wizard-models');
    await window.page.keyboard.press('Enter');
    await window.page.locator('.quick-input-title').filter({ hasText: 'What Is echo-large For? (5/5)' }).waitFor();
    await window.quickPicks.filter({ hasText: 'Titles of chats' }).waitFor();
    await window.screenshot('wizard-roles');
    await window.page.keyboard.press('Enter');
    await window.said(/echo-large of OpenAI-compatible server answers from now on\./);
  });

  it('answers with the passages of the workspace, which the answer cites', async () => {
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
    const answer = await chat.ask('How long do we wait before a buoy that did not answer is called again?');
    assert.match(await answer.innerText(), /retryPolicy\.ts/);
    const [sent] = server.requests.filter(({ path: address }) => address.includes('chat/completions'));
    assert.match(JSON.stringify(sent?.body), /LONGEST_WAIT_MS/);
    assert.equal(sent?.headers['authorization'], `Bearer ${KEY}`);
    await window.screenshot('models-answer');
  });

  it('says what an answer has cost, and sends nothing more once the budget is used up', async () => {
    const machine = path.join(editor.directory, 'server', 'data', 'Machine', 'settings.json');
    const before = JSON.parse(await readFile(machine, 'utf8')) as object;
    const prices = { 'openai-compatible/*': { input: 10_000, output: 10_000 } };
    await writeFile(
      machine,
      JSON.stringify({ ...before, 'sextant.usage.prices': prices, 'sextant.usage.dailyBudget': 1 }),
    );
    await window.runCommand('Sextant: Show Usage');
    const page = await window.webview('Sextant Usage');
    // What stands there was read from the settings.
    await page.getByText('$0.00 of $1.00').waitFor();
    await window.runCommand('Sextant: Open Chat');
    const sidebar = new ChatView(await window.webview('Sextant'));
    await sidebar.ask('What does this cost?');
    const cost = sidebar.answers.last().getByRole('button', { name: /^≈ \$\d+\.\d\d$/ });
    await cost.click();
    await sidebar.answers
      .last()
      .getByText(/tokens in · .*tokens out · began after .* s/)
      .waitFor();
    await window.screenshot('usage-answer');
    await page.getByText('Used up: nothing more is sent to models that cost money.').waitFor();
    await page.getByRole('region', { name: 'Model', exact: true }).getByText('openai-compatible/echo-large').waitFor();
    await window.screenshot('usage-page');
    const sent = server.generations.length;
    await sidebar.send('And this?');
    await sidebar.errorCard.filter({ hasText: /^Today’s budget is used up: \$.* of \$1\.00\./ }).waitFor();
    await sidebar.errorCard.getByRole('button', { name: 'Change Budget' }).waitFor();
    await window.screenshot('usage-budget');
    assert.equal(server.generations.length, sent);
    await writeFile(machine, JSON.stringify(before));
    await page.getByRole('region', { name: 'Budgets' }).waitFor({ state: 'detached' });
    await window.runCommand('View: Close All Editors');
    await window.page.locator('iframe.webview.ready').nth(1).waitFor({ state: 'detached' });
  });

  it('stands on the page about providers, where what is known of a model can be corrected', async () => {
    await window.runCommand('Sextant: Manage Providers');
    const page = await window.webview('Sextant Providers');
    const own = page.getByRole('article', { name: 'OpenAI-compatible server' });
    await own.getByText(/Answers, \d+ models/).waitFor();
    await own.getByText(/In (the OS keychain|VS Code’s secret storage)\. Last used/).waitFor();
    await own.locator('summary').click();
    await own.getByRole('button', { name: 'Change echo-large' }).click();
    await own.getByLabel('Name').fill('My echo');
    await own.getByLabel('Context window (tokens)').fill('5000');
    await own.getByRole('button', { name: 'Save' }).click();
    await own.getByRole('row', { name: /My echo echo-large changed by you 5,000/ }).waitFor();
    await page.getByRole('row', { name: /^Chat My echo/ }).waitFor();
    await page.getByRole('button', { name: 'Change who does this: Titles of chats' }).click();
    await window.quickPicks.filter({ hasText: 'echo-small' }).click();
    await page.getByRole('row', { name: /^Titles of chats echo-small/ }).waitFor();
    await page.getByRole('heading', { name: 'Who does what' }).scrollIntoViewIfNeeded();
    await window.screenshot('models-roles');
    await own.getByRole('button', { name: 'Test' }).click();
    await own.getByText(/Answers, \d+ models/).waitFor();
    await window.screenshot('models-providers-page');
    await own.getByRole('button', { name: 'Remove…' }).click();
    const dialog = window.page.locator('.monaco-dialog-box');
    await dialog.getByText('Remove OpenAI-compatible server?').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.ok(!(await page.content()).includes(KEY));
    await window.runCommand('View: Close Editor');
    await window.page.locator('iframe.webview.ready').nth(1).waitFor({ state: 'detached' });
    await chat.frame.getByRole('button', { name: /My echo/ }).waitFor();
  });

  it('shows a key that is refused as a card with a way out', async () => {
    await window.runCommand('Sextant: Store an API Key');
    const said = (text: RegExp) => window.page.locator('.quick-input-message').filter({ hasText: text }).waitFor();
    await said(/Whose key it is, its form tells/);
    assert.equal(await window.quickInput.getAttribute('type'), 'password');
    await fillBox(window, 'two\u00a0words');
    await window.page.keyboard.press('Enter');
    await said(/space or a line break/);
    await fillBox(window, `sk-ant-api03-${'x'.repeat(40)}`);
    await said(/This is a key of Anthropic/);
    await fillBox(window, WRONG_KEY);
    await window.page.keyboard.press('Enter');
    await window.quickPicks.filter({ hasText: 'Ollama' }).waitFor();
    await window.quickInput.fill('OpenAI-compatible');
    await window.quickPicks.filter({ hasText: 'OpenAI-compatible' }).click();
    await said(/press Enter again to keep this one/);
    await window.screenshot('models-wrong-key-box');
    await window.page.keyboard.press('Enter');
    // It is stored, and the list of models asked for with it.
    await window.said(/refused the key/);
    await chat.send('Is this key good?');
    const card = chat.errorCard;
    await card.filter({ hasText: /key/i }).waitFor();
    await window.screenshot('models-wrong-key');
    assert.ok(!(await card.innerText()).includes(WRONG_KEY));
    assert.ok((await card.getByRole('button').count()) > 0);
  });

  it('says whose secrets were masked in what went along, and shows what was sent instead', async () => {
    const token = `ghp_${'Ab3'.repeat(12)}`;
    await writeFile(
      path.join(editor.project, 'beacon.ts'),
      `/** Lights the beacon of Utsira. */\nconst utsiraBeacon = '${token}';\n`,
    );
    await window.runCommand('Sextant: Open Chat');
    // The key that was refused is replaced.
    await window.runCommand('Sextant: Store an API Key');
    await fillBox(window, KEY);
    await window.page.keyboard.press('Enter');
    await window.quickPicks.filter({ hasText: 'Ollama' }).waitFor();
    await window.quickInput.fill('OpenAI-compatible');
    await window.quickPicks.filter({ hasText: 'OpenAI-compatible' }).click();
    await window.quickPicks.filter({ hasText: 'echo-large' }).first().click();
    const masked = chat.answers.last().locator('summary', { hasText: '1 secret masked: GitHub' });
    do await chat.ask('Where is utsiraBeacon, the beacon of Utsira, lit?');
    while (!(await masked.isVisible()));
    await masked.click();
    await chat.answers.last().getByRole('button', { name: '1 secret masked: GitHub' }).click();
    await window.activeTab.filter({ hasText: 'beacon.ts' }).waitFor();
    await window.page.locator('.view-line', { hasText: /utsiraBeacon\s=\s'\[redacted\]'/ }).waitFor();
    await window.screenshot('models-masked');
    assert.ok(!JSON.stringify(server.requests).includes(token));
  });

  it('gives the key out with nothing that is exported, backed up or reported', async () => {
    const exports = [
      ['Sextant: Export Chats', 'chats.json', 'JSON'],
      ['Sextant: Export Chats', 'chats.md', 'Markdown'],
      ['Sextant: Export Usage', 'usage.json'],
      ['Sextant: Export Usage', 'usage.csv'],
      ['Sextant: Export Sent Requests', 'requests.json'],
      ['Sextant: Export Sent Requests', 'requests.csv'],
      ['Sextant: Export Audit Log', 'audit.json'],
    ] as const;
    for (const [command, name, format] of exports) {
      await window.runCommand(command);
      if (format !== undefined) await window.quickPicks.filter({ hasText: format }).first().click();
      await window.chooseFile(path.join(editor.directory, name));
      await window.said(/exported/);
    }
    await window.runCommand('Sextant: Back Up');
    await window.said(/^A backup of/);
    for (const [command, title, holds] of [
      ['Sextant: Show Telemetry', 'Telemetry', 'Telemetry is off'],
      ['Sextant: Diagnose', 'Diagnosis', 'keys: openai-compatible'],
    ] as const) {
      await window.runCommand(command);
      await window.activeTab.filter({ hasText: title }).waitFor();
      const lines = window.page.locator('.editor-instance .view-lines');
      const text = await textWhen(lines, (shown) => shown.replaceAll('\u00a0', ' ').includes(holds));
      for (const key of KEYS) assert.ok(!text.includes(key), `${title} holds a key`);
    }
    const found = await filesWith(editor.directory, ['echo-large']);
    for (const [, name] of exports) assert.ok(name === 'audit.json' || found.includes(name), `${name} has no model`);
    assert.ok(
      found.some((name) => name.endsWith('.tar.gz')),
      'backups are looked into',
    );
  });

  it('has the key in the memory of the extension host alone', async function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux lets the memory of a process be read');
    // The thread for the store shares the memory of the extension host, which asks with the key.
    for (const program of ['indexProcess', 'deepProcess']) {
      const { id } = await ownProcess(program);
      assert.ok(await memoryHolds(id, program), `what ${program} was started with is found`);
      for (const key of KEYS) assert.ok(!(await memoryHolds(id, key)), `${program} holds a key`);
    }
  });

  it('leaves the key in no report of a crash, and uses it again afterwards', async () => {
    const [host] = await editor.server.extensionHosts();
    assert.ok(host);
    for (const { id } of [await ownProcess('indexProcess'), await ownProcess('deepProcess'), host]) {
      // All that Node can tell of a process that dies; the signal is one for which the system would write its memory.
      process.kill(id, 'SIGUSR2');
      while (!(await readdir(editor.directory)).some((name) => name.startsWith('report.') && name.includes(`.${id}.`)))
        await delay(50);
      process.kill(id, 'SIGABRT');
    }
    // Whoever develops an extension is given no new host by itself.
    await window.reload();
    const before = server.generations.length;
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(await window.webview('Sextant'));
    await chat.answers.last().waitFor();
    await chat.ask('Is anybody there?');
    assert.equal(server.generations[before]?.headers['authorization'], `Bearer ${KEY}`);
  });

  it('leaves the key nowhere but in the vault', async () => {
    for (const { name, text } of await shownAndStored(window, editor))
      for (const key of KEYS) assert.ok(!text.includes(key), `${name} holds a key`);
    await traces.assertClean(KEYS);
    assert.deepEqual(await filesWith(editor.directory, KEYS), []);
  });

  /** A process of Sextant’s own, once it runs: one that sleeps is woken by a file that is new to it. */
  async function ownProcess(program: string): Promise<ProcessInformation> {
    for (let attempt = 0; ; attempt++) {
      const processes = await descendants(editor.server.processId);
      const found = processes.find(({ commandLine }) => commandLine.includes(program));
      if (found !== undefined) return found;
      if (attempt % 50 === 0)
        await writeFile(path.join(editor.project, `tide${attempt}.ts`), `export const tide${attempt} = ${attempt};\n`);
      await delay(200);
    }
  }
});

/** What the window shows, in all its frames, what its browser has stored, and what Sextant has logged. */
async function shownAndStored(
  window: Workbench,
  editor: EditorFixture,
): Promise<readonly { readonly name: string; readonly text: string }[]> {
  await window.runCommand('Sextant: Show Log');
  await window.page.locator('.part.panel .view-line').first().waitFor();
  const frames = window.page.frames().map(async (frame) => ({ name: frame.url(), text: await frame.content() }));
  const stored = await editor.session.storageState({ indexedDB: true });
  return [...(await Promise.all(frames)), { name: 'the storage of the browser', text: JSON.stringify(stored) }];
}

async function fillBox(window: Workbench, text: string): Promise<void> {
  await window.quickInput.waitFor();
  await window.quickInput.fill(text);
}
