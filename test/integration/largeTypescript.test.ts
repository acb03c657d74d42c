import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { extensionId, settings } from '../../src/manifest.ts';
import { writeLargeProject } from '../fixtures/largeProject.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { EditBench, fenced, type } from './editFixture.ts';

describe('A TypeScript file of 5 MB, with its language server', function () {
  this.timeout(120_000);
  let server: ModelServer;
  let folder: string;
  let line = 0;

  before(async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
    const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(root);
    folder = path.join(root, 'ships');
    ({ line } = await writeLargeProject(folder));
    server = await startModelServer({ kind: 'ollama', completionText: 'berthOf(harbour);\n' });
    await configure(settings.endpoints, { ollama: server.address });
    await configure(settings.completionModel, 'ollama/coder:1b');
  });

  after(async () => {
    await configure(settings.completionModel, undefined);
    await configure(settings.endpoints, undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // It would be busy with the file for a while yet.
    await vscode.commands.executeCommand('typescript.restartTsServer');
    await server.close();
    await rm(folder, { recursive: true, maxRetries: 10 });
  });

  async function openAt(name: string, row: number): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument(path.join(folder, name));
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    editor.selection = new vscode.Selection(row, 0, row, 0);
    return editor;
  }

  it('gets its suggestions', async () => {
    const editor = await openAt('large.ts', line - 1);
    await type('\nconst next = ');
    const typed = editor.document.lineCount;
    const suggested = (): boolean => editor.document.lineAt(editor.selection.active.line).text.includes('berthOf(');
    while (!suggested()) {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await delay(100);
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    }
    assert.equal(editor.document.lineCount, typed);
  });

  it('is edited by an instruction', async () => {
    const { document } = await openAt('large.ts', line - 1);
    const bench = new EditBench();
    try {
      bench.model.answer(fenced('// changed by an instruction'));
      await bench.start(document, line - 1, line - 1);
      assert.equal(bench.hunks(document), 1);
      await bench.pending.rejectAll(undefined);
      assert.equal(bench.hunks(document), 0);
    } finally {
      bench.dispose();
    }
  });
});

async function configure(id: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
}
