import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { questionLimit } from '../../src/protocol/chatView.ts';
import { ChatView } from '../harness/chatView.ts';
import { type EditorFixture, useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { textWhen } from '../harness/textWhen.ts';
import { Traces } from '../harness/traces.ts';
import type { WorkbenchAddress } from '../harness/vscodeServer.ts';
import type { Workbench } from '../harness/workbench.ts';

/** Stands in a file of every folder here, and in no log. */
const PLANTED_LINE = 'the keeper hides the spare lamp oil under the third step';

async function openChat(
  editor: EditorFixture,
  address: WorkbenchAddress,
): Promise<{ window: Workbench; chat: ChatView }> {
  const window = await editor.open({ ...address, extension: projectRoot });
  await window.runCommand('Sextant: Open Chat');
  const chat = new ChatView(window.chat);
  await chat.input.waitFor();
  return { window, chat };
}

describe('A workspace that is not what one expects', () => {
  const editor = useEditor({ name: 'odd-workspaces' });
  let traces: Traces;

  before(() => {
    traces = Traces.of(editor);
  });

  it('none: says so, offers to open a folder, and chats all the same', async () => {
    const { window, chat } = await openChat(editor, {});
    await chat.frame.getByRole('button', { name: 'Open a Folder' }).waitFor();
    await chat.frame.getByText(/No folder is open/).waitFor();
    await window.screenshot('bad-no-workspace');
    const answer = await chat.ask('What does this project do?');
    assert.match(await answer.innerText(), /No folder is open/);
    await window.screenshot('bad-no-workspace-answer');
    await window.runCommand('Sextant: Index Workspace');
    const said = await window.notifications();
    assert.ok(
      said.some((text) => text.includes('No folder is open. Open a folder first')),
      said.join(),
    );
    await window.close();
  });

  it('empty: says that there is nothing to quote from', async () => {
    const folder = path.join(editor.directory, 'empty');
    await mkdir(folder);
    const { window, chat } = await openChat(editor, { folder });
    await chat.frame.getByText(/Index ready/).waitFor();
    await window.screenshot('bad-empty-folder');
    const answer = await chat.ask('What does this project do?');
    assert.match(await answer.innerText(), /no text in this workspace/);
    await window.screenshot('bad-empty-folder-answer');
    await window.close();
  });

  it('of several folders: finds what is in each, and opens the right one of two files with the same path', async () => {
    const places = ['harbour', 'airfield'];
    for (const place of places) {
      await mkdir(path.join(editor.directory, place, 'src'), { recursive: true });
      const text = `/** The ${place}'s radio channel for calls of distress. */\nexport const distressChannel = '${place}';\n`;
      await writeFile(path.join(editor.directory, place, 'src', 'radio.ts'), text);
    }
    const workspace = path.join(editor.directory, 'both.code-workspace');
    await writeFile(workspace, JSON.stringify({ folders: places.map((place) => ({ path: place })) }));
    const { window, chat } = await openChat(editor, { workspace });
    await chat.frame.getByText(/Index ready/).waitFor();
    const answer = await chat.ask('Which radio channel is for calls of distress?');
    await window.screenshot('bad-several-folders');
    const named = await (await chat.openSources()).allInnerTexts();
    for (const place of places)
      assert.ok(
        named.some((text) => text.includes(place)),
        `the sources name ${place}`,
      );
    for (const place of places) {
      await answer
        .getByRole('link', { name: new RegExp(`${place}.*radio\\.ts`) })
        .first()
        .click();
      await window.page.locator('.view-lines', { hasText: `'${place}'` }).waitFor();
    }
    await window.screenshot('bad-several-folders-opened');
    await window.close();
  });

  it('of hostile files: indexes what can be read, and counts the rest', async () => {
    const folder = path.join(editor.directory, 'hostile');
    await writeHostileFolder(folder);
    try {
      const { window, chat } = await openChat(editor, { folder });
      await chat.frame.getByText(/Index ready/).waitFor();
      const leftOut = (await chat.frame.locator('.index-text').getAttribute('title')) ?? '';
      for (const reason of ['too large', 'minified', 'binary', 'symbolic link', 'special file', 'unreadable']) {
        assert.ok(leftOut.includes(reason), `“${leftOut}” names what is ${reason}`);
      }
      await window.screenshot('bad-hostile-folder');
      const answer = await chat.ask('Where does the keeper hide the lamp oil?');
      await textWhen(answer, (text) => text.includes(PLANTED_LINE));
      const latin = await chat.ask('Which file has Latin text as an example?');
      await textWhen(latin, (text) => text.includes('latin1.md'));
      await window.screenshot('bad-hostile-folder-answer');
      await window.close();
    } finally {
      // What is too deep for a path is not for Node to remove.
      await promisify(execFile)('rm', ['-rf', folder]);
    }
  });

  it('leaves no error and nothing of the files in the logs', async () => {
    await traces.assertClean([PLANTED_LINE]);
  });
});

describe('A question that is not what one expects', () => {
  const editor = useEditor({ name: 'odd-questions' });
  let traces: Traces;
  let window: Workbench;
  let chat: ChatView;

  before(() => {
    traces = Traces.of(editor);
  });

  it('empty: is not sent', async () => {
    ({ window, chat } = await openChat(editor, { folder: editor.project }));
    for (const nothing of ['', '   \n\t\n ']) {
      await chat.input.fill(nothing);
      await chat.input.press('Enter');
      assert.ok(await chat.frame.getByRole('button', { name: /^Send/ }).isDisabled());
    }
    assert.equal(await chat.answers.count(), 0);
  });

  it('of 1 MB: is answered', async () => {
    const words = 'How long do we wait before a buoy that did not answer is called again? ';
    const question = words.repeat(Math.ceil(questionLimit / words.length)).slice(0, questionLimit);
    const answer = await chat.ask(question);
    assert.match(await answer.innerText(), /LONGEST_WAIT_MS/);
    await window.screenshot('bad-long-question');
    await chat.ask(`${PLANTED_LINE}?`);
  });

  it('longer: says how long it may be, and stays in the input', async () => {
    const question = 'a'.repeat(questionLimit + 1);
    await chat.input.fill(question);
    await chat.input.press('Enter');
    const hint = await chat.frame.getByRole('alert').innerText();
    assert.match(hint, /1,048,577 characters; at most 1,048,576/);
    await window.screenshot('bad-too-long-question');
    assert.equal((await chat.input.inputValue()).length, question.length);
    await chat.input.fill('');
  });

  it('leaves no error and nothing of the questions in the logs', async () => {
    await traces.assertClean([PLANTED_LINE]);
  });
});

async function writeHostileFolder(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'src'), { recursive: true });
  const write = (name: string | Buffer, content: string | Uint8Array): Promise<void> =>
    writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]), content);
  await write('src/keeper.ts', `// ${PLANTED_LINE}\nexport const step = 3;\n`);
  const statement = 'var a=function(b){return b.keeper||"oil"};';
  await write('bundle.js', statement.repeat(Math.ceil(50_000_000 / statement.length)));
  await write('small.js', statement.repeat(1000));
  const binary = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 37) % 256);
  await write('image.png', binary);
  await write('no-extension', binary);
  await write('source.ts', binary);
  await write(
    'latin1.md',
    Buffer.from('# Der W\u00e4rter\n\nDas Latin-Text-Beispiel nennt den W\u00e4rter der K\u00fcste.\n', 'latin1'),
  );
  await write(Buffer.from('caf\u00e9.ts', 'latin1'), 'export const coffee = 1;\n');
  await write('empty.ts', '');
  await symlink('..', path.join(folder, 'src', 'loop'));
  await symlink('self', path.join(folder, 'self'));
  await symlink('nowhere', path.join(folder, 'dangling'));
  await promisify(execFile)('mkfifo', [path.join(folder, 'pipe.ts')]);
  await writeTooDeep(folder);
}

/** Folders within each other, deeper than a path can be long: nobody can read the inmost, not even root. */
async function writeTooDeep(folder: string): Promise<void> {
  const name = 'd'.repeat(250);
  const top = path.join(folder, name);
  for (let depth = 0; depth < 20; depth++) {
    const outer = path.join(folder, 'outer');
    await mkdir(outer);
    if (depth > 0) await rename(top, path.join(outer, name));
    else await writeFile(path.join(outer, 'deep.ts'), 'export const depth = 0;\n');
    await rename(outer, top);
  }
}
