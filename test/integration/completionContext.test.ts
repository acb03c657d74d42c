import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { commands, extensionId, settings } from '../../src/manifest.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';

/** A workspace of a lighthouse keeper. The words by which a snippet is known stand in one file each. */
const files: Readonly<Record<string, string>> = {
  'src/lamp.ts':
    '/** A lamp that can be dimmed. */\nexport class Lamp {\n  dimTo(lumenShare: number): void {\n    this.level = lumenShare;\n  }\n}\n',
  'src/fog.ts': 'export function fogHorn(): string {\n  return "edited nearby";\n}\n',
  'src/seen.ts': 'export function seenBefore(): number {\n  return 41;\n}\n',
  'src/generated.local.ts': 'export function ignoredSecretRecipe(): void {}\n',
  '.env': 'HARBOUR_TOKEN=never-to-be-sent\n',
  'src/harbour.cipher': 'HARBOUR_PLAN=never-to-be-sent\n',
  '.gitignore': '*.local.ts\n',
  'src/beam.ts':
    '/** What a lamp throws. */\nexport interface Beam {\n  rotationsPerMinute: number;\n  colour: string;\n}\n',
  'src/turn.ts': 'import type { Beam } from "./beam";\n\nexport function turn(beam: Beam) {\n  //\n  beam.\n}\n',
  'src/use.ts': 'import { Lamp } from "./lamp";\n\nexport function dusk(lamp: Lamp) {\n  //\n  lamp.\n}\n',
};

describe('What goes along with a completion', function () {
  this.timeout(60_000);
  let server: ModelServer;
  let directory: string;
  const subscriptions: vscode.Disposable[] = [];

  const at = (name: string): string => path.join(directory, name);

  before(async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    directory = path.join(folder.uri.fsPath, 'keeper');
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(at(name)), { recursive: true });
      await writeFile(at(name), text);
    }
    server = await startModelServer({ kind: 'ollama', completionText: 'dimTo(0.5);' });
    await configure(settings.endpoints, { ollama: server.address });
    await configure(settings.completionModel, 'ollama/coder:1b');
    await configure(settings.secretFiles, ['*.cipher']);
    // Only a definition provider of its own makes this test the same wherever it runs.
    subscriptions.push(
      vscode.languages.registerDefinitionProvider({ language: 'typescript' }, { provideDefinition: define }),
    );
  });

  after(async () => {
    for (const subscription of subscriptions) subscription.dispose();
    await configure(settings.completionModel, undefined);
    await configure(settings.secretFiles, undefined);
    await configure(settings.completionContext, undefined);
    await configure(settings.endpoints, undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await server.close();
    await rm(directory, { recursive: true, maxRetries: 10 });
  });

  /** Knows the lamp, the secret and the ignored file by name. */
  function define(document: vscode.TextDocument, position: vscode.Position): vscode.Location | undefined {
    const word = document.getText(document.getWordRangeAtPosition(position));
    const file = { Lamp: 'src/lamp.ts', token: '.env', recipe: 'src/generated.local.ts' }[word];
    return file === undefined
      ? undefined
      : new vscode.Location(vscode.Uri.file(at(file)), new vscode.Position(word === 'Lamp' ? 1 : 0, 13));
  }

  async function open(name: string): Promise<vscode.TextEditor> {
    return await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(at(name)));
  }

  function place(editor: vscode.TextEditor, text: string): void {
    const cursor = editor.document.positionAt(editor.document.getText().indexOf(text) + text.length);
    editor.selection = new vscode.Selection(cursor, cursor);
  }

  function active(): vscode.TextEditor {
    assert.ok(vscode.window.activeTextEditor);
    return vscode.window.activeTextEditor;
  }

  /** What a request sends at the cursor. The line above it is new each time, so that no cache answers. */
  async function request(): Promise<string> {
    const asked = server.generations.length;
    for (let attempt = 0; server.generations.length === asked; attempt++) {
      if (attempt === 100) throw new Error('No request was sent.');
      const { document, selection } = active();
      const above = document.lineAt(selection.active.line - 1).range;
      await replace(document, above, `  // ${Math.random()}`);
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await delay(200);
    }
    return JSON.stringify(server.generations.at(-1)?.body);
  }

  /** Asks until a request has all that is wanted; the gathering goes on between two of them. */
  async function requestWith(...wanted: string[]): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      const body = await request();
      const missing = wanted.filter((text) => !body.includes(text));
      if (missing.length === 0) return body;
      if (attempt === 60) throw new Error(`No request had ${missing.join(', ')}. The last one was ${body}`);
      await delay(200);
    }
  }

  /** What the command shows; the editor has the focus again then. */
  async function showContext(): Promise<string> {
    const { document } = active();
    await vscode.commands.executeCommand(commands.showCompletionContext);
    const report = active().document.getText();
    await vscode.window.showTextDocument(document);
    return report;
  }

  it('are definitions, and what was edited and seen', async () => {
    const fog = await open('src/fog.ts');
    await replace(fog.document, new vscode.Range(1, 0, 1, 0), '  const freshlyTyped = 1;\n');
    // A place counts as seen after a second, which a busy machine may take for less.
    for (let attempt = 0, sent = ''; attempt < 5 && !sent.includes('seenBefore'); attempt++) {
      await open('src/seen.ts');
      await delay(1_500);
      place(await open('src/use.ts'), 'lamp.');
      sent = await request();
    }
    const body = await requestWith('lumenShare', 'freshlyTyped', 'seenBefore');
    assert.ok(body.indexOf('lumenShare') < body.indexOf('function dusk'), 'the snippets come first');
  });

  it('is nothing of secret and ignored files, whatever was opened or edited in them', async () => {
    for (const name of ['.env', 'src/harbour.cipher', 'src/generated.local.ts']) {
      const editor = await open(name);
      await replace(editor.document, new vscode.Range(0, 0, 0, 0), '\n');
      // Within a file that git ignores the user may ask.
      if (!name.includes('generated')) await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await delay(1_200);
    }
    const use = await open('src/use.ts');
    await replace(use.document, new vscode.Range(2, 0, 2, 0), 'recipe(token);\n');
    place(use, 'lamp.');
    const leftOut = [
      /recently edited +\| `keeper\/\.env` +\| +\| secret file/,
      /recently edited +\| `keeper\/src\/harbour\.cipher` +\| +\| secret file/,
      /definition +\| `keeper\/\.env \(token\)` +\| +\| secret file/,
      /recently edited +\| `keeper\/src\/generated\.local\.ts` +\| +\| ignored file/,
      /definition +\| `keeper\/src\/generated\.local\.ts \(recipe\)` +\| +\| ignored file/,
    ];
    for (let report = ''; !leftOut.every((line) => line.test(report));) {
      await request();
      report = await showContext();
    }
    assert.doesNotMatch(JSON.stringify(server.requests), /never-to-be-sent|ignoredSecretRecipe/);
  });

  it('is shown as it was sent, in a document that cannot be changed', async () => {
    const use = await open('src/use.ts');
    place(use, 'lamp.');
    await requestWith('lumenShare');
    await vscode.commands.executeCommand(commands.showCompletionContext);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const report = editor.document.getText();
    assert.match(report, /`ollama\/coder:1b`/);
    assert.match(report, /Definition: `keeper\/src\/lamp\.ts:2`/);
    assert.match(report, /Switched off in the settings: clipboard/);
    // Another request may have gone out since.
    const wentOut = server.generations.some(({ body }) => report.includes(JSON.stringify(body, null, 2)));
    assert.ok(wentOut, 'the request as it went out');
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), 'written by hand');
    });
    assert.doesNotMatch(editor.document.getText(), /written by hand/);
  });

  it('are definitions of imported names, as the language server finds them', async () => {
    // What was seen or edited, and what is like it, must not be what is found.
    await configure(settings.completionContext, { recentlyViewed: false, recentlyEdited: false, similarCode: false });
    place(await open('src/turn.ts'), 'beam.');
    await requestWith('rotationsPerMinute');
    for (let report = ''; !report.includes('Definition: `keeper/src/beam.ts:');) report = await showContext();
  });

  it('asks a language server that does not answer one thing, and nothing more', async () => {
    const waiting: (() => void)[] = [];
    const provider = vscode.languages.registerDefinitionProvider('lua', {
      provideDefinition: () => new Promise((resolve) => waiting.push(() => resolve(undefined))),
    });
    try {
      await writeFile(at('src/tide.lua'), 'local tide = 1\nlocal ebb = 2\n');
      const editor = await open('src/tide.lua');
      while (waiting.length === 0) await typeAtEnd(editor, 'x');
      for (let word = 0; word < 6; word++) await typeAtEnd(editor, ` tide${word}`);
      assert.equal(waiting.length, 1);
    } finally {
      for (const answer of waiting) answer();
      provider.dispose();
    }
  });

  it('is the clipboard only when the settings say so', async () => {
    await vscode.env.clipboard.writeText('export const copiedLately = lamp.dimTo(1);');
    const use = await open('src/use.ts');
    place(use, 'lamp.');
    await configure(settings.completionContext, undefined);
    assert.doesNotMatch(await requestWith('lumenShare'), /copiedLately/);
    await configure(settings.completionContext, { clipboard: true });
    await requestWith('copiedLately');
    await vscode.env.clipboard.writeText('');
  });

  it('is only what the settings allow', async () => {
    await configure(settings.completionContext, { definitions: false, similarCode: false, recentlyViewed: false });
    const use = await open('src/use.ts');
    place(use, 'lamp.');
    const body = await requestWith('freshlyTyped');
    assert.doesNotMatch(body, /lumenShare/);
    await configure(settings.completionContextTokens, 0);
    assert.doesNotMatch(await request(), /freshlyTyped/);
    await configure(settings.completionContextTokens, undefined);
  });

  it('is code like that at the cursor, from the index', async () => {
    await configure(settings.completionContext, { recentlyViewed: false, recentlyEdited: false, definitions: false });
    await writeFile(
      at('src/tide.ts'),
      'export function tideAt(hour: number, high: number, low: number): number {\n  const share = Math.sin((hour / 12) * Math.PI);\n  return low + (high - low) * share;\n}\n',
    );
    await writeFile(
      at('src/swell.ts'),
      'export function swellAt(hour: number, high: number, low: number): number {\n  const share = Math.sin((hour / 12) * Math.PI);\n  //\n  return \n}\n',
    );
    await vscode.commands.executeCommand(commands.indexWorkspace);
    const editor = await open('src/swell.ts');
    place(editor, 'return ');
    await requestWith('tideAt');
  });
});

/** Types, and rests for longer than a question is waited for. */
async function typeAtEnd({ document }: vscode.TextEditor, text: string): Promise<void> {
  const { end } = document.lineAt(document.lineCount - 1).range;
  await replace(document, new vscode.Range(end, end), text);
  await delay(800);
}

/** Editors come and go with their documents' tabs; the document stays. */
async function replace(document: vscode.TextDocument, range: vscode.Range, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, text);
  await vscode.workspace.applyEdit(edit);
}

async function configure(id: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
}
