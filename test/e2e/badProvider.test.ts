import assert from 'node:assert/strict';
import { type Scenario, scenarioByModel } from '../fixtures/modelScenarios.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { textWhen } from '../harness/textWhen.ts';
import { Traces } from '../harness/traces.ts';
import type { Workbench } from '../harness/workbench.ts';

const KEY = 'planted-key-77c01be2';
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

  it('leaves no error, no key and nothing of the files in the logs', async () => {
    await traces.assertClean([KEY, FILE_LINE, QUESTION]);
    assert.deepEqual(await traces.filesWith(KEY), []);
  });

  function enqueue(name: string): void {
    const scenario: Scenario | undefined = scenarioByModel[name];
    assert.ok(scenario);
    server.enqueue(...new Array<Scenario>(ATTEMPTS).fill(scenario));
  }
});
