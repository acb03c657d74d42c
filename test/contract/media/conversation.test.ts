import assert from 'node:assert/strict';
import { questionLimit } from '../../../src/protocol/chatView.ts';
import type { ContextPassage, MessageError } from '../../../src/protocol/store.ts';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { offline } from '../../fixtures/webviewHost/emptySnapshot.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

describe('The chat view in a browser: a conversation', () => {
  let view: ChatPage;

  useChatPage((page) => {
    view = page;
  });

  it('sends with Enter, empties the input and shows the answer as it comes', async () => {
    await view.load();
    await view.send('What is **this**?');
    assert.equal(await view.input.inputValue(), '');
    const [sent, ...others] = view.host.callsOf('send');
    assert.deepEqual([sent?.text, others], ['What is **this**?', []]);
    // A question is shown as it was typed.
    assert.equal(await view.question.innerText(), 'What is **this**?');
    await view.answer.getByText('Reading your workspace…').waitFor();
    view.host.stream('It is **bo');
    await view.answer.getByText('Answering…').waitFor();
    view.host.stream('ld**.\n\n- one\n- two\n');
    await view.answer.locator('li').nth(1).waitFor();
    assert.equal(await view.answer.locator('strong').innerText(), 'bold');
    view.host.change({ status: 'complete' });
    await view.button('Copy the answer as Markdown').click();
    await view.until(() => view.host.callsOf('copy').length === 1);
    assert.equal(view.host.callsOf('copy')[0]?.text, 'It is **bold**.\n\n- one\n- two\n');
  });

  it('sends nothing that is empty', async () => {
    await view.load();
    assert.equal(await view.button('Send (Enter)').isEnabled(), false);
    await view.input.fill(' \n\t ');
    await view.input.press('Enter');
    assert.equal(await view.button('Send (Enter)').isEnabled(), false);
    assert.deepEqual(view.host.callsOf('send'), []);
  });

  it('writes a new line with Shift+Enter, and leaves Enter to an input method while it composes', async () => {
    await view.load();
    await view.input.pressSequentially('one');
    await view.input.press('Shift+Enter');
    await view.input.pressSequentially('two');
    await view.input.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    assert.equal(await view.input.inputValue(), 'one\ntwo');
    assert.deepEqual(view.host.callsOf('send'), []);
    await view.input.press('Enter');
    await view.until(() => view.host.callsOf('send').length === 1);
  });

  it('keeps a question that could not be sent, says why, and sends it again under the same id', async () => {
    await view.load();
    view.host.failNext.set('send', 'The disk is full.');
    await view.input.fill('Why?');
    await view.input.press('Enter');
    await view.page.getByRole('alert').getByText('The disk is full.').waitFor();
    assert.equal(await view.input.inputValue(), 'Why?');
    await view.input.press('Enter');
    await view.answer.waitFor();
    await view.page.getByRole('alert').waitFor({ state: 'detached' });
    const [first, second] = view.host.callsOf('send');
    assert.equal(first?.clientMessageId, second?.clientMessageId);
    await view.until(async () => (await view.input.inputValue()) === '');
  });

  it('says so when a question is too long, and sends one of exactly the limit', async () => {
    await view.load();
    await view.input.fill('x'.repeat(questionLimit + 1));
    await view.page.getByRole('alert').getByText('1,048,577 characters').waitFor();
    await view.input.press('Enter');
    assert.deepEqual(view.host.callsOf('send'), []);
    await view.input.fill('x'.repeat(questionLimit));
    await view.input.press('Enter');
    await view.until(() => view.host.callsOf('send').length === 1);
    await view.button('Show all 1,048,576 characters').waitFor();
  });

  it('takes a paste of a megabyte of lines', async () => {
    await view.load();
    const lines = 'a line of a log\n'.repeat(60_000);
    await view.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await view.page.evaluate(async (text) => {
      const { navigator } = globalThis as unknown as {
        navigator: { clipboard: { writeText(text: string): Promise<void> } };
      };
      await navigator.clipboard.writeText(text);
    }, lines);
    await view.input.pressSequentially('Explain: .');
    await view.input.press('ArrowLeft');
    await view.input.press('ControlOrMeta+v');
    await view.until(async () => (await view.input.inputValue()).length > lines.length);
    assert.equal(await view.input.inputValue(), `Explain: ${lines}.`);
    await view.input.press('Enter');
    await view.until(() => view.host.callsOf('send').length === 1);
  });

  for (const way of ['the button', 'Escape'] as const) {
    it(`stops with ${way}; what came and what is being typed stays`, async () => {
      await view.load();
      await view.send('Why?');
      view.host.stream('Because');
      await view.input.fill('And then');
      if (way === 'Escape') await view.input.press('Escape');
      else await view.button('Stop (Escape)').click();
      await view.answer.getByText('Stopped.').waitFor();
      assert.equal(await view.answer.locator('.markdown').innerText(), 'Because');
      assert.equal(await view.input.inputValue(), 'And then');
      assert.equal(view.host.callsOf('send').length, 1);
    });
  }

  it('offers to answer again what was cut off', async () => {
    await view.load();
    await view.send('Why?');
    view.host.stream('Bec');
    view.host.change({ status: 'interrupted' });
    await view.answer.getByText('This answer was cut off when the window closed.').waitFor();
    const { id } = view.host.last;
    await view.button('Retry').click();
    await view.answer.getByText('Reading your workspace…').waitFor();
    assert.deepEqual(view.host.callsOf('retry'), [{ messageId: id }]);
  });

  describe('an error', () => {
    const mending = ['edit-parameters', 'edit-proxy', 'start-server'];
    const error: MessageError = {
      kind: 'auth',
      message: 'OpenAI refused the key.',
      actions: ['set-key', 'pick-model', 'edit-endpoint', ...mending, 'retry', 'use-offline', 'unknown', 'constructor'],
    };

    beforeEach(async () => {
      await view.load();
      await view.send('Why?');
      view.host.change({ status: 'failed', error, model: { provider: 'openai', model: 'gpt' } });
      await view.answer.getByText('OpenAI refused the key.').waitFor();
    });

    const commands = {
      'Enter Key': { command: 'setKey', provider: 'openai' },
      'Edit Parameters': { command: 'openParameterSettings' },
      'Edit Proxy': { command: 'openProxySettings' },
      'Start It': { command: 'startServer', provider: 'openai' },
      'Edit Address': { command: 'openEndpointSettings', provider: 'openai' },
    };
    for (const [label, command] of Object.entries(commands)) {
      it(`is mended by “${label}”`, async () => {
        await view.button(label).click();
        await view.until(() => view.host.callsOf('runCommand').length === 1);
        assert.deepEqual(view.host.callsOf('runCommand'), [command]);
      });
    }

    it('is mended by “Try Again”', async () => {
      const { id } = view.host.last;
      await view.button('Try Again').click();
      await view.until(() => view.host.callsOf('retry').length === 1);
      assert.deepEqual(view.host.callsOf('retry'), [{ messageId: id }]);
    });

    it('is mended by “Choose Another Model”', async () => {
      await view.button('Choose Another Model').click();
      await view.page.getByRole('dialog', { name: 'Choose a model' }).waitFor();
      await view.page.keyboard.press('Escape');
      assert.equal(await view.focused(), 'Choose Another Model');
    });

    it('is mended by “Use Offline”', async () => {
      await view.button('Use Offline').click();
      await view.until(() => view.host.callsOf('retry').length === 1);
      assert.deepEqual(view.host.callsOf('pickModel'), [offline]);
    });

    it('offers nothing that the view does not know', async () => {
      assert.equal(await view.answer.locator('.card vscode-button').count(), 8);
    });
  });

  it('opens sources, citations and links, and acts on code', async () => {
    const passage = (path: string, startLine: number): ContextPassage => ({
      ...{ folder: '/w', path, startLine, endLine: startLine + 9, symbol: 'run', language: 'typescript', textHash: '' },
    });
    const context = [passage('src/a.ts', 1), passage('src/b.ts', 20)];
    await view.load();
    await view.send('Why?');
    view.host.change({ context });
    view.host.stream(
      'See [b](sextant-source:2), [c](sextant-source:3) and [web](https://a.example).\n\n```ts\nlet a = 1;\n```\n',
    );
    view.host.change({ status: 'complete' });
    await view.answer.getByRole('link', { name: 'b', exact: true }).press('Enter');
    await view.answer.getByText('2 sources').click();
    await view.answer.getByRole('button', { name: 'a.ts' }).click();
    await view.answer.getByRole('link', { name: 'web' }).click();
    await view.button('Copy').click();
    await view.button('Insert at cursor').click();
    await view.until(() => view.host.callsOf('insertAtCursor').length === 1);
    assert.deepEqual(view.host.callsOf('openPassage'), [
      { folder: '/w', path: 'src/b.ts', startLine: 20, endLine: 29 },
      { folder: '/w', path: 'src/a.ts', startLine: 1, endLine: 10 },
    ]);
    assert.deepEqual(view.host.callsOf('openLink'), [{ url: 'https://a.example/' }]);
    assert.deepEqual(view.host.callsOf('copy'), [{ text: 'let a = 1;' }]);
    assert.deepEqual(view.host.callsOf('insertAtCursor'), [{ text: 'let a = 1;' }]);
    assert.equal(await view.answer.getByRole('link').count(), 2);
  });

  it('colours code without touching what is selected in it while it grows', async () => {
    await view.load();
    await view.send('Why?');
    view.host.stream('```ts\nconst answer = 42;\nlet rest');
    await view.answer.locator('.hljs-keyword').first().waitFor();
    await view.page.evaluate(() => {
      const page = globalThis as unknown as {
        document: { querySelector(q: string): unknown; getSelection(): { selectAllChildren(n: unknown): void } };
      };
      page.document.getSelection().selectAllChildren(page.document.querySelector('.code-block .code-part > span'));
    });
    for (let line = 0; line < 20; line += 1) view.host.stream(` = ${line};\nlet next`);
    view.host.stream(';\n```\nDone.\n');
    view.host.change({ status: 'complete' });
    await view.until(async () => (await view.answer.locator('.hljs-keyword').count()) === 22);
    const selected = await view.page.evaluate('document.getSelection().toString()');
    assert.equal(String(selected).trim(), 'const answer = 42;');
  });

  it('asks for the truth when a piece is missing', async () => {
    await view.load();
    await view.send('Why?');
    const count = view.host.snapshotCount;
    view.host.change({ content: 'lost and ' }, { silent: true });
    view.host.stream('found');
    await view.answer.getByText('lost and found').waitFor();
    assert.equal(view.host.snapshotCount, count + 1);
  });

  it('loses nothing when it is reloaded in mid-answer', async () => {
    await view.load();
    await view.send('Why?');
    view.host.stream('First half');
    await view.answer.getByText('First half').waitFor();
    await view.input.fill('A thought that is not fini');
    await view.input.press('ArrowLeft');
    await view.input.press('Shift+ArrowLeft');
    await view.input.blur();
    await view.page.waitForTimeout(100); // It is saved a moment later.
    const reloaded = view.load();
    view.host.stream(', second half');
    await reloaded;
    view.host.stream(', end.');
    await view.answer.getByText('First half, second half, end.').waitFor();
    assert.equal(await view.input.inputValue(), 'A thought that is not fini');
    const selection = await view.input.evaluate((element) => {
      const input = element as unknown as { selectionStart: number; selectionEnd: number };
      return [input.selectionStart, input.selectionEnd];
    });
    assert.deepEqual(selection, [24, 25]);
    assert.ok(await view.button('Stop (Escape)').isVisible());
  });

  it('tells after a reload whether the question that was on its way has arrived', async () => {
    await view.load();
    await view.send('First');
    view.host.change({ status: 'complete' });
    await view.button('Answer again').waitFor();
    // The host stores this one, but the view goes before it hears so.
    await view.input.fill('Second');
    view.host.neverReplyTo('send');
    await view.input.press('Enter');
    await view.until(() => view.host.callsOf('send').length === 2);
    await view.load();
    await view.answer.waitFor();
    assert.equal(await view.input.inputValue(), '');
    assert.equal(await view.question.innerText(), 'Second');
  });

  it('follows the end of an answer until the reader goes up, and leads back', async () => {
    await view.load();
    await view.send('Why?');
    const scroller = view.page.getByRole('region', { name: 'Conversation' });
    const distance = (): Promise<number> =>
      scroller.evaluate((element) => {
        const { scrollHeight, clientHeight, scrollTop } = element as unknown as Record<
          'scrollHeight' | 'clientHeight' | 'scrollTop',
          number
        >;
        return scrollHeight - clientHeight - scrollTop;
      });
    for (let line = 0; line < 60; line += 1) view.host.stream(`Paragraph ${line}.\n\n`);
    await view.answer.getByText('Paragraph 59.').waitFor();
    await view.until(async () => (await distance()) < 2);
    assert.equal(await view.button('Jump to the latest').count(), 0);
    await scroller.hover();
    await view.page.mouse.wheel(0, -400);
    await view.button('Jump to the latest').waitFor();
    const before = await distance();
    for (let line = 60; line < 80; line += 1) view.host.stream(`Paragraph ${line}.\n\n`);
    await view.answer.getByText('Paragraph 79.').waitFor();
    assert.ok((await distance()) > before, 'what comes below does not move what is read');
    await view.button('Jump to the latest').click();
    await view.until(async () => (await distance()) < 2);
    assert.equal(await view.button('Jump to the latest').count(), 0);
  });

  it('lets go of the end at the first pixels upward, while an answer comes', async () => {
    await view.load();
    await view.send('Why?');
    for (let line = 0; line < 60; line += 1) view.host.stream(`Paragraph ${line}.\n\n`);
    await view.answer.getByText('Paragraph 59.').waitFor();
    const scroller = view.page.getByRole('region', { name: 'Conversation' });
    const top = (): Promise<number> => scroller.evaluate((element) => element.scrollTop);
    const rest = () => scroller.evaluate((node) => node.scrollHeight - node.clientHeight - node.scrollTop);
    await view.until(async () => (await rest()) < 2);
    await scroller.hover();
    let before = 0;
    for (let line = 60; line < 140; line += 1) {
      view.host.stream(`Paragraph ${line}.\n\n`);
      await view.page.evaluate('new Promise(requestAnimationFrame)');
      if (line !== 80) continue;
      await view.page.mouse.wheel(0, -3);
      await view.button('Jump to the latest').waitFor();
      before = await top();
    }
    await view.answer.getByText('Paragraph 139.').waitFor();
    assert.equal(await top(), before);
  });

  it('comes back to where the reader was, after a reload', async () => {
    const messages = Array.from({ length: 30 }, (_, at) => [
      message({ role: 'user', content: `Question ${at}` }),
      message({ role: 'assistant', content: `Answer ${at}.\n\n${'Text. '.repeat(120)}` }),
    ]).flat();
    view.host.snapshot = { ...view.host.snapshot, conversation: conversation({ messages }) };
    await view.load();
    assert.equal(await view.page.getByText('Question 29', { exact: true }).isVisible(), true);
    // Only the newest are drawn at first; the earlier ones as they are reached.
    assert.equal(await view.page.getByText('Question 3', { exact: true }).count(), 0);
    const scroller = view.page.getByRole('region', { name: 'Conversation' });
    await scroller.focus();
    while ((await view.page.getByText('Question 3', { exact: true }).count()) === 0)
      await view.page.keyboard.press('Home');
    await view.page.getByText('Question 3', { exact: true }).scrollIntoViewIfNeeded();
    const at = async (): Promise<number | undefined> =>
      (await view.page.getByText('Question 3', { exact: true }).boundingBox())?.y;
    const before = await at();
    await view.page.waitForTimeout(400); // The position is saved a moment later.
    await view.load();
    assert.ok(Math.abs((before ?? 0) - ((await at()) ?? 1e6)) < 4, `${before} is not ${await at()}`);
  });

  it('announces the turn, not its words', async () => {
    await view.load();
    const live = view.page.locator('[aria-live]');
    await view.send('Why?');
    await live.getByText('Answering').waitFor({ state: 'attached' });
    view.host.stream('Because.');
    view.host.change({ status: 'complete' });
    await live.getByText('Answer finished').waitFor({ state: 'attached' });
    assert.equal(await live.textContent(), 'Answer finished');
  });

  it('says why it cannot start, and starts when it can', async () => {
    view.host.failNext.set('snapshot', 'The store is gone.');
    await view.load();
    await view.page.getByRole('alert').getByText('The store is gone.').waitFor();
    await view.button('Try Again').click();
    await view.page.getByRole('heading', { name: 'Ask about your code' }).waitFor();
  });
});
