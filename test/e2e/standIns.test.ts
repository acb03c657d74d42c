import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { textWhen } from '../harness/textWhen.ts';
import type { Workbench } from '../harness/workbench.ts';

const QUESTION = 'How long do we wait before a buoy that did not answer is called again?';
const edited = '```ts\nexport const frameChecksum = (): number => 256;\n```\n';

describe('Models that stand in for others', () => {
  const editor = useEditor({ name: 'stand-ins', settings: { 'editor.quickSuggestions': false } });
  let server: ModelServer;
  let window: Workbench;
  let chat: ChatView;

  before(async () => {
    server = await startModelServer({ completionText: 'turnLamp(1);' });
    const role = (name: string): readonly string[] => [`openai-compatible/${name}`];
    const settings = {
      'sextant.endpoints': { 'openai-compatible': server.address },
      'sextant.models': { edit: 'openai-compatible/status-401' },
      'sextant.completion.model': 'openai-compatible/status-404',
      'sextant.index.rerankModel': 'openai-compatible/status-403',
      'sextant.fallbackModels': {
        chat: role('echo-small'),
        edit: role('second-editor'),
        completion: role('second-coder'),
        rerank: role('second-judge'),
      },
      'sextant.responseCache.answers': 'all',
      'sextant.chat.titlesByModel': false,
    };
    const folder = path.join(editor.directory, 'server', 'data', 'Machine');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
    await writeFile(path.join(editor.project, 'lamp.ts'), 'const lamp = \n');
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.page.locator('[id="sextant.sextant.index"]', { hasText: /^\s*6\s*$/ }).waitFor();
    await window.runCommand('Sextant: Choose Chat Model');
    await window.quickPicks.filter({ hasText: 'echo-large' }).first().click();
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
    await chat.frame
      .getByRole('button', { name: /echo-large/ })
      .first()
      .waitFor();
  });
  beforeEach(() => {
    server.reset();
  });
  after(async () => {
    await server.close();
  });

  /** The models that were asked at an address, in their order. */
  const asked = (address: string): unknown[] =>
    server.requests.filter(({ path: at }) => at === address).map(({ body }) => (body as { model: unknown }).model);

  async function openFile(name: string): Promise<void> {
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill(name);
    await window.quickPicks.filter({ hasText: name }).first().click();
    await window.activeTab.filter({ hasText: name }).waitFor();
  }

  it('order what a search finds where the first does not, and so the passages of a question', async () => {
    server.enqueue({ type: 'answer', text: 'Half a minute at most.' });
    await chat.ask(QUESTION);
    assert.deepEqual(asked('/v1/rerank'), ['status-403', 'second-judge']);
    const documents = (server.requests.find(({ path: at }) => at === '/v1/rerank')?.body as { documents: string[] })
      .documents;
    const worst = documents.at(-1)?.split('\n')[0] ?? '';
    const first = (await chat.openSources()).first();
    // This judge finds the last the best.
    await textWhen(first, (text) => worst !== '' && text.includes(path.basename(worst)));
  });

  it('answer in the chat, which says for whom and why', async () => {
    await chat.startNewChat();
    server.enqueue({ type: 'status', status: 404, message: 'The model does not exist.' });
    const answer = await chat.ask('Who keeps the harbour’s map?');
    assert.deepEqual(asked('/v1/chat/completions'), ['echo-large', 'echo-small']);
    await answer.getByText(/^echo-large .* did not answer, so echo-small .* was asked\.$/).click();
    await answer.getByText(/has no model “echo-large”/).waitFor();
    await answer.locator('.answer-model', { hasText: 'echo-small' }).waitFor();
    await window.screenshot('stand-in');
  });

  it('are not asked where the answer is kept, which the chat says too', async () => {
    const question = 'What does a buoy report by radio?';
    await chat.startNewChat();
    await chat.ask(question);
    await chat.startNewChat();
    const answer = await chat.ask(question);
    await answer.getByText(`You asked: ${question}`).waitFor();
    await answer.getByText('From the cache').waitFor();
    await window.screenshot('stand-in-cached');
    assert.deepEqual(asked('/v1/chat/completions'), ['echo-large']);
    await answer.getByRole('button', { name: 'Answer again', exact: true }).click();
    await answer.getByText('From the cache').waitFor({ state: 'detached' });
    await textWhen(answer, (text) => text.includes('answer = 42'));
    assert.deepEqual(asked('/v1/chat/completions'), ['echo-large', 'echo-large']);
  });

  it('change code in the editor where the first cannot', async () => {
    await openFile('checksum.ts');
    server.enqueue({ type: 'status', status: 401 }, { type: 'answer', text: edited });
    await window.runCommand('Sextant: Simplify');
    await window.page.locator('.codelens-decoration a', { hasText: 'Reject' }).first().click();
    await window.page.locator('.codelens-decoration a', { hasText: 'Reject' }).first().waitFor({ state: 'detached' });
    assert.deepEqual(asked('/v1/chat/completions'), ['status-401', 'second-editor']);
  });

  it('complete where the first cannot', async () => {
    await openFile('lamp.ts');
    await window.page.locator('.editor-instance .view-line').first().click();
    await window.page.keyboard.press('End');
    await window.page.keyboard.type('new ');
    await window.page.locator('.ghost-text, .ghost-text-decoration').first().waitFor();
    assert.deepEqual(asked('/v1/completions').slice(0, 2), ['status-404', 'second-coder']);
    await window.page.keyboard.press('Tab');
    await window.page.locator('.view-line', { hasText: /const\slamp\s=\snew\sturnLamp\(1\);/ }).waitFor();
  });
});
