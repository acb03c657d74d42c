import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { settings } from '../../src/manifest.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { cacheDirectory, projectRoot } from '../harness/project.ts';
import { textWhen } from '../harness/textWhen.ts';
import { packDirectory } from '../harness/vsix.ts';
import type { Workbench } from '../harness/workbench.ts';

/** A server with one reranking model, which puts first what speaks of tides. */
class RerankServer {
  asked = 0;
  fails = false;
  readonly #server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/v1/models') response.end(JSON.stringify({ data: [{ id: 'bge-reranker-v2-m3' }] }));
      else if (request.url !== '/v1/rerank') response.writeHead(404).end('{}');
      else {
        this.asked++;
        const { documents } = JSON.parse(body) as { readonly documents: readonly string[] };
        const results = documents.map((text, index) => ({ index, relevance_score: text.includes('tide') ? 1 : 0 }));
        response.writeHead(this.fails ? 500 : 200).end(JSON.stringify(this.fails ? {} : { results }));
      }
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** An extension that offers a folder that is on no disk. */
async function virtualFolder(): Promise<string> {
  const file = path.join(cacheDirectory, 'package', 'virtual-folder.vsix');
  await packDirectory(path.join(projectRoot, 'test', 'fixtures', 'virtualFolder'), file);
  return file;
}

describe('A folder that is not trusted, in the editor', () => {
  const editor = useEditor({
    name: 'trust',
    vsix: virtualFolder,
    asksForTrust: true,
    settings: { 'security.workspace.trust.startupPrompt': 'never', 'editor.quickSuggestions': false },
  });
  const reranker = new RerankServer();
  let models: ModelServer;
  let window: Workbench;

  before(async () => {
    models = await startModelServer({ kind: 'ollama', completionText: 'waitBeforeRetry(1);\n' });
    const machine = path.join(editor.directory, 'server', 'data', 'Machine');
    await mkdir(machine, { recursive: true });
    const endpoints = {
      ollama: models.address,
      llamacpp: await reranker.listen(),
      'openai-compatible': 'https://rerank.example.invalid/v1',
    };
    const ofMachine = { [settings.endpoints]: endpoints, [settings.completionModel]: 'ollama/coder:1b' };
    await writeFile(path.join(machine, 'settings.json'), JSON.stringify(ofMachine));
    await mkdir(path.join(editor.project, '.vscode'));
    const ofFolder = { [settings.indexAutomatically]: false, [settings.completionDisabledLanguages]: ['python'] };
    await writeFile(path.join(editor.project, '.vscode', 'settings.json'), JSON.stringify(ofFolder));
    await writeFile(path.join(editor.project, 'call.ts'), '\n');
    await writeFile(path.join(editor.project, 'call.py'), '\n');
    window = await editor.open({ folder: editor.project, extension: projectRoot });
  });
  after(async () => {
    reranker.close();
    await models.close();
  });

  const openFile = async (name: string): Promise<void> => {
    await window.page.keyboard.press('Control+p');
    await window.quickInput.fill(name);
    await window.quickPicks.filter({ hasText: name }).first().click();
    await window.activeTab.filter({ hasText: name }).waitFor();
    await window.page.locator('.editor-group-container.active .view-lines').click();
  };
  const stateOf = (words: string): Promise<void> => window.page.getByLabel(words).first().waitFor();

  it('is indexed and answered from, and nothing of it decides what Sextant does', async () => {
    // By its own settings it would not be indexed.
    await window.page.locator('[id="sextant.sextant.index"]', { hasText: /^\s*8\s*$/ }).waitFor();
    await window.runCommand('Sextant: Open Chat');
    const chat = new ChatView(window.chat);
    const answer = await chat.ask('How long do we wait before a buoy that did not answer is called again?');
    assert.match(await answer.innerText(), /retryPolicy\.ts/);
    await stateOf('Sextant completion: Inline completion is off in a folder you do not trust.');
    await openFile('call.ts');
    await window.page.keyboard.type('export const wait = ');
    await window.screenshot('untrusted-folder');
    assert.deepEqual(models.generations, []);
  });

  it('is completed in as soon as it is trusted, and its settings count, without a reload', async () => {
    await window.runCommand('Workspaces: Manage Workspace Trust');
    await window.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    await stateOf('Sextant completion: Inline completion is ready.');
    await openFile('call.py');
    await stateOf('Sextant completion: Inline completion is off for python.');
    await openFile('call.ts');
    const ghost = window.page.locator('.ghost-text-decoration, .ghost-text').first();
    await window.page.keyboard.press('Control+End');
    await window.page.keyboard.type('export const again = ');
    await ghost.waitFor();
    await window.screenshot('trusted-folder');
  });

  it('is searched in the order of a reranking model that is chosen, and in its own when that fails', async () => {
    const choose = async (what: string): Promise<void> => {
      await window.runCommand('Sextant: Choose Reranking Model');
      await window.quickPicks.filter({ hasText: what }).first().click();
    };
    const search = async (first: RegExp): Promise<void> => {
      await window.runCommand('Sextant: Semantic Search');
      await window.page
        .getByPlaceholder('Describe the code you look for')
        .fill('how long to wait before calling again');
      await textWhen(window.quickPicks.first(), (text) => first.test(text));
    };
    await choose('Another');
    await window.quickInput.fill('openai-compatible/jina');
    await window.page.keyboard.press('Enter');
    const dialog = window.page.locator('.monaco-dialog-box');
    await dialog.filter({ hasText: /Send passages of your code to .* with every search\?/ }).waitFor();
    await dialog.filter({ hasText: 'rerank.example.invalid' }).waitFor();
    await window.screenshot('rerank-consent');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await search(/waitBeforeRetry/);
    await window.page.keyboard.press('Escape');
    // On this machine nothing has to be agreed to.
    await choose('llamacpp/bge-reranker-v2-m3');
    await search(/tide/);
    await window.screenshot('rerank-chosen');
    await window.page.keyboard.press('Escape');
    assert.ok(reranker.asked > 0);
    reranker.fails = true;
    await search(/waitBeforeRetry/);
    await window.page.keyboard.press('Escape');
  });

  it('that is on no disk is named where it is not indexed, and the chat works', async () => {
    const file = path.join(editor.directory, 'harbour.code-workspace');
    await writeFile(file, JSON.stringify({ folders: [{ uri: 'memory:/harbour', name: 'Harbour' }] }));
    window = await editor.open({ workspace: file, extension: projectRoot });
    await window.runCommand('Sextant: Open Chat');
    const answer = await new ChatView(window.chat).ask('How high is the tide?');
    assert.match(await answer.innerText(), /No folder is open that the index could read/);
    await window.runCommand('Sextant: Show Index');
    const page = await window.webview('Sextant Index');
    await page.getByText('The folder “Harbour” is on no disk of this machine').waitFor();
    await window.screenshot('virtual-folder');
    await window.runCommand('Sextant: Semantic Search');
    await window.said(/The folder “Harbour” is on no disk of this machine, so it is not indexed/);
  });
});
