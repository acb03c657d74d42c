import assert from 'node:assert/strict';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { textWhen } from '../harness/textWhen.ts';
import { packedExtension } from '../harness/vsix.ts';
import type { Workbench } from '../harness/workbench.ts';

describe('A crash of the extension host', () => {
  const editor = useEditor({
    name: 'crash',
    vsix: packedExtension,
    losesLedger: 'what stays on this machine is written down a moment later, and its host is killed in that moment',
  });
  let server: ModelServer;
  let window: Workbench;
  let chat: ChatView;

  before(async () => {
    server = await startModelServer({ chunkDelayMs: 80 });
  });
  after(async () => {
    await server.close();
  });

  it('in mid-answer loses nothing that was shown', async () => {
    window = await editor.open();
    await window.runCommand('Sextant: Open Chat');
    chat = new ChatView(window.chat);
    await chat.input.waitFor();
    await chat.useServer(window, server.address);
    await chat.ask('What is a buoy?');
    const answer = await chat.begin('Tell me of the checksum.');
    const shown = await textWhen(answer, (text) => text.includes('Files in the prompt'));
    for (const { id } of await editor.server.extensionHosts()) process.kill(id, 'SIGKILL');
    const after = await textWhen(chat.message(4), (text) => /cut off/i.test(text));
    for (const line of shown.split('\n').slice(0, 3)) assert.ok(after.includes(line), `${after} holds ${line}`);
    await window.screenshot('crash-interrupted');
  });

  it('leaves a chat that goes on', async () => {
    await chat.frame.getByRole('button', { name: 'Retry', exact: true }).click();
    await textWhen(chat.message(4), (text) => text.includes('42'));
    await chat.ended(chat.message(4));
    assert.match(await (await chat.ask('And the tide table?')).innerText(), /42/);
  });
});
