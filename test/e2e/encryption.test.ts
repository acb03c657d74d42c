import assert from 'node:assert/strict';
import path from 'node:path';
import { ChatView } from '../harness/chatView.ts';
import { refusesDialogs, useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { skipBecause } from '../harness/skip.ts';
import { textWhen } from '../harness/textWhen.ts';
import { Traces } from '../harness/traces.ts';
import { Workbench, openSession } from '../harness/workbench.ts';
import { findPlaintext } from '../unit/storage/plaintextSearch.ts';

const QUESTION = 'How long do we wait before a buoy that did not answer is called again?';
const SECOND_QUESTION = 'Which buoys are called first?';

describe('Stored chats that are encrypted', () => {
  before(function () {
    if (refusesDialogs()) skipBecause(this, 'this VS Code shows a test no dialog');
  });
  const editor = useEditor({ name: 'encryption' });
  let traces: Traces;
  let code = '';
  let window: Workbench;
  let chat: ChatView;
  const plaintext = (): string[] =>
    findPlaintext(path.join(editor.server.globalStorage, 'sextant.sextant', 'store'), [QUESTION, SECOND_QUESTION]);
  const address = () => ({ folder: editor.project, extension: projectRoot });

  before(() => {
    traces = Traces.of(editor);
  });

  async function openChat(): Promise<void> {
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
  }

  async function type(text: string): Promise<void> {
    await window.quickInput.fill(text);
    await window.page.keyboard.press('Enter');
  }

  it('are readable files at first', async () => {
    window = await editor.open(address());
    await openChat();
    await chat.ask(QUESTION);
    assert.ok(plaintext().length > 0);
  });

  it('are encrypted once the user has shown to have the recovery code', async () => {
    await window.runCommand('Sextant: Encrypt Stored Chats');
    const dialog = window.page.locator('.monaco-dialog-box');
    const text = await textWhen(dialog, (shown) => shown.includes('Write this down'));
    code = /(?:[0-9A-Z]{4}\s+–\s+){6}[0-9A-Z]{4}\s+(?:[0-9A-Z]{4}\s+–\s+){6}[0-9A-Z]{4}/.exec(text)?.[0] ?? '';
    assert.notEqual(code, '', text);
    await window.screenshot('encryption-code');
    await dialog.getByRole('button', { name: 'I Have Written It Down' }).click();
    await window.quickInput.fill('0000');
    await window.page.getByText('This is not the last group').waitFor();
    assert.ok(plaintext().length > 0, 'nothing is encrypted before the user has the code');
    await type(code.slice(-4).toLowerCase());
    while (plaintext().length > 0) await window.page.waitForTimeout(50);
    await chat.ask(SECOND_QUESTION);
    assert.deepEqual(plaintext(), []);
  });

  it('are there in another window, and after a reload', async () => {
    const other = await editor.open(address());
    await other.runCommand('Sextant: Open Chat');
    await new ChatView(other.chat).message(4).waitFor();
    await other.close();
    await window.reload();
    await openChat();
    await chat.message(4).waitFor();
    await window.close();
  });

  it('open on a machine without their key with the recovery code alone', async () => {
    const browser = editor.session.browser();
    assert.ok(browser !== null);
    const elsewhere = await openSession(browser);
    window = await Workbench.open(elsewhere, editor.server.url(address()));
    await openChat();
    const card = chat.frame.getByRole('alert');
    const text = await textWhen(card, (shown) => shown.includes('encrypted'));
    await window.screenshot('encryption-locked');
    assert.doesNotMatch(text, /D-Bus|SEXTANT_/u);
    assert.equal(await chat.frame.getByText('encrypted').count(), 1, 'it is said once');
    await chat.send('Is anybody there?');
    await textWhen(chat.frame.locator('.composer-hint'), (shown) => shown.includes('recovery code'));
    assert.equal(await chat.input.inputValue(), 'Is anybody there?');
    await card.getByText('Enter Recovery Code').click();
    await window.quickInput.waitFor();
    assert.equal(await window.quickInput.getAttribute('type'), 'password');
    await window.quickInput.fill(`${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`);
    await window.page.getByText('not quite the code').waitFor();
    await type(code);
    await chat.message(4).waitFor();
    await card.getByText('Enter Recovery Code').waitFor({ state: 'detached' });
  });

  it('are readable files again when the user no longer wants it', async () => {
    await window.runCommand('Sextant: Stop Encrypting Stored Chats');
    const dialog = window.page.locator('.monaco-dialog-box');
    await dialog.getByRole('button', { name: 'Stop Encrypting' }).click();
    while (plaintext().length === 0) await window.page.waitForTimeout(50);
    assert.equal(await chat.countMessages(), 4);
    await window.close();
  });

  it('leave no code, no error and nothing of the chat in the logs', async () => {
    await traces.assertClean([QUESTION, code, code.replaceAll(/[^0-9A-Z]/g, '')]);
  });
});
