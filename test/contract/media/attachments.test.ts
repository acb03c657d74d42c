import assert from 'node:assert/strict';
import { type ContextChip, noContext } from '../../../src/protocol/chatContext.ts';
import { noIndex } from '../../../src/protocol/contextIndex.ts';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { chip, richComposer } from '../../fixtures/webviewHost/contextScenes.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

/** What is pasted or dropped: texts by their types, and files. */
interface Given {
  readonly texts?: Readonly<Record<string, string>>;
  readonly files?: readonly { readonly name: string; readonly type: string; readonly bytes: readonly number[] }[];
}

const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

describe('The chat view in a browser: what goes along with a question', () => {
  let view: ChatPage;

  useChatPage(async (page) => {
    view = page;
    view.host.snapshot = { ...view.host.snapshot, composer: richComposer };
    await view.load();
  });

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await view.page.keyboard.press(key);
  };
  const show = (chips: readonly ContextChip[]): void => {
    view.host.emit('composer', { composer: { ...richComposer, chips } });
  };
  /** Lets the page have what a user pastes into the input or drops on it; true when the page has taken it. */
  const give = (how: 'paste' | 'drop', given: Given): Promise<boolean> =>
    view.page.evaluate(
      ([kind, { texts = {}, files = [] }]) => {
        interface Data {
          setData(type: string, text: string): void;
          readonly items: { add(file: unknown): void };
        }
        const page = globalThis as unknown as {
          readonly DataTransfer: new () => Data;
          readonly File: new (parts: unknown[], name: string, options: object) => unknown;
          readonly document: { querySelector(selector: string): { dispatchEvent(event: unknown): boolean } };
        } & Record<'ClipboardEvent' | 'DragEvent', new (type: string, init: object) => unknown>;
        const data = new page.DataTransfer();
        for (const [type, text] of Object.entries(texts)) data.setData(type, text);
        for (const { name, type, bytes } of files) {
          data.items.add(new page.File([new Uint8Array(bytes)], name, { type }));
        }
        const common = { bubbles: true, cancelable: true };
        const event =
          kind === 'paste'
            ? new page.ClipboardEvent('paste', { ...common, clipboardData: data })
            : new page.DragEvent('drop', { ...common, dataTransfer: data });
        return !page.document.querySelector('.composer-input').dispatchEvent(event);
      },
      [how, given] as const,
    );

  it('stands above the input with its tokens, its state and why it cannot go', async () => {
    const chips = view.page.getByRole('list', { name: 'Goes along with your question' }).getByRole('listitem');
    assert.deepEqual(
      (await chips.locator('.attachment-label, .attachment-tokens').allInnerTexts()).join(' '),
      'retryPolicy.ts:10-24 182 harbourMasterRegistry.ts 1.2k Git changes 12k example.com .env',
    );
    await view.page.getByRole('alert').getByText('.env usually holds keys').waitFor();
    await view.page.getByRole('button', { name: /retryPolicy.*182.*tokens, active file/ }).waitFor();
    await view.page
      .getByRole('button', { name: /harbourMasterRegistry.*pinned/ })
      .first()
      .waitFor();
  });

  it('is reached, opened, pinned and removed by keys alone', async () => {
    await view.input.focus();
    await press('Backspace');
    assert.match(await view.focused(), /^\.env/);
    await press('ArrowLeft', 'ArrowLeft', 'p', 'Enter', 'ArrowLeft', 'p', 'ArrowLeft', 'p', 'Delete');
    await view.until(() => view.host.callsOf('switchActiveFile').length === 1);
    assert.deepEqual(view.host.callsOf('pinContext'), [
      { id: 'two', isPinned: true },
      { id: 'one', isPinned: false },
    ]);
    assert.deepEqual(view.host.callsOf('openContext'), [{ id: 'two' }]);
    assert.deepEqual(view.host.callsOf('switchActiveFile'), [{ isOn: false }], 'what comes by itself is left out');
    await press('ArrowRight', 'Delete');
    await view.until(() => view.host.callsOf('detachContext').length === 1);
    assert.deepEqual(view.host.callsOf('detachContext'), [{ id: 'one' }]);
    assert.match(await view.focused(), /^retryPolicy/, 'the focus goes to the one before');
    await press('ArrowDown');
    assert.equal(await view.focused(), 'Your question');
    show([chip({ id: 'only', label: 'only.ts' })]);
    await view.page.getByText('only.ts', { exact: true }).waitFor();
    await press('Backspace', 'Delete');
    await view.until(async () => (await view.focused()) === 'Your question');
  });

  it('can be done with the mouse as well', async () => {
    await view.button('Unpin harbourMasterRegistry.ts').click();
    await view.button('Remove Git changes').click();
    await view.button('Leave retryPolicy.ts:10-24 out in this chat').click();
    await view.until(() => view.host.calls.length >= 3);
    assert.deepEqual(
      view.host.calls.map(({ method }) => method),
      ['pinContext', 'detachContext', 'switchActiveFile'],
    );
    show([chip({ id: 'auto', label: 'retryPolicy.ts', isAutomatic: true, state: 'off', tokens: null })]);
    await view.button('Let retryPolicy.ts go along').click();
    await view.until(() => view.host.callsOf('switchActiveFile').length === 2);
    assert.deepEqual(view.host.callsOf('switchActiveFile')[1], { isOn: true });
  });

  it('comes from a paste of a picture, and a text that comes with a picture of itself is text', async () => {
    const picture = { name: 'image.png', type: 'image/png', bytes: png };
    assert.ok(await give('paste', { files: [picture] }));
    await view.until(() => view.host.callsOf('attachFile').length === 1);
    const [call] = view.host.callsOf('attachFile');
    assert.equal(call?.name, 'image.png');
    assert.deepEqual(Object.values(call.bytes), png, 'with its bytes');
    assert.equal(await give('paste', { texts: { 'text/plain': 'words' }, files: [picture] }), false);
    assert.equal(view.host.callsOf('attachFile').length, 1);
  });

  it('comes from files that are dropped, by where they are in VS Code, else by what is in them', async () => {
    const uris = ['file:///w/a.ts', 'vscode-remote://host/w/b.ts'];
    assert.ok(
      await give('drop', { texts: { 'text/uri-list': [...uris, 'https://a.example/', 'javascript:x'].join('\r\n') } }),
    );
    await view.until(() => view.host.callsOf('attachUris').length === 1);
    assert.deepEqual(view.host.callsOf('attachUris'), [{ uris }]);
    // What VS Code gives for a file of its explorer.
    const file = 'vscode-remote://127.0.0.1:40587/w/README.md';
    const texts = {
      'text/plain': '/w/README.md',
      'text/uri-list': file,
      'application/vnd.code.uri-list': file,
      codeeditors: JSON.stringify([{ resource: { $mid: 1, external: file, path: '/w/README.md' }, options: {} }]),
      resourceurls: JSON.stringify([file]),
    };
    assert.ok(await give('drop', { texts }));
    await view.until(() => view.host.callsOf('attachUris').length === 2);
    assert.deepEqual(view.host.callsOf('attachUris')[1], { uris: [file] });
    const files = ['one.txt', 'two.txt'].map((name) => ({ name, type: 'text/plain', bytes: [65] }));
    assert.ok(await give('drop', { files }));
    await view.until(() => view.host.callsOf('attachFile').length === 2);
    assert.deepEqual(
      view.host.callsOf('attachFile').map(({ name }) => name),
      ['one.txt', 'two.txt'],
    );
    assert.equal(await give('drop', { texts: { 'text/plain': 'words' } }), false, 'words are dropped as words');
  });

  it('says why a file cannot be taken, and takes the others', async () => {
    view.host.failNext.set('attachFile', 'a.zip is neither text nor a picture.');
    await give('drop', {
      files: ['a.zip', 'b.txt'].map((name) => ({ name, type: '', bytes: [65] })),
    });
    await view.until(() => view.host.callsOf('attachFile').length === 2);
    await view.page.getByRole('alert').getByText('a.zip is neither text nor a picture.').waitFor();
  });

  it('is offered after an @ and attached by Enter, and a source that fails says nothing fits', async () => {
    view.host.choices = [{ source: 'file', value: 'v', label: 'retryPolicy.ts', detail: 'src', icon: 'file' }];
    await view.input.pressSequentially('See @retry');
    await view.page.getByRole('option', { name: 'retryPolicy.ts' }).waitFor();
    await press('Enter');
    await view.until(() => view.host.callsOf('attachContext').length === 1);
    assert.deepEqual(view.host.callsOf('attachContext'), [{ source: 'file', value: 'v' }]);
    assert.equal(await view.input.inputValue(), 'See @retryPolicy.ts ');
    await view.input.pressSequentially('@tide');
    await view.page.getByText('Nothing fits').waitFor();
    // The index is there by now.
    view.host.choices = [{ source: 'file', value: 'w', label: 'tide_table.py', detail: 'tools', icon: 'file' }];
    view.host.emit('index', { status: { ...noIndex, phase: 'indexing' }, hasWorkspace: true });
    await view.page.getByRole('option', { name: 'tide_table.py' }).waitFor();
    await view.input.fill('');
    // What there is to attach is told after it is typed.
    view.host.emit('composer', { composer: noContext });
    await view.input.pressSequentially('@file:tide');
    await view.page.getByText('Starting…').waitFor();
    view.host.emit('composer', { composer: richComposer });
    await view.page.getByRole('option', { name: 'tide_table.py' }).waitFor();
    await view.input.fill('');
    view.host.failNext.set('findContext', 'There is no repository.');
    await view.input.pressSequentially('@url:x');
    await view.page.getByText('Type the address of a page').waitFor();
    await press('Escape');
    assert.equal(await view.page.getByRole('listbox').count(), 0);
  });
});
