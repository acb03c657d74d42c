import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { textWhen } from '../harness/textWhen.ts';
import type { Workbench } from '../harness/workbench.ts';

const page = `<html><head><title>Tides</title></head><body><nav>Home</nav><main>${'High water is at noon. '.repeat(20)}</main></body></html>`;

describe('What goes along with questions', () => {
  const editor = useEditor({ name: 'attachments', settings: { 'sextant.chat.titlesByModel': false } });
  let server: ModelServer;
  let web: Server;
  let window: Workbench;
  let chat: ChatView;

  const git = (...values: string[]): void => {
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...values], { cwd: editor.project });
  };
  const write = (name: string, text: string) => writeFile(path.join(editor.project, name), text);

  before(async function () {
    this.timeout(120_000);
    server = await startModelServer();
    web = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(page));
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.');
    git('commit', '--quiet', '--message', 'Begin the lighthouse');
    git('branch', 'old-harbour');
    await appendFile(path.join(editor.project, 'README.md'), '\nThe fog bell rings twice.\n');
    git('commit', '--quiet', '--all', '--message', 'Ring the fog bell');
    await write('.gitignore', 'ignored.log\n');
    await write('ignored.log', 'a line of the log\n');
    await write('.env', 'API_TOKEN=4711\n');
    await write('AGENTS.md', 'Call every boat a vessel.\n');
    await write('harbour.json', '{ "berths": }\n');
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
    await chat.input.waitFor();
    await chat.useServer(window, server.address);
  });
  after(async () => {
    web.close();
    web.closeAllConnections();
    await server.close();
  });

  /** Whatever takes the focus, a chat that opens, closes VS Code’s boxes and menus: then it is done again. */
  const until = async (shown: Locator, act: () => Promise<void>): Promise<void> => {
    for (let isThere = false; !isThere;) {
      await act().catch(() => undefined);
      isThere = await shown.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      );
    }
  };
  const openFile = (name: string): Promise<void> =>
    until(window.activeTab.filter({ hasText: name }), async () => {
      await window.page.keyboard.press('Control+p');
      await window.quickInput.fill(name, { timeout: 1_000 });
      await window.quickPicks.filter({ hasText: name }).first().click({ timeout: 2_000 });
    });
  const chip = (label: string | RegExp): Locator => chat.frame.locator('.attachment').filter({ hasText: label });
  const ready = (label: string | RegExp): Locator =>
    chip(label)
      .and(chat.frame.locator('.attachment-ready'))
      .filter({ has: chat.frame.locator('.attachment-tokens') });
  /** Types into the input, and takes what the menu offers by this name. */
  const attach = async (typed: string, choice: string): Promise<void> => {
    await chat.input.pressSequentially(`@${typed}`);
    await chat.frame.getByRole('option', { name: choice }).first().click();
  };
  /** What the model was asked last. */
  const asked = (): string => {
    const { messages } = server.generations.at(-1)?.body as { messages: { content: string | { text?: string }[] }[] };
    const { content = '' } = messages.at(-1) ?? {};
    return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('');
  };
  const item = (kind: string): string =>
    new RegExp(`<item kind="${kind}"[^>]*>\n([^]*?)\n</item>`).exec(asked())?.[1] ?? '';

  it('comes by itself from the editor, is seen, follows the edits, and can be left out', async function () {
    this.timeout(60_000);
    await openFile('checksum.ts');
    await ready('checksum.ts').waitFor();
    await window.page.locator('.editor-group-container.active .view-line', { hasText: 'for (const byte' }).click();
    await window.page.keyboard.press('Control+l');
    await ready('checksum.ts:4').waitFor();
    await attach('selection', 'Selection');
    await textWhen(chat.frame.locator('.attachments'), (text) => text.split('checksum.ts:4').length === 3);
    // Two lines above: the selection moves down with its code.
    await window.page.locator('.editor-group-container.active .view-line').first().click();
    await window.page.keyboard.press('Control+Home');
    await window.page.keyboard.type('const radio = 1;\nconst frames = 2;\n');
    await ready('checksum.ts:6').waitFor();
    await chip('checksum.ts')
      .first()
      .getByRole('button', { name: /^Leave .* out/ })
      .click();
    await chat.ask('What does this line do?');
    assert.equal(item('code'), '', 'the active file is left out');
    assert.equal(item('selection'), '  for (const byte of frame) sum = (sum + byte) % 255;');
    assert.match(JSON.stringify(server.generations.at(-1)?.body), /Call every boat a vessel/, 'the rules go along');
    await window.runCommand('File: Revert File');
    await window.screenshot('attachments-active-file');
  });

  it('can be taken from everywhere, and is kept exactly as it was sent', async function () {
    this.timeout(120_000);
    await chat.startNewChat();
    await openFile('harbour.json');
    await window.runCommand('Terminal: Create New Terminal');
    // The shell has said where its prompt is.
    await window.page.locator('.terminal-wrapper.active .terminal-command-decoration').first().waitFor();
    await window.page.keyboard.type('echo two $((1 + 1)) blasts\n');
    // The shell says when a command has begun and ended; before the first there is nothing to attach.
    while (!(await ready('Terminal').isVisible())) {
      await attach('terminal', 'Terminal');
      await chip('Terminal').and(chat.frame.locator('.attachment-ready, .attachment-failed')).waitFor();
      const text = await chip('Terminal').getAttribute('class');
      if (text?.includes('attachment-failed') === true)
        await chip('Terminal').getByRole('button', { name: 'Remove' }).click();
    }
    await attach('editors', 'Open editors');
    await attach('problems:', 'harbour.json');
    await attach('changes', 'Git changes');
    await attach('commit:', 'Ring the fog bell');
    await attach('branch:', 'old-harbour');
    await attach('codebase', 'Codebase');
    await attach('chat:', 'What does this line do?');
    await attach('file:tide', 'tide_table.py');
    await attach('folder:src', 'src');
    await attach('symbol:waitBefore', 'waitBeforeRetry');
    await chat.input.pressSequentially(`@url:http://127.0.0.1:${(web.address() as AddressInfo).port}/tides`);
    await chat.frame.getByRole('option').first().click();
    await window.page.locator('.quick-input-title', { hasText: 'in your own network' }).waitFor();
    await window.screenshot('attach-page-question');
    await window.quickPicks.filter({ hasText: 'Read this page' }).click();
    await ready('Tides').waitFor();
    await window.screenshot('attachments-many');
    await chat.ask('How long is the wait before a retry?');
    assert.match(item('terminal'), /^\$ echo two \$\(\(1 \+ 1\)\) blasts\n[^]*two 2 blasts/);
    assert.match(item('editors'), /--- src\/checksum\.ts\n/);
    assert.match(item('problems'), /^harbour\.json:1:\d+ error: .*\n {4}\{ "berths": \}/);
    assert.match(item('changes'), /AGENTS\.md/);
    assert.match(item('commit'), /^commit [0-9a-f]{40}\n\nRing the fog bell\n\n[^]*\+The fog bell rings twice/);
    assert.match(item('branch'), /\+The fog bell rings twice/);
    assert.match(item('codebase'), /waitBeforeRetry/);
    assert.match(item('chat'), /User: What does this line do\?/);
    assert.match(item('file'), /rule of twelfths/);
    assert.match(item('folder'), /--- src\/buoyRegistry\.ts\n/);
    assert.match(item('symbol'), /export function waitBeforeRetry/);
    assert.match(item('url'), /^http:\/\/127\.0\.0\.1:\d+\/tides\n\n(?:High water is at noon\. ?)+$/);
    for (const secret of ['4711', 'a line of the log']) assert.ok(!asked().includes(secret), secret);
    // Each can be read as it was, word for word.
    const question = chat.frame.getByRole('article', { name: 'Your question' }).last();
    await question.locator('.sent > summary').click();
    await question.locator('.sent-item', { hasText: 'Ring the fog bell' }).click();
    await window.activeTab.filter({ hasText: 'Ring the fog bell' }).waitFor();
    await window.page.locator('.editor-group-container.active .view-line', { hasText: '+The fog bell' }).waitFor();
    await window.screenshot('attachments-sent');
  });

  it('comes from the menus of VS Code, or is refused with its reason where it is secret or ignored', async function () {
    this.timeout(120_000);
    const choose = (place: Locator, title: string, shown: Locator): Promise<void> =>
      until(shown.first(), async () => {
        await place.click({ button: 'right', timeout: 3_000 });
        const item = window.page.locator('.context-view .action-item', { hasText: title }).first();
        await item.waitFor({ timeout: 2_000 });
        // A menu that has just opened takes no click for a moment.
        while (await item.isVisible()) await item.click({ timeout: 1_000 });
      });
    const show = (name: RegExp) => window.page.getByRole('tab', { name }).first().click();
    const inExplorer = (name: string) =>
      window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });
    await chat.startNewChat();
    for (const [name, reason] of [
      ['.env', '.env usually holds keys or passwords, so it is never sent.'],
      ['ignored.log', 'ignored.log is ignored by git, hidden, or no text, so it is not sent.'],
    ] as const) {
      await show(/^Explorer/);
      await choose(inExplorer(name), 'Add File to Chat', chat.frame.locator('.attachment-problem').getByText(reason));
      await chip(name)
        .getByRole('button', { name: `Remove ${name}` })
        .click();
      await chip(name).waitFor({ state: 'detached' });
    }
    await openFile('retryPolicy.ts');
    await show(/^Explorer/);
    await choose(inExplorer('README.md'), 'Add File to Chat', ready('README.md'));
    const line = window.page.locator('.editor-group-container.active .view-line', { hasText: 'LONGEST_WAIT_MS = 30' });
    await choose(line, 'Add Selection to Chat', ready('retryPolicy.ts').nth(1));
    await choose(window.page.locator('.tab', { hasText: 'harbour.json' }), 'Add File to Chat', ready('harbour.json'));
    await show(/^Source Control/);
    const changed = window.page.locator('.scm-view .monaco-list-row', { hasText: 'AGENTS.md' });
    await choose(changed, 'Add File to Chat', ready('AGENTS.md'));
    await window.runCommand('Terminal: Select All');
    const screen = window.page.locator('.terminal-wrapper.active .xterm-screen');
    await choose(screen, 'Add Terminal Output to Chat', ready('Terminal'));
    await until(chat.frame.locator('.attachment').filter({ hasText: 'harbour.json:1' }), async () => {
      await openFile('harbour.json');
      await window.page.locator('.editor-group-container.active .view-line').first().click();
      await window.page.keyboard.press('End');
      await window.runCommand('Quick Fix...');
      const fixes = window.page.locator('.action-widget .monaco-list-row');
      await fixes.filter({ hasText: 'Ask Sextant about this problem' }).click({ timeout: 3_000 });
    });
    await window.screenshot('attachments-menus');
    assert.match(await chat.input.inputValue(), /What does this mean, and how do I fix it\?\n\n> /);
  });

  it('comes by a drag from the explorer while Shift is held', async () => {
    await window.runCommand('Sextant: New Chat in Editor');
    const tab = new ChatView(await window.webview('Sextant Chat'));
    await tab.input.waitFor();
    await window.page
      .getByRole('tab', { name: /^Explorer/ })
      .first()
      .click();
    const row = window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'README.md' });
    const { mouse, keyboard } = window.page;
    await until(tab.frame.locator('.attachment-ready').filter({ hasText: 'README.md' }), async () => {
      await row.hover({ timeout: 3_000 });
      await mouse.down();
      await keyboard.down('Shift');
      const [from, to] = [await row.boundingBox(), await tab.input.boundingBox()];
      if (from !== null) await mouse.move(from.x + 50, from.y + 20, { steps: 3 });
      // Anywhere in the chat will do.
      if (to !== null) await mouse.move(to.x + 40, to.y - 150, { steps: 5 });
      await mouse.up();
      await keyboard.up('Shift');
    });
    await window.screenshot('attachments-dragged');
    await window.runCommand('View: Close Editor');
  });

  it('comes from outside of VS Code, dropped while Shift is held', async () => {
    const file = path.join(editor.directory, 'log-book.txt');
    await writeFile(file, 'The foghorn sounded at dawn.\n');
    await window.runCommand('Sextant: Open Chat');
    await chat.startNewChat();
    const devtools = await window.page.context().newCDPSession(window.page);
    const data = { items: [], files: [file], dragOperationsMask: 1 };
    const shift = 8;
    await until(ready('log-book.txt').first(), async () => {
      const box = await chat.input.boundingBox();
      const place = { x: (box?.x ?? 0) + 40, y: (box?.y ?? 0) - 150 };
      // VS Code lets the page have what is dragged over it once it has seen the key.
      for (const type of ['dragEnter', 'dragOver', 'dragOver', 'drop'] as const) {
        await devtools.send('Input.dispatchDragEvent', { type, ...place, data, modifiers: shift });
        await window.page.evaluate('new Promise(requestAnimationFrame)');
      }
    });
    await window.screenshot('attachments-dropped');
  });
});
