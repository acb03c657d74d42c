import assert from 'node:assert/strict';
import type { FileEdit } from '../../../src/protocol/chatView.ts';
import type { ToolCall } from '../../../src/protocol/toolCalls.ts';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

const change = (path: string, fields: Partial<FileEdit> = {}): FileEdit => ({
  ...{ path, kind: 'change', added: 2, removed: 1, message: null },
  ...fields,
});
const edits = [
  change('src/buoy.ts'),
  change('src/light.ts', { kind: 'new', added: 9, removed: 0 }),
  change('src/radio.ts', { kind: 'refused', added: 0, removed: 0, message: 'The lines are not in the file.' }),
];

describe('The chat view in a browser: cards', () => {
  let view: ChatPage;

  useChatPage((page) => {
    view = page;
  });

  const card = (path: string) => view.page.getByRole('group', { name: path, exact: true });

  it('say that an answer is from the cache, or another model’s than the one that was asked', async () => {
    const [from, model] = ['first', 'second'].map((name) => ({ provider: 'acme', model: name }));
    assert.ok(from !== undefined && model !== undefined);
    const handedOn = { from, because: 'Acme has had too many requests.' };
    const answer = message({ role: 'assistant', content: 'So.', model, handedOn, savedAt: 1_790_000_000_000 });
    view.host.show(conversation({ messages: [message({ role: 'user' }), answer] }));
    await view.load();
    await view.page.getByText('first · acme did not answer, so second · acme was asked.').click();
    await view.page.getByText('Acme has had too many requests.').waitFor();
    const title = await view.page.getByText('From the cache').getAttribute('title');
    assert.match(title ?? '', /^Written on .*2026.* so nothing was sent\./);
  });

  it('show what the model thought as Markdown, once it is unfolded, whose code acts as that of the answer', async () => {
    const code = '```ts\nring(1);\n```\n';
    const reasoning = `It **calls** back.\n\n- first\n\nin src/bell.ts:\n${code}`;
    const content = `So.\n\nin src/tower.ts:\n${code}`;
    const answer = message({ role: 'assistant', content, reasoning, reasoningMs: 12_000 });
    view.host.show(conversation({ messages: [message({ role: 'user' }), answer] }));
    await view.load();
    const thoughts = view.answer.locator('.reasoning-text');
    const summary = view.page.getByText('Thought for 12 s');
    assert.equal(await thoughts.count(), 0);
    await summary.click();
    await thoughts.locator('strong', { hasText: 'calls' }).waitFor();
    await thoughts.locator('li', { hasText: 'first' }).waitFor();
    assert.doesNotMatch(await thoughts.innerText(), /\*\*/);
    for (const apply of await view.answer.getByRole('button', { name: 'Apply' }).all()) await apply.click();
    await view.until(() => view.host.callsOf('applyCode').length === 2);
    assert.deepEqual(
      view.host.callsOf('applyCode').map((call) => /src\/(\w+)/.exec(call.answer)?.[1]),
      ['bell', 'tower'],
    );
    await summary.click();
    await thoughts.waitFor({ state: 'detached' });
  });

  it('say in the place of an answer what its request waits for, count the seconds down, and can stop it', async () => {
    await view.load();
    await view.send('Why?');
    const messageId = (await view.answer.getAttribute('data-message')) ?? '';
    const held = { provider: 'OpenAI', untilMs: Date.now() + 600_000, attempt: 1, attempts: 3 };
    view.host.emit('held', { messageId, held: { ...held, why: 'limit' } });
    const note = view.answer.getByText(/Waiting \d+ seconds for the limit of OpenAI…/);
    const first = await note.innerText();
    await view.until(async () => (await note.innerText()) !== first);
    view.host.emit('held', { messageId, held: { ...held, why: 'retry', attempt: 2 } });
    await view.answer.getByText(/OpenAI did not answer\. Asking again in \d+ seconds \(2 of 3\)…/).waitFor();
    await view.answer.getByRole('button', { name: 'Stop' }).click();
    await view.until(() => view.host.callsOf('stopAnswer').length === 1);
    assert.deepEqual(view.host.callsOf('stopAnswer'), [{ messageId }]);
    view.host.emit('held', { messageId, held: null });
    await view.answer.getByText('Asking again').waitFor({ state: 'detached' });
  });

  it('say of a passage which secrets were masked in it, and open what was sent', async () => {
    const place = { folder: '/w', startLine: 1, endLine: 9, symbol: 'run', language: 'typescript', textHash: '' };
    const context = [
      { ...place, path: 'a.ts' },
      { ...place, path: 'b.ts', masked: ['aws', 'password'] },
    ];
    const answer = message({ role: 'assistant', content: 'So.', context });
    view.host.show(conversation({ messages: [message({ role: 'user' }), answer] }));
    await view.load();
    await view.page.locator('summary', { hasText: '2 secrets masked: AWS and key or password' }).click();
    await view.page.getByRole('button', { name: '2 secrets masked' }).click();
    await view.until(() => view.host.callsOf('openSent').length === 1);
    assert.deepEqual(view.host.callsOf('openSent'), [{ messageId: answer.id, at: 1 }]);
  });

  describe('of changes', () => {
    const as = { mode: 'edit', persona: null } as const;

    beforeEach(async () => {
      const answer = message({ role: 'assistant', content: 'I change three files.', as });
      view.host.show(conversation({ messages: [message({ role: 'user' }), answer] }));
      view.host.edits.set(answer.id, edits);
      await view.load();
      await card('src/buoy.ts').waitFor();
    });

    it('tell how much, and why one cannot be made', async () => {
      assert.match(await card('src/buoy.ts').innerText(), /buoy\.ts\s+src\s+\+2\s+−1/);
      assert.match(await card('src/radio.ts').innerText(), /The lines are not in the file\./);
      assert.equal(await card('src/radio.ts').getByText('Apply').count(), 0);
      assert.match(await view.page.locator('.edit-cards-bar').innerText(), /3 files\s+\+11\s+−1/);
    });

    it('are applied one by one or all that can be, and show what is so then', async () => {
      const messageId = view.host.last.id;
      await card('src/buoy.ts').getByText('Apply').click();
      await view.until(() => view.host.callsOf('applyEdits').length === 1);
      await view.page.getByText('Apply All').click();
      await view.until(() => view.host.callsOf('applyEdits').length === 2);
      assert.deepEqual(view.host.callsOf('applyEdits'), [
        { messageId, paths: ['src/buoy.ts'] },
        { messageId, paths: ['src/buoy.ts', 'src/light.ts'] },
      ]);
      const done = { kind: 'done', added: 0, removed: 0 } as const;
      view.host.edits.set(messageId, [change('src/buoy.ts', done), change('src/light.ts', done)]);
      view.host.emit('edits', {});
      await card('src/light.ts').getByText('Applied').waitFor();
      assert.equal(await view.page.getByText('Apply All').count(), 0);
    });

    it('are reviewed, discarded and taken back', async () => {
      await card('src/buoy.ts').getByText('Review').click();
      await card('src/buoy.ts').getByText('Discard').click();
      await card('src/buoy.ts').getByText('Discarded').waitFor();
      assert.equal(await card('src/buoy.ts').getByText('Apply').count(), 0);
      assert.equal(await view.page.getByText('Apply All').count(), 0, 'only one is left');
      await card('src/buoy.ts').getByText('Take back').click();
      await card('src/buoy.ts').getByText('Apply').waitFor();
      const own = { messageId: view.host.last.id, path: 'src/buoy.ts' };
      assert.deepEqual(view.host.callsOf('reviewEdit'), [own]);
      assert.deepEqual(view.host.callsOf('discardEdit'), [
        { ...own, isDiscarded: true },
        { ...own, isDiscarded: false },
      ]);
    });

    it('say why they were not made', async () => {
      view.host.failNext.set('applyEdits', 'Nothing was changed: the file is read-only.');
      await view.page.getByText('Apply All').click();
      await view.page.getByRole('alert').getByText('the file is read-only').waitFor();
      await card('src/buoy.ts').getByText('Apply').waitFor();
    });
  });

  it('of tools tell what was called and how it went; with what, only when they are opened', async () => {
    const toolCalls: ToolCall[] = [
      { id: '1', name: 'read_file', input: '{ "path": "<b>buoy</b>.ts" }', output: 'let a;', state: 'done' },
      { id: '2', name: 'run', input: '', output: 'No such command.', state: 'failed' },
      { id: '3', name: 'fetch', input: '', output: null, state: 'called' },
    ];
    const answer = message({ role: 'assistant', content: 'Done.', toolCalls });
    view.host.show(conversation({ messages: [message({ role: 'user' }), answer] }));
    await view.load();
    const cards = view.page.getByRole('region', { name: 'Tool calls' }).locator('details');
    assert.deepEqual(
      (await cards.locator('summary').allInnerTexts()).map((text) => text.replaceAll(/\s+/gu, ' ').trim()),
      ['read_file Done', 'run Failed', 'fetch No result'],
    );
    assert.equal(await view.page.getByText('let a;').isVisible(), false);
    await cards.first().locator('summary').click();
    await view.page.getByText('let a;').waitFor();
    assert.equal(await cards.first().locator('pre').first().innerText(), '{ "path": "<b>buoy</b>.ts" }');
    assert.equal(await cards.locator('b').count(), 0, 'what a tool says is text');
  });
});
