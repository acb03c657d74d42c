import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, extensionId } from '../../src/manifest.ts';

describe('The lightbulb', () => {
  let problems: vscode.DiagnosticCollection;

  before(async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
    problems = vscode.languages.createDiagnosticCollection('test');
  });
  after(async () => {
    problems.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** Sextant's actions; it registers them a moment after VS Code has started. */
  async function actionsAt(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
    for (;;) {
      const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        range,
      );
      const own = all.filter(({ command }) => command?.command.startsWith('sextant.') === true);
      if (own.length > 0) return own;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  it('offers a fix for a problem, with what the problem says', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: 'let x = y;\n' });
    const range = new vscode.Range(0, 8, 0, 9);
    problems.set(document.uri, [new vscode.Diagnostic(range, 'Cannot find name ‘y’.')]);
    const actions = await actionsAt(document, range);
    const fix = actions.find(({ command }) => command?.command === commands.fixProblem);
    assert.deepEqual((fix?.command?.arguments?.[0] as { problems: unknown }).problems, ['Cannot find name ‘y’.']);
  });

  it('offers to change what is selected, and to turn a comment into code', async () => {
    const content = '// Adds two numbers.\nfunction add() {}\n';
    const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content });
    const actions = await actionsAt(document, new vscode.Range(0, 0, 1, 5));
    const offered = actions.map(({ command }) => command?.command);
    for (const id of [commands.commentToCode, commands.documentCode, commands.refactorCode, commands.simplifyCode]) {
      assert.ok(offered.includes(id), id);
    }
  });
});
