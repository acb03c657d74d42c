import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { extensionId } from '../../src/manifest.ts';
import { EditSession } from '../../src/vscode/editSession.ts';
import { EditBench, fenced, type, undo, until } from './editFixture.ts';

const older = ['// top', 'function sum(numbers) {', '  let total = 0;', '  return total;', '}', '// end'];
const newer = ['function sum(numbers) {', '  let total = 1;', '  return total + 1;', '}'];
const changed = [older[0], ...newer, older[5]].join('\n');

describe('Edit Here', () => {
  let bench: EditBench;
  let directory: string;
  let files = 0;

  before(async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
    directory = await mkdtemp(path.join(os.tmpdir(), 'sextant-edit-'));
    // In a browser VS Code saves by itself after a second.
    await vscode.workspace.getConfiguration('files').update('autoSave', 'off', true);
  });
  beforeEach(() => {
    bench = new EditBench();
  });
  afterEach(async () => {
    bench.dispose();
    for (const { document } of vscode.window.visibleTextEditors) {
      if (document.isDirty) await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    await vscode.workspace.getConfiguration('files').update('autoSave', undefined, true);
    await rm(directory, { recursive: true, maxRetries: 10 });
  });

  /** Opens a new file: VS Code may still hold one of the same name as it was. */
  async function open(name: string, text: string | Uint8Array): Promise<vscode.TextDocument> {
    const file = path.join(directory, `${files++}-${name}`);
    await writeFile(file, text);
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document, { preview: false });
    return document;
  }

  async function saved(document: vscode.TextDocument): Promise<Buffer> {
    assert.ok(await document.save());
    return await readFile(document.uri.fsPath);
  }

  const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
    LF: (text) => Buffer.from(text),
    CRLF: (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
    'a byte order mark': (text) => Buffer.from(`\uFEFF${text}`),
    'UTF-16': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
    'a final line end': (text) => Buffer.from(`${text}\n`),
  };
  for (const [name, encode] of Object.entries(encodings)) {
    it(`keeps ${name} and everything around, and is undone at once`, async () => {
      const document = await open('bytes.js', encode(older.join('\n')));
      bench.model.answer(fenced(newer.join('\n')));
      await bench.start(document, 1, 4);
      assert.equal(bench.hunks(document), 1);
      bench.pending.acceptAll(undefined);
      assert.deepEqual(await saved(document), encode(changed));
      await undo(document);
      assert.deepEqual(await saved(document), encode(older.join('\n')));
    });
  }

  it('tells who cannot see it what there is to decide, and what was decided', async () => {
    const document = await open('told.js', older.join('\n'));
    bench.model.answer(fenced(newer.join('\n')));
    await bench.start(document, 1, 4);
    const [first, ...others] = bench.announced;
    assert.deepEqual([first, others], ['1 change to decide, in lines 3 to 4.', []]);
    bench.pending.accept(undefined);
    assert.equal(bench.announced.at(-1), 'Accepted. No change is left to decide.');
    bench.model.answer(fenced(older.slice(1, 5).join('\n')));
    await bench.start(document, 1, 4);
    await bench.pending.rejectAll(undefined);
    assert.equal(bench.announced.at(-1), 'Rejected. No change is left to decide.');
  });

  it('loses nothing that is typed into the part while the answer comes, and says why it stopped', async () => {
    const document = await open('typed.js', older.join('\n'));
    const running = bench.start(document, 1, 4);
    bench.model.say(`\`\`\`js\n${newer[0]}\n${newer[1]}\n`);
    await until(() => document.getText().includes('total = 1'));
    const row = older.indexOf('  let total = 0;') + 1;
    assert.equal(document.lineAt(row).text, '  let total = 0;', 'It has not been reached yet.');
    await typeAt(document, row, 'mine();');
    bench.model.say(`${newer[2]}\n}\n\`\`\`\n`);
    bench.model.end();
    await running;
    assert.match(bench.logged.join(), /You changed these lines while the answer was being written/);
    await bench.pending.rejectAll(undefined);
    assert.equal(document.getText(), older.join('\n').replace('  let', 'mine();  let'));
  });

  it('follows what is typed above while the answer comes', async () => {
    const document = await open('above.js', older.join('\n'));
    const running = bench.start(document, 1, 4);
    bench.model.say(`\`\`\`js\n${newer[0]}\n${newer[1]}\n`);
    await until(() => document.getText().includes('total = 1'));
    await typeAt(document, 0, 'mine();\nours();\n');
    bench.model.say(`${newer[2]}\n}\n\`\`\`\n`);
    bench.model.end();
    await running;
    assert.equal(document.getText(), `mine();\nours();\n${changed}`);
    await bench.pending.rejectAll(undefined);
    assert.equal(document.getText(), `mine();\nours();\n${older.join('\n')}`);
  });

  it('stops when the file is changed on the disk, and keeps what the disk has', async () => {
    const document = await open('disk.js', older.join('\n'));
    const running = bench.start(document, 1, 4);
    await until(() => bench.model.requests.length === 1);
    const others = older.join('\n').replace('  return total;', '  return 42;');
    await writeFile(document.uri.fsPath, others);
    await until(() => document.getText() === others);
    bench.model.answer(fenced(newer.join('\n')));
    await running;
    assert.equal(document.getText(), others);
    assert.match(bench.logged.join(), /You changed these lines/);
  });

  it('does not begin when the text is changed before the lines are read, and says so', async () => {
    const document = await open('early.js', older.join('\n'));
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    // As VS Code does with a file that somebody is just writing: it is empty, then it is there again.
    const whole = new vscode.Range(0, 0, older.length, 0);
    const emptied = editor.edit((edit) => {
      edit.delete(whole);
    });
    const refused = assert.rejects(bench.start(document, 1, 4), /closed or changed just then. Nothing was changed/);
    bench.model.answer(fenced(newer.join('\n')));
    await emptied;
    await refused;
    await typeAt(document, 0, older.join('\n'));
    assert.equal(document.getText(), older.join('\n'));
    assert.deepEqual([bench.model.requests, bench.hunks(document)], [[], 0]);
  });

  it('works on changes that are not saved', async () => {
    const document = await open('unsaved.js', older.join('\n'));
    await typeAt(document, 2, '  let unsaved;\n');
    bench.model.answer(fenced(newer.join('\n')));
    await bench.start(document, 1, 5);
    assert.match(bench.model.requests[0]?.messages.at(-1)?.text ?? '', /let unsaved;/);
    await bench.pending.rejectAll(undefined);
    assert.equal(document.getText(), older.toSpliced(2, 0, '  let unsaved;').join('\n'));
    assert.equal(await readFile(document.uri.fsPath, 'utf8'), older.join('\n'));
  });

  it('changes nothing in an editor that is read-only, and says so', async () => {
    const document = await open('locked.js', older.join('\n'));
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
    bench.model.answer(fenced(newer.join('\n')));
    await bench.start(document, 1, 4);
    assert.equal(document.getText(), older.join('\n'));
    assert.equal(bench.hunks(document), 0);
    assert.match(bench.logged.join(), /read-only/);
    await vscode.commands.executeCommand('workbench.action.files.resetActiveEditorReadonlyInSession');
  });

  it('changes three lines of 5 MB, and gives them back', async () => {
    const text = `const filler = 'The quick brown fox jumps over the lazy dog';\n`.repeat(85_000);
    // Of a language without a server, which would be busy with it for minutes.
    const document = await open('large.txt', `${text}${older.join('\n')}\n`);
    bench.model.answer(fenced(newer.join('\n')));
    await bench.start(document, 85_001, 85_004);
    assert.equal(bench.hunks(document), 1);
    assert.ok(document.getText().endsWith(`${changed}\n`));
    await bench.pending.rejectAll(undefined);
    assert.ok(document.getText() === `${text}${older.join('\n')}\n`);
  });

  it('is one undo step although it is saved on the way', async () => {
    const document = await open('saved.js', older.join('\n'));
    const running = bench.start(document, 1, 4);
    bench.model.say(`\`\`\`js\n${newer[0]}\n${newer[1]}\n`);
    await until(() => document.getText().includes('total = 1'));
    await document.save();
    bench.model.say(`${newer[2]}\n`);
    await until(() => document.getText().includes('total + 1'));
    await document.save();
    bench.model.say('}\n```\n');
    bench.model.end();
    await running;
    bench.pending.acceptAll(undefined);
    assert.equal(document.getText(), changed);
    await undo(document);
    assert.equal(document.getText(), older.join('\n'));
    await vscode.commands.executeCommand('redo');
    assert.equal(document.getText(), changed);
  });

  const answers: Readonly<Record<string, { readonly answer: string; readonly said: RegExp }>> = {
    'nothing at all': { answer: '', said: /answered nothing/ },
    'a refusal': { answer: 'I’m sorry, I cannot help with that.', said: /It said: “I’m sorry/ },
    garbage: { answer: '\u0000\ufffd\ud83d ]]}>'.repeat(50), said: /without code/ },
    'a text without end': { answer: `\`\`\`js\n${'x = 1;\n'.repeat(12_000)}`, said: /does not come to an end/ },
    'a patch for other code': {
      answer: '<<<<<<< SEARCH\nnot in here at all\n=======\nnever\n>>>>>>> REPLACE\n',
      said: /Nothing was changed/,
    },
  };
  for (const [name, { answer, said }] of Object.entries(answers)) {
    it(`changes nothing for ${name}, and says what came`, async () => {
      const document = await open('odd.js', older.join('\n'));
      bench.model.answer(answer);
      await bench.start(document, 1, 4);
      assert.equal(document.getText(), older.join('\n'));
      assert.match(bench.logged.join(), said);
      assert.equal(document.isDirty, false);
    });
  }

  const forms: Readonly<Record<string, string>> = {
    'the whole file again': fenced([older[0], ...newer, older[5]].join('\n')),
    'fences in prose': `Sure!\n\n${fenced(newer.join('\n'))}\nI changed two lines.\n`,
    'search and replace': `<<<<<<< SEARCH\n  let total = 0;\n  return total;\n=======\n  let total = 1;\n  return total + 1;\n>>>>>>> REPLACE\n`,
    'no indentation': fenced(newer.map((line) => line.trim()).join('\n')),
    CRLF: fenced(newer.join('\n')).replaceAll('\n', '\r\n'),
  };
  for (const [name, answer] of Object.entries(forms)) {
    it(`takes an answer of ${name} for what it means`, async () => {
      const document = await open('form.js', older.join('\n'));
      bench.model.answer(answer);
      await bench.start(document, 1, 4);
      const expected = name === 'no indentation' ? changed.replaceAll(/^ +/gm, '') : changed;
      assert.equal(document.getText(), expected);
    });
  }

  it('gives back everything when the connection breaks on the way', async () => {
    const document = await open('broken.js', older.join('\n'));
    const running = bench.start(document, 1, 4);
    bench.model.say(`\`\`\`js\n${newer[0]}\n${newer[1]}\n`);
    await until(() => document.getText().includes('total = 1'));
    bench.model.fail(new Error('The connection was closed.'));
    await running;
    assert.equal(document.getText(), older.join('\n'));
    assert.match(bench.logged.join(), /connection was closed/);
  });

  it('changes a cell of a notebook', async () => {
    const cell = (text: string): vscode.NotebookCellData =>
      new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'javascript');
    const data = new vscode.NotebookData([cell('first'), cell(older.join('\n'))]);
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data);
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
    await vscode.commands.executeCommand('notebook.cell.edit');
    const { document } = notebook.cellAt(1);
    await until(() => vscode.window.activeTextEditor?.document === document);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(1, 0, 4, 1);
    bench.model.answer(fenced(newer.join('\n')));
    await bench.edit.start({ uri: document.uri, range: editor.selection, instruction: 'Improve this.' });
    assert.deepEqual(bench.logged, []);
    assert.equal(document.getText(), changed);
    await bench.pending.rejectAll({ uri: document.uri.toString(), id: 0 });
    assert.equal(document.getText(), older.join('\n'));
    assert.equal(vscode.window.activeNotebookEditor?.notebook, notebook);
  });

  it('loses no key that is typed at any moment, whatever is decided', async function () {
    this.timeout(60_000);
    const rounds = process.env['SEXTANT_CAMPAIGN'] === '1' ? 60 : 6;
    for (let round = 0; round < rounds; round++) {
      const random = randomFrom(round);
      const lines = Array.from({ length: 12 }, (_, at) => `line ${at} ${'x'.repeat(random(4))}`);
      const document = await open(`keys${round}.txt`, lines.join('\n'));
      const session = new EditSession(document, 2, 10);
      const targets = Array.from({ length: 4 }, () =>
        lines.slice(2, 10).flatMap((line) => [[line], [], [`${line}!`], [line, 'new']][random(4)] ?? []),
      );
      const keys: string[] = [];
      const work: Promise<unknown>[] = [];
      for (const target of targets) {
        work.push(session.show(target).catch(() => undefined));
        const key = `<${round}.${keys.length}>`;
        keys.push(key);
        const row = random(document.lineCount);
        const editor = vscode.window.activeTextEditor;
        if (editor?.document === document) editor.selection = new vscode.Selection(row, 0, row, 0);
        // Without waiting for either: some edits meet a key on their way.
        work.push(type(key));
        if (random(2) === 0) await delay(random(8));
      }
      await Promise.all(work);
      const reading = session.hunks.map(({ id }) => id);
      for (const id of reading) {
        if (random(2) === 0) session.accept(id);
        else await session.reject(id);
      }
      await session.rejectAll();
      const text = document.getText();
      for (const key of keys) assert.equal(text.split(key).length, 2, `${key} of round ${round} in ${text}`);
      session.dispose();
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  });
});

async function typeAt(document: vscode.TextDocument, row: number, text: string): Promise<void> {
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => {
    edit.insert(new vscode.Position(row, 0), text);
  });
}

/** Whole numbers below the one that is given, always the same ones for a seed (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) % 1_000_003) % below;
  };
}
