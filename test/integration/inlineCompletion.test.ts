import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { extensionId, settings } from '../../src/manifest.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';

describe('Inline completion', () => {
  let server: ModelServer;
  let directory: string;

  before(async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
    server = await startModelServer({ kind: 'ollama' });
    directory = await mkdtemp(path.join(os.tmpdir(), 'sextant-completion-'));
    await configure(settings.endpoints, { ollama: server.address });
  });

  after(async () => {
    await configure(settings.completionModel, undefined);
    await configure(settings.endpoints, undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await server.close();
    await rm(directory, { recursive: true });
  });

  beforeEach(() => {
    server.requests.length = 0;
  });

  /** Opens a file with the cursor where `|` stands. */
  async function openAt(name: string, marked: string): Promise<vscode.TextEditor> {
    const file = path.join(directory, name);
    await writeFile(file, marked.replace('|', ''));
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    const cursor = document.positionAt(marked.indexOf('|'));
    editor.selection = new vscode.Selection(cursor, cursor);
    return editor;
  }

  /** Asks for a suggestion until accepting it changes the document. */
  async function accept(editor: vscode.TextEditor): Promise<string> {
    const before = editor.document.getText();
    while (editor.document.getText() === before) {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await delay(100);
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    }
    return editor.document.getText();
  }

  it('asks nobody while no model is chosen', async () => {
    await configure(settings.completionModel, undefined);
    const editor = await openAt('silent.ts', 'const a = |\n');
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    await editor.edit((edit) => {
      edit.insert(editor.selection.active, '4');
    });
    await delay(800);
    assert.deepEqual(server.requests, []);
  });

  it('inserts what the chosen model suggests, and not what stands there already', async () => {
    await configure(settings.completionModel, 'ollama/coder:1b');
    server.completionText = 'a + b;\n}\n\nfunction other() {}\n';
    const editor = await openAt('sum.ts', 'function sum(a: number, b: number) {\n  return |\n}\n');
    assert.equal(await accept(editor), 'function sum(a: number, b: number) {\n  return a + b;\n}\n');
    assert.match(JSON.stringify(server.generations[0]?.body), /coder:1b.*function sum/);
  });

  it('keeps the line ends of the file', async () => {
    server.completionText = '\n  b();\n}\nc();';
    const editor = await openAt('crlf.ts', 'a();\r\nif (x) {|\r\n');
    assert.equal(await accept(editor), 'a();\r\nif (x) {\r\n  b();\r\n}\r\n');
  });

  it('asks nobody by itself in a language that is switched off, and does when told to', async () => {
    await configure(settings.completionDisabledLanguages, ['typescript']);
    try {
      server.completionText = '1;\n';
      const editor = await openAt('quiet.ts', 'const quiet = |\n');
      await editor.edit((edit) => {
        edit.insert(editor.selection.active, ' ');
      });
      await delay(800);
      assert.doesNotMatch(JSON.stringify(server.generations), /const quiet/);
      assert.equal(await accept(editor), 'const quiet =  1;\n');
    } finally {
      await configure(settings.completionDisabledLanguages, undefined);
    }
  });

  it('shows a model the cells above the one that is written', async () => {
    const cell = (text: string): vscode.NotebookCellData =>
      new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python');
    const data = new vscode.NotebookData([cell('import statistics'), cell('m = ')]);
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data);
    const shown = await vscode.window.showNotebookDocument(notebook, {
      selections: [new vscode.NotebookRange(1, 2)],
    });
    server.completionText = 'statistics.mean([1])';
    await vscode.commands.executeCommand('notebook.cell.edit');
    const written = notebook.cellAt(1).document;
    while (!server.generations.some(({ body }) => JSON.stringify(body).includes('import statistics\\n\\nm = '))) {
      await vscode.commands.executeCommand('cursorEnd');
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await delay(100);
    }
    assert.equal(written.getText(), 'm = ');
    assert.equal(shown.notebook, notebook);
  });

  it('never sends a file that holds secrets', async () => {
    const editor = await openAt('production.env', 'API_TOKEN=|\n');
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    await editor.edit((edit) => {
      edit.insert(editor.selection.active, 'x');
    });
    await delay(800);
    assert.doesNotMatch(JSON.stringify(server.requests), /API_TOKEN/);
  });
});

async function configure(id: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
}
