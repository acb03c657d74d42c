import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { extensionId } from '../../src/manifest.ts';
import { applyFromChat } from '../../src/vscode/applyFromChat.ts';
import type { EditToResolve, ResolvedEdit } from '../../src/protocol/contextIndex.ts';
import { EditBench, fenced, resolveEdit, undo, until } from './editFixture.ts';

const text = 'const a = 1;\nconst b = 2;\nconst c = 3;\n';
const patch = (from: string, to: string): string => `<<<<<<< SEARCH\n${from}\n=======\n${to}\n>>>>>>> REPLACE\n`;

describe('Code of the chat', () => {
  let bench: EditBench;
  let root: string;
  let folder: string;
  let outside: string;
  let folders = 0;

  before(async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
    root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    outside = await mkdtemp(path.join(os.tmpdir(), 'sextant-apply-'));
    await vscode.workspace.getConfiguration('files').update('autoSave', 'off', true);
  });
  beforeEach(async () => {
    bench = new EditBench();
    // VS Code may still hold a file of the same name as it was.
    folder = path.join(root, `apply-${folders++}`);
    await mkdir(folder);
  });
  afterEach(async () => {
    bench.dispose();
    while (vscode.window.activeTextEditor !== undefined) {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, maxRetries: 10 });
  });
  after(async () => {
    await vscode.workspace.getConfiguration('files').update('autoSave', undefined, true);
    await rm(outside, { recursive: true, maxRetries: 10 });
  });

  const apply = (answer: string, resolve: (edit: EditToResolve) => Promise<ResolvedEdit> = resolveEdit) =>
    applyFromChat(answer, { pending: bench.pending, resolveEdit: resolve });
  const named = (name: string): string => `${path.basename(folder)}/${name}`;
  const uriOf = (name: string): vscode.Uri => vscode.Uri.file(path.join(folder, name));

  async function open(name: string, content: string | Uint8Array): Promise<vscode.TextDocument> {
    await writeFile(path.join(folder, name), content);
    const document = await vscode.workspace.openTextDocument(uriOf(name));
    await vscode.window.showTextDocument(document, { preview: false });
    return document;
  }

  const current = (): vscode.TextDocument => {
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    return document;
  };

  it('changes the file that it names, undone at once', async () => {
    await writeFile(path.join(folder, 'a.ts'), text);
    await apply(`\`${named('a.ts')}\`\n\n${fenced(text.replace('= 2', '= 22').trimEnd())}`);
    const document = current();
    assert.equal(document.getText(), text.replace('= 2', '= 22'));
    assert.equal(bench.hunks(document), 1);
    assert.equal(await readFile(document.uri.fsPath, 'utf8'), text, 'Nothing is saved by itself.');
    await undo(document);
    assert.equal(document.getText(), text);
    assert.equal(bench.hunks(document), 0);
  });

  it('makes a new file, once, and takes a further block for what is open', async () => {
    const block = `\`${named('new/deep.ts')}\`\n\n${fenced(text.trimEnd())}`;
    await apply(block);
    const document = current();
    assert.equal(document.getText().trimEnd(), text.trimEnd());
    await apply(block);
    assert.equal(document.getText().trimEnd(), text.trimEnd(), 'It is not there twice.');
    await apply(`\`${named('new/deep.ts')}\`\n\n${patch('const b = 2;', 'const b = 3;')}`);
    assert.equal(current(), document);
    assert.match(document.getText(), /const b = 3;/);
    await document.save();
    assert.match(await readFile(path.join(folder, 'new', 'deep.ts'), 'utf8'), /const b = 3;/);
  });

  it('changes several files of one answer, or none of them', async () => {
    await writeFile(path.join(folder, 'a.ts'), text);
    await writeFile(path.join(folder, 'b.ts'), text);
    const both = (from: string): string =>
      `${named('a.ts')}\n${patch('const a = 1;', 'const a = 4;')}\n${named('b.ts')}\n${patch(from, 'const c = 5;')}`;
    await assert.rejects(apply(both('const d = 4;')), /Nothing was changed in .*b\.ts/);
    assert.equal(vscode.window.activeTextEditor, undefined);
    await apply(both('const c = 3;'));
    assert.equal(current().uri.fsPath, path.join(folder, 'a.ts'));
    const other = await vscode.workspace.openTextDocument(uriOf('b.ts'));
    assert.deepEqual([bench.hunks(current()), bench.hunks(other)], [1, 1]);
    assert.match(other.getText(), /const c = 5;/);
  });

  it('is for the editor in front where it names no file, also in two editors', async () => {
    const document = await open('two.ts', text);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
    await apply(patch('const b = 2;', 'const b = 3;'));
    assert.equal(document.getText(), text.replace('b = 2', 'b = 3'));
    await bench.pending.rejectAll(undefined);
    assert.equal(document.getText(), text);
  });

  it('keeps line ends, mark, encoding and what is not saved', async () => {
    const bytes = Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n').trimEnd()}`, 'utf16le');
    const document = await open('utf16.ts', bytes);
    await vscode.window.activeTextEditor?.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), '// unsaved\n');
    });
    await apply(patch('const b = 2;', 'const b = 3;'));
    bench.pending.acceptAll(undefined);
    assert.ok(await document.save());
    const wanted = `// unsaved\n${text.replace('b = 2', 'b = 3').trimEnd()}`.replaceAll('\n', '\r\n');
    assert.deepEqual(await readFile(document.uri.fsPath), Buffer.from(`\uFEFF${wanted}`, 'utf16le'));
  });

  it('merges with what is changed meanwhile elsewhere, and refuses where it is the same lines', async () => {
    const document = await open('merged.ts', text);
    const meanwhile = (from: string, to: string) => async (edit: EditToResolve) => {
      const others = document.getText().replace(from, to);
      await writeFile(document.uri.fsPath, others);
      // The watcher of a busy machine may tell late, or not at all.
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await until(() => document.getText() === others);
      return await resolveEdit(edit);
    };
    await apply(patch('const a = 1;', 'const a = 9;'), meanwhile('c = 3', 'c = 33'));
    assert.equal(document.getText(), text.replace('a = 1', 'a = 9').replace('c = 3', 'c = 33'));
    bench.pending.acceptAll(undefined);
    await document.save();
    await assert.rejects(
      apply(patch('const b = 2;', 'const b = 9;'), meanwhile('b = 2', 'b = 22')),
      /changed just then/,
    );
    assert.match(document.getText(), /const b = 22;/);
    assert.equal(bench.hunks(document), 0);
  });

  it('changes nothing in an editor that is read-only', async () => {
    const document = await open('locked.ts', text);
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
    await assert.rejects(apply(patch('const b = 2;', 'const b = 3;')), /read-only/);
    assert.deepEqual([document.getText(), bench.hunks(document), document.isDirty], [text, 0, false]);
    assert.equal(bench.pending.of(document), undefined, 'Nothing is left to decide.');
    await vscode.commands.executeCommand('workbench.action.files.resetActiveEditorReadonlyInSession');
  });

  it('changes the first and the last line of 5 MB', async () => {
    const large = `const first = 1;\n${`const filler = 'the quick brown fox';\n`.repeat(140_000)}const last = 1;\n`;
    // Of a language without a server, which would be busy with it for minutes.
    const document = await open('large.txt', large);
    await apply(`${patch('const first = 1;', 'const first = 2;')}${patch('const last = 1;', 'const last = 2;')}`);
    assert.equal(bench.hunks(document), 2);
    await bench.pending.rejectAll(undefined);
    assert.ok(document.getText() === large);
  });

  it('refuses a file whose characters VS Code could not read, for saving it would lose them', async () => {
    const bytes = Buffer.from([...Buffer.from('const b = 2;\n// caf'), 0xe9, 0x0a]);
    await open('latin.ts', bytes);
    await assert.rejects(apply(patch('const b = 2;', 'const b = 3;')), /not text in UTF-8/);
    assert.deepEqual(await readFile(path.join(folder, 'latin.ts')), bytes);
  });

  it('changes the cell that is written, and never the text of an open notebook', async () => {
    const cells = [text, 'const z = 26;\n'].map((source) => ({
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    }));
    const book = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
    await writeFile(path.join(folder, 'book.ipynb'), book);
    const notebook = await vscode.workspace.openNotebookDocument(uriOf('book.ipynb'));
    await open('beside.ts', text);
    const block = `\`${named('book.ipynb')}\`\n\n${patch('const b = 2;', 'const b = 3;')}`;
    await assert.rejects(apply(block), /click into the cell/);
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(0, 1)] });
    await vscode.commands.executeCommand('notebook.cell.edit');
    const { document } = notebook.cellAt(0);
    await until(() => vscode.window.activeTextEditor?.document === document);
    await apply(block);
    assert.match(document.getText(), /const b = 3;/);
    await bench.pending.rejectAll(undefined);
    assert.equal(document.getText(), text);
  });

  const refused: readonly (readonly [what: string, name: () => string, why: RegExp])[] = [
    ['a path that leads upwards', () => '../other.ts', /leads out of the workspace/],
    ['an absolute path', () => path.join(outside, 'a.ts'), /absolute path/],
    ['a link out of the workspace', () => named('link/a.ts'), /through a link/],
    ['git’s own files', () => '.git/hooks.ts', /in \.git or \.vscode/],
    ['VS Code’s settings', () => '.vscode/settings.json', /in \.git or \.vscode/],
    ['VS Code’s settings under another name', () => '.VSCODE/settings.json', /in \.git or \.vscode/],
    ['a file of secrets', () => named('id_rsa.pem'), /secrets/],
    ['a folder', () => named('sub.d'), /is a folder/],
  ];
  for (const [what, name, why] of refused) {
    it(`refuses ${what}, with the reason`, async () => {
      await writeFile(path.join(outside, 'a.ts'), text);
      await symlink(outside, path.join(folder, 'link'));
      await mkdir(path.join(folder, 'sub.d'));
      await assert.rejects(apply(`\`${name()}\`\n\n${fenced(text.replace('= 2', '= 22').trimEnd())}`), why);
      assert.equal(await readFile(path.join(outside, 'a.ts'), 'utf8'), text);
      assert.equal(vscode.window.activeTextEditor, undefined);
    });
  }

  const diffs: readonly (readonly [what: string, diff: (name: string) => string, why: RegExp])[] = [
    [
      'a deletion',
      (name) => `--- a/${name}\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-const a = 1;\n-const b = 2;\n-const c = 3;\n`,
      /Delete it yourself/,
    ],
    [
      'a rename',
      (name) => `diff --git a/${name} b/${name}x\nsimilarity index 100%\nrename from ${name}\nrename to ${name}x\n`,
      /Move it yourself/,
    ],
    [
      'a new file where there is one',
      (name) => `--- /dev/null\n+++ b/${name}\n@@ -0,0 +1 @@\n+const z = 1;\n`,
      /already/,
    ],
  ];
  for (const [what, diff, why] of diffs) {
    it(`refuses ${what}, and says what to do`, async () => {
      await writeFile(path.join(folder, 'a.ts'), text);
      await assert.rejects(apply(fenced(diff(named('a.ts')).trimEnd(), 'diff')), why);
      assert.equal(await readFile(path.join(folder, 'a.ts'), 'utf8'), text);
    });
  }
});
