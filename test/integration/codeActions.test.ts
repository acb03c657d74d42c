import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { commands, extensionId } from '../../src/manifest.ts';
import { codeQuestion, editRequest } from '../../src/vscode/codeActions.ts';
import { EditBench, fenced } from './editFixture.ts';

describe('The lightbulb', () => {
  let problems: vscode.DiagnosticCollection;
  let directory: string;

  before(async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
    problems = vscode.languages.createDiagnosticCollection('test');
    directory = await mkdtemp(path.join(os.tmpdir(), 'sextant-actions-'));
  });
  after(async () => {
    problems.dispose();
    await rm(directory, { recursive: true, maxRetries: 10 });
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

  const code = '// Adds two numbers.\nfunction add(a, b) {\n  return a - b;\n}\n';
  const changes = [
    [commands.fixProblem, /Fix this problem: It subtracts\./],
    [commands.documentCode, /Document this code/],
    [commands.refactorCode, /Refactor this code/],
    [commands.simplifyCode, /Simplify this code/],
    [commands.commentToCode, /the code that the comment describes/],
  ] as const;
  for (const [command, asked] of changes) {
    it(`changes the code as ${command} says, to accept or reject`, async () => {
      // An untitled document may get what a backup has of the one before.
      const file = path.join(directory, `${command}.txt`);
      await writeFile(file, code);
      const document = await vscode.workspace.openTextDocument(file);
      const range = new vscode.Range(2, 2, 2, 15);
      problems.set(document.uri, [new vscode.Diagnostic(range, 'It subtracts.')]);
      const bench = new EditBench();
      try {
        const about = { uri: document.uri, range, problems: ['It subtracts.'] };
        const request = editRequest(command, about);
        assert.ok(request);
        const answer = code.replace('a - b', 'a + b');
        bench.model.answer(fenced(answer));
        await bench.edit.start(request);
        const prompt = bench.model.requests[0]?.messages.at(-1)?.text ?? '';
        assert.match(prompt, asked);
        assert.match(prompt, /<part>[^]*return a - b;[^]*<\/part>/);
        assert.match(prompt, /Problems that the editor reports in the part:\n.*It subtracts\./);
        assert.deepEqual([document.getText(), bench.hunks(document)], [answer, 1]);
        await bench.pending.rejectAll(undefined);
        assert.equal(document.getText(), code);
      } finally {
        bench.dispose();
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      }
    });
  }

  for (const [command, asked] of [
    [commands.explainCode, /^Explain this code of/],
    [commands.writeTests, /^Write tests for this code of .*the path of the test file/],
  ] as const) {
    it(`has the chat asked about the code by ${command}`, async () => {
      const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: code });
      const question = await codeQuestion(command, {
        uri: document.uri,
        range: new vscode.Range(1, 0, 3, 1),
        problems: [],
      });
      const text = question?.ask('const a = `\n```\n`;') ?? '';
      assert.match(text, asked);
      assert.match(text, /\n````plaintext\nconst a = `\n```\n`;\n````$/);
    });
  }

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
