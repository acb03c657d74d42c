import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { commands, extensionId, settings } from '../../src/manifest.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { filesWith } from '../harness/fileSearch.ts';

/** Of what is tried again until a busy window has done it. */
const ATTEMPTS = 100;
const PLANTED_KEY = 'planted-key-beside-events-of-use';

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
    await rm(directory, { recursive: true, maxRetries: 10 });
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
    // By line, since VS Code makes all line ends of a document alike.
    const above = marked.slice(0, marked.indexOf('|')).split('\n');
    const cursor = new vscode.Position(above.length - 1, above.at(-1)?.length ?? 0);
    editor.selection = new vscode.Selection(cursor, cursor);
    return editor;
  }

  /** What the last request says before the cursor. */
  function lastPrompt(): string {
    return (server.generations.at(-1)?.body as { readonly prompt: string } | undefined)?.prompt ?? '';
  }

  /** Asks for a suggestion until accepting it changes the document. */
  async function accept(editor: vscode.TextEditor): Promise<string> {
    const before = editor.document.getText();
    for (let attempt = 0; editor.document.getText() === before; attempt++) {
      assert.ok(attempt < ATTEMPTS, 'nothing was suggested');
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
    assert.deepEqual(server.generations, []);
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

  it('asks nothing by itself in the middle of a word', async () => {
    const editor = await openAt('word.ts', 'const middle = 1;\nmid|dle();\n');
    await vscode.commands.executeCommand('type', { text: 'd' });
    await delay(800);
    assert.match(editor.document.getText(), /^midddle/m);
    assert.deepEqual(server.generations, []);
  });

  it('asks nothing in an editor that is read-only', async () => {
    await openAt('locked.ts', 'const locked = |\n');
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    await delay(800);
    await vscode.commands.executeCommand('workbench.action.files.resetActiveEditorReadonlyInSession');
    assert.doesNotMatch(JSON.stringify(server.generations), /const locked/);
  });

  it('inserts at each of several cursors what was suggested at the first', async () => {
    server.completionText = 'price;\n';
    const editor = await openAt('cursors.ts', 'a = |\nb = \n');
    editor.selections = [0, 1].map((line) => new vscode.Selection(line, 4, line, 4));
    assert.equal(await accept(editor), 'a = price;\nb = price;\n');
  });

  it('goes on with the entry that is selected in the list of suggestions', async () => {
    const provider = vscode.languages.registerCompletionItemProvider('typescript', {
      provideCompletionItems: () => [new vscode.CompletionItem('lighthouseKeeper')],
    });
    try {
      server.completionText = '.climb();\n';
      await openAt('list.ts', 'lighthouseK|\n');
      for (let attempt = 0; !lastPrompt().endsWith('lighthouseKeeper'); attempt++) {
        assert.ok(attempt < ATTEMPTS);
        await vscode.commands.executeCommand('editor.action.triggerSuggest');
        await delay(200);
        await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
        await delay(100);
      }
    } finally {
      await vscode.commands.executeCommand('hideSuggestWidget');
      provider.dispose();
    }
  });

  it('sends a window of a line of 20,000 characters', async () => {
    await openAt('long.ts', `const data = [${'7, '.repeat(3_000)}|${'8, '.repeat(3_600)}];\n`);
    for (let attempt = 0; !lastPrompt().endsWith('7, 7, '); attempt++) {
      assert.ok(attempt < ATTEMPTS);
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await delay(100);
    }
    assert.ok(server.generations.every(({ body }) => JSON.stringify(body).length < 12_000));
  });

  it('completes in a file of 5 MB, and sends a window of it', async function () {
    this.timeout(60_000);
    server.completionText = 'compute(3);\n';
    // As plain text, which VS Code and its language servers have the least to do with.
    const [head, tail] = ['const value = compute(1, 2);\n'.repeat(90_000), 'run(value);\n'.repeat(200_000)];
    const editor = await openAt('large.txt', `${head}const last = |\n${tail}`);
    const written = await accept(editor);
    assert.ok(written === `${head}const last = compute(3);\n${tail}`);
    assert.ok(server.generations.every(({ body }) => JSON.stringify(body).length < 12_000));
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('mixes no line ends into a file that has two kinds', async () => {
    server.completionText = '\n  b();\n}\n';
    const editor = await openAt('mixed.ts', 'a();\r\nb();\nif (x) {|\r\n');
    const written = await accept(editor);
    const end = editor.document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
    assert.equal(written, ['a();', 'b();', 'if (x) {', '  b();', '}', ''].join(end));
  });

  it('changes nothing but what is accepted, whenever the document is edited during a request', async () => {
    server.completionText = 'compute(first);\n';
    server.chunkDelayMs = 30;
    try {
      const editor = await openAt('edited.ts', 'first();\nconst late = |\n');
      for (const pauseMs of [0, 20, 60, 120, 200]) {
        await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
        await delay(pauseMs);
        const above = new vscode.WorkspaceEdit();
        above.insert(editor.document.uri, new vscode.Position(0, 0), `// ${pauseMs}\n`);
        await vscode.workspace.applyEdit(above);
        await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
        const lines = editor.document
          .getText()
          .split('\n')
          .filter((each) => !each.startsWith('//'));
        assert.ok(['', 'compute(first);'].includes(lines[1]?.replace('const late = ', '') ?? '?'), lines.join('|'));
        await vscode.commands.executeCommand('deleteAllRight');
        const left = editor.document.lineAt(editor.selection.active.line).range;
        await replaceLine(editor, left);
      }
    } finally {
      server.chunkDelayMs = 0;
    }
  });

  it('tells what was kept after 30 seconds and 5 minutes, and writes it down with consent only', async function () {
    const storage = process.env['SEXTANT_TEST_STORAGE'];
    // The extension runs in this process, so its timers are these: its long waits are short here.
    const { setTimeout: start } = globalThis;
    globalThis.setTimeout = ((callback: () => void, ms?: number, ...rest: unknown[]) =>
      start(callback, ms === 30_000 || ms === 300_000 ? 500 : ms, ...rest)) as typeof setTimeout;
    try {
      server.completionText = 'keepThis(whole);\n';
      await accept(await openAt('kept.ts', 'const kept = |\n'));
      await statistics(/Kept after 30 s +\| +100.% of the text.*Kept after 5 min +\| +100.% of the text/s);
      await statistics(/Telemetry is off: nothing of this is written down/);
      if (storage === undefined) this.skip();
      assert.deepEqual(await filesWith(storage, ['completionKept']), []);
      await configure(settings.telemetryOptIn, true);
      // VS Code's own telemetry is off in tests, and then consent alone records nothing.
      await accept(await openAt('untold.ts', 'const untold = |\n'));
      await statistics(/Telemetry is off: nothing of this is written down/);
      assert.deepEqual(await filesWith(storage, ['completionKept']), []);
      Object.defineProperty(vscode.env, 'isTelemetryEnabled', { value: true, configurable: true });
      process.env['OLLAMA_API_KEY'] = PLANTED_KEY;
      await accept(await openAt('told.ts', 'const told = |\n'));
      assert.equal(server.generations.at(-1)?.headers['authorization'], `Bearer ${PLANTED_KEY}`);
      while ((await filesWith(storage, ['completionKept'])).length === 0) await delay(100);
      assert.deepEqual(await filesWith(storage, ['keepThis', PLANTED_KEY]), [], 'no code and no key');
    } finally {
      globalThis.setTimeout = start;
      Reflect.deleteProperty(vscode.env, 'isTelemetryEnabled');
      delete process.env['OLLAMA_API_KEY'];
      await configure(settings.telemetryOptIn, undefined);
    }
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

async function replaceLine(editor: vscode.TextEditor, range: vscode.Range): Promise<void> {
  await editor.edit((edit) => {
    edit.replace(range, 'const late = ');
  });
}

/** Shows the statistics until they say what is wanted. */
async function statistics(wanted: RegExp): Promise<void> {
  for (let attempt = 0, report = ''; !wanted.test(report); attempt++) {
    assert.ok(attempt < ATTEMPTS, report);
    await vscode.commands.executeCommand(commands.showCompletionStatistics);
    await delay(100);
    report = vscode.window.activeTextEditor?.document.getText() ?? '';
  }
}

async function configure(id: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
}
