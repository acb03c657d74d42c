import assert from 'node:assert/strict';
import type { ProviderChoice } from '../../../src/protocol/chatView.ts';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { offline } from '../../fixtures/webviewHost/emptySnapshot.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

describe('The chat view in a browser: its panels, by keyboard alone', () => {
  let view: ChatPage;

  useChatPage((page) => {
    view = page;
  });

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await view.page.keyboard.press(key);
  };

  describe('the model picker', () => {
    const choices = (provider: string, ...models: string[]) =>
      models.map((model) => ({ ref: { provider, model }, displayName: model }));
    const providers: ProviderChoice[] = [
      {
        provider: 'offline',
        displayName: 'Offline',
        models: [{ ref: offline, displayName: 'Offline' }],
        problem: null,
      },
      { provider: 'ollama', displayName: 'Ollama', models: choices('ollama', 'qwen', 'gemma'), problem: null },
      { provider: 'acme', displayName: 'Acme', models: [], problem: 'No key is stored.' },
    ];

    beforeEach(async () => {
      view.host.snapshot = { ...view.host.snapshot, providers };
      await view.load();
      await view.page.locator('.model-button').focus();
      await press('Enter');
      await view.page.getByRole('dialog', { name: 'Choose a model' }).waitFor();
    });

    const active = async (): Promise<string> => {
      const id = await view.page.getByRole('combobox').getAttribute('aria-activedescendant');
      return (await view.page.locator(`#${id}`).innerText()).replaceAll('\n', ' ').trim();
    };

    it('starts at the model that answers, goes with the arrows and picks with Enter', async () => {
      assert.equal(await view.focused(), 'Find a model');
      assert.equal(await active(), 'Offline');
      assert.equal(await view.page.getByRole('option', { selected: true }).innerText(), 'Offline');
      await press('ArrowDown', 'ArrowDown');
      assert.equal(await active(), 'gemma');
      await press('Enter');
      await view.button('gemma · Ollama').waitFor();
      assert.deepEqual(view.host.callsOf('pickModel'), [{ provider: 'ollama', model: 'gemma' }]);
      assert.equal(await view.page.getByRole('dialog').count(), 0);
      assert.equal(await view.focused(), 'Your question');
    });

    it('filters while typing', async () => {
      await view.page.keyboard.type('qw');
      assert.equal(await active(), 'qwen');
      await press('Enter');
      await view.until(() => view.host.callsOf('pickModel').length === 1);
    });

    it('sets up a provider that has a problem, and another one, and shows them all', async () => {
      await view.page.keyboard.type('acme');
      assert.equal(await active(), 'No key is stored. Set up');
      await press('Enter');
      await view.until(() => view.host.callsOf('runCommand').length === 1);
      await press('Enter', 'ArrowUp', 'ArrowUp');
      assert.equal(await active(), 'Set up a model provider…');
      await press('Enter');
      await view.until(() => view.host.callsOf('runCommand').length === 2);
      await press('Enter', 'ArrowUp');
      assert.equal(await active(), 'Manage providers…');
      await press('Enter');
      await view.until(() => view.host.callsOf('runCommand').length === 3);
      assert.deepEqual(view.host.callsOf('runCommand'), [
        { command: 'setUpProvider', provider: 'acme' },
        { command: 'setUpProvider' },
        { command: 'manageProviders' },
      ]);
    });

    it('closes with Escape, which gives the focus back, and when the focus goes elsewhere', async () => {
      await press('Escape');
      assert.equal(await view.focused(), 'Offline');
      await press('Enter');
      await view.page.getByRole('dialog').waitFor();
      await view.input.focus();
      await view.until(async () => (await view.page.getByRole('dialog').count()) === 0);
      assert.equal(await view.focused(), 'Your question');
    });

    it('takes in what arrives while it is open', async () => {
      const more = [
        ...providers,
        { provider: 'new', displayName: 'New', models: choices('new', 'fresh'), problem: null },
      ];
      view.host.emit('models', { model: offline, providers: more, offers: [] });
      await view.page.getByRole('option', { name: 'fresh' }).waitFor();
    });
  });

  describe('the welcome', () => {
    it('asks an example', async () => {
      await view.load();
      await view.button('What does this project do?').press('Enter');
      await view.answer.waitFor();
      assert.equal(view.host.callsOf('send')[0]?.text, 'What does this project do?');
    });

    it('lets a new user look again, use what is there, and enter a key, until the first answer', async () => {
      const offers = [{ provider: 'ollama', displayName: 'Ollama', address: 'http://127.0.0.1:11434' }];
      view.host.snapshot = { ...view.host.snapshot, offers, firstRun: { search: 'running', isTrusted: true } };
      await view.load();
      await view.page.getByRole('status').getByText('Looking for models on this machine…').waitFor();
      view.host.emit('firstRun', { firstRun: { search: 'done', isTrusted: true } });
      await view.button('Look Again').press('Enter');
      await view.button('Use it').press('Enter');
      await view.button('Enter Key').press('Enter');
      await view.until(() => view.host.callsOf('runCommand').length === 1);
      assert.deepEqual(view.host.callsOf('runCommand'), [{ command: 'setKey' }]);
      assert.equal(view.host.callsOf('lookForModels').length, 1);
      assert.deepEqual(view.host.callsOf('acceptOffer'), [{ provider: 'ollama' }]);
      view.host.emit('firstRun', { firstRun: null });
      await view.button('Enter Key').waitFor({ state: 'detached' });
      await view.button('Set Up a Model').waitFor();
    });

    it('keeps an example that could not be sent in the input', async () => {
      await view.load();
      view.host.failNext.set('send', 'The disk is full.');
      await view.button('What does this project do?').click();
      await view.page.getByRole('alert').waitFor();
      assert.equal(await view.input.inputValue(), 'What does this project do?');
    });

    it('offers what runs on this machine, and setting up a model', async () => {
      const offers = [{ provider: 'ollama', displayName: 'Ollama', address: 'http://127.0.0.1:11434' }];
      view.host.snapshot = { ...view.host.snapshot, offers };
      await view.load();
      await view.page.getByText('Ollama is running on this machine.').waitFor();
      await view.button('Use it').click();
      await view.button('Set Up a Model').click();
      await view.until(() => view.host.callsOf('runCommand').length === 1);
      assert.deepEqual(view.host.callsOf('acceptOffer'), [{ provider: 'ollama' }]);
    });

    it('tells what runs on the computer around a container from what runs in it', async () => {
      const there = { provider: 'ollama', displayName: 'Ollama', address: 'http://172.17.0.1:11434', isOnHost: true };
      const here = { provider: 'vllm', displayName: 'vLLM', address: 'http://127.0.0.1:8000/v1' };
      view.host.snapshot = { ...view.host.snapshot, offers: [here, there] };
      await view.load();
      await view.page.getByText('vLLM is running on this machine.').waitFor();
      await view.page.getByText('Ollama is running on the computer that this container or WSL runs on.').waitFor();
      view.host.snapshot = { ...view.host.snapshot, firstRun: { search: 'done', isTrusted: true } };
      await view.load();
      await view.page.getByText('Ollama is running on the computer that this container or WSL runs on.').waitFor();
      await view.page.getByText('http://172.17.0.1:11434').waitFor();
    });

    it('opens a folder when there is none', async () => {
      view.host.snapshot = {
        ...view.host.snapshot,
        hasWorkspace: false,
        index: { phase: 'none', filesDone: 0, filesTotal: 0, chunks: 0, skipped: {} },
      };
      await view.load();
      await view.button('Open a Folder').click();
      await view.until(() => view.host.callsOf('runCommand').length === 1);
      assert.deepEqual(view.host.callsOf('runCommand'), [{ command: 'openFolder' }]);
    });
  });

  it('shows the index at work, and pauses it', async () => {
    await view.load();
    const status = { ...view.host.snapshot.index, phase: 'indexing' as const, filesDone: 1240 };
    view.host.emit('index', { status, hasWorkspace: true });
    await view.page.getByText('Indexing 1,240 of 9,800 files').waitFor();
    assert.equal(await view.page.getByRole('progressbar').getAttribute('aria-valuenow'), '1240');
    await view.button('Pause').press('Enter');
    await view.until(() => view.host.callsOf('runCommand').length === 1);
    view.host.emit('index', { status: { ...status, phase: 'paused' }, hasWorkspace: true });
    await view.button('Resume').click();
    await view.until(() => view.host.callsOf('runCommand').length === 2);
    assert.deepEqual(
      view.host.callsOf('runCommand').map(({ command }) => command),
      ['pauseIndexing', 'resumeIndexing'],
    );
  });

  it('goes through the view with Tab in the order of reading', async () => {
    await view.load();
    await view.send('Why?');
    view.host.stream('See [it](https://a.example).\n\n```ts\nx\n```\n');
    view.host.change({ status: 'complete' });
    await view.button('Answer again').waitFor();
    await view.button('Past chats').focus();
    const order = [await view.focused()];
    while (order.at(-1) !== 'Offline') {
      await press('Tab');
      order.push(await view.focused());
    }
    assert.deepEqual(order, [
      ...[
        'Past chats',
        'New chat',
        'Conversation',
        'Edit this question',
        'Delete from here on…',
        'it',
        'Fold the code',
        'Apply to the file',
        'Insert at cursor',
        'Open as a new file',
        'Wrap long lines',
        'Copy',
        'x',
      ],
      ...['Copy the answer as Markdown', 'A good answer', 'A bad answer', 'Answer again'],
      ...['Answer again with another model…', 'Your question'],
      ...['Mode and persona: Ask', 'Add context (@)', 'Offline'],
    ]);
  });
});
