import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { type Scenario, scenarioByModel } from '../fixtures/modelScenarios.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { filesWith } from '../harness/fileSearch.ts';
import { projectRoot } from '../harness/project.ts';
import { textWhen } from '../harness/textWhen.ts';
import { Traces } from '../harness/traces.ts';
import type { Workbench } from '../harness/workbench.ts';

const KEY = 'planted-key-77c01be2';
const SECOND_KEY = 'planted-key-too-5b3e';
/** Of a file that goes into every prompt. */
const FILE_LINE = 'LONGEST_WAIT_MS = 30_000';
const QUESTION = 'How long do we wait before a buoy that did not answer is called again?';
/** More than Sextant asks for one answer. */
const ATTEMPTS = 5;

const failures: Readonly<Record<string, { says: RegExp; keeps?: string }>> = {
  'status-401': { says: /asks for a key, and none is stored/ },
  'status-404': { says: /has no model “echo-large”/ },
  'status-429': { says: /asks to wait 60 minutes|asks to wait 1 hour/ },
  'status-500': { says: /trouble of its own/ },
  html: { says: /web page/ },
  nothing: { says: /nothing at all/ },
  cut: { says: /cut off|middle of the answer/, keeps: 'The first half of' },
  reset: { says: /middle of the answer/, keeps: 'The first half of' },
  failure: { says: /overloaded/, keeps: 'The first half of' },
};

describe('A provider that misbehaves', () => {
  const editor = useEditor({ name: 'odd-providers' });
  let server: ModelServer;
  let window: Workbench;
  let chat: ChatView;
  let traces: Traces;

  before(async function () {
    this.timeout(60_000);
    server = await startModelServer({ chunkDelayMs: 5 });
    traces = Traces.of(editor);
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
    await chat.input.waitFor();
    await chat.useServer(window, server.address);
  });
  afterEach(() => {
    server.reset();
  });
  after(async () => {
    await server.close();
  });

  for (const [name, { says, keeps }] of Object.entries(failures)) {
    it(`${name}: says what happened and offers a way out`, async () => {
      enqueue(name);
      const answer = await chat.ask(QUESTION);
      await textWhen(chat.errorCard, (text) => says.test(text));
      assert.ok((await chat.errorCard.getByRole('button').count()) > 0);
      const text = await answer.innerText();
      if (keeps !== undefined) assert.ok(text.includes(keeps), `“${text}” keeps what came`);
      assert.doesNotMatch(text, /TypeError|undefined|ECONN|fetch failed|AI_/);
      await window.screenshot(`bad-provider-${name}`);
    });
  }

  for (const name of ['hang', 'silence', 'stall']) {
    it(`${name}: is stopped at once, and keeps what came`, async () => {
      enqueue(name);
      const answer = await chat.begin(QUESTION);
      if (name === 'stall') await textWhen(answer, (text) => text.includes('The first half of'));
      await window.screenshot(`bad-provider-${name}`);
      await chat.frame.getByRole('button', { name: /^Stop/ }).click();
      await chat.ended(answer);
      await answer.getByText(/stopped/i).waitFor();
      if (name === 'stall') assert.ok((await answer.innerText()).includes('The first half of'));
    });
  }

  it('says in the place of the answer that it is asked again and when, and can be stopped there', async () => {
    server.enqueue({ type: 'status', status: 503, retryAfter: '20' });
    const answer = await chat.begin(QUESTION);
    await answer.getByText(/did not answer\. Asking again in \d+ seconds? \(2 of 3\)…/).waitFor();
    await window.screenshot('bad-provider-waiting');
    await answer.getByRole('button', { name: 'Stop' }).click();
    await chat.ended(answer);
    await answer.getByText(/stopped/i).waitFor();
    assert.equal(server.generations.length, 1);
  });

  it('answers again as if nothing had been', async () => {
    await textWhen(await chat.ask(QUESTION), (text) => text.includes('42'));
  });

  it('refuses a key that was pasted with a line break in it, in the box, and stores it without', async () => {
    await window.runCommand('Sextant: Store an API Key');
    await textWhen(window.page.locator('.quick-input-message'), (text) => text.includes('its form tells'));
    await window.page.evaluate((text) => navigator.clipboard.writeText(text), `${KEY.slice(0, 8)}\n${KEY.slice(8)}\n`);
    await window.quickInput.press('ControlOrMeta+v');
    await textWhen(window.page.locator('.quick-input-message'), (text) => text.includes('line break in it'));
    await window.screenshot('bad-key');
    await window.page.keyboard.press('Enter');
    await window.quickInput.fill(KEY);
    await textWhen(window.page.locator('.quick-input-message'), (text) => !text.includes('line break in it'));
    await window.page.keyboard.press('Enter');
    await window.quickPicks.filter({ hasText: 'Ollama' }).waitFor();
    await window.quickInput.fill('OpenAI-compatible');
    await window.quickPicks.filter({ hasText: 'OpenAI-compatible' }).click();
    await window.quickPicks.filter({ hasText: 'echo-large' }).click();
    await textWhen(await chat.ask(QUESTION), (text) => text.includes('42'));
    assert.equal(server.generations.at(-1)?.headers['authorization'], `Bearer ${KEY}`);
  });

  it('is asked with a second key where the first was used too often, which then rests', async () => {
    const openCard = async (): Promise<Locator> => {
      await window.runCommand('Sextant: Manage Providers');
      const page = await window.webview('Sextant Providers');
      return page.getByRole('article', { name: 'OpenAI-compatible server' });
    };
    const before = await openCard();
    await before.getByRole('button', { name: 'Add Another Key…' }).click();
    await textWhen(window.page.locator('.quick-input-message'), (text) => text.includes('It will be kept in'));
    await window.quickInput.fill(SECOND_KEY);
    await window.page.keyboard.press('Enter');
    await before.locator('.several-keys li').nth(1).waitFor();
    await closePage();
    server.reset();
    server.enqueue({ type: 'status', status: 429, retryAfter: '3600' });
    await textWhen(await chat.ask(QUESTION), (text) => text.includes('42'));
    const sent = server.generations.slice(0, 2).map(({ headers }) => headers['authorization']);
    assert.deepEqual(sent, [`Bearer ${KEY}`, `Bearer ${SECOND_KEY}`]);
    const after = await openCard();
    await after.getByText(/Used too often, .*Left alone until /).waitFor();
    await after.getByText('In use.').waitFor();
    await window.screenshot('several-keys');
    await closePage();
  });

  it('leaves no error, no key and nothing of the files in the logs', async () => {
    await traces.assertClean([KEY, SECOND_KEY, FILE_LINE, QUESTION]);
    assert.deepEqual(await filesWith(editor.server.directory, [KEY, SECOND_KEY]), []);
  });

  async function closePage(): Promise<void> {
    await window.runCommand('View: Close Editor');
    await window.page.locator('iframe.webview.ready').nth(1).waitFor({ state: 'detached' });
  }

  function enqueue(name: string): void {
    const scenario: Scenario | undefined = scenarioByModel[name];
    assert.ok(scenario);
    server.enqueue(...new Array<Scenario>(ATTEMPTS).fill(scenario));
  }
});
