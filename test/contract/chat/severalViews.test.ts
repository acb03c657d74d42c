import assert from 'node:assert/strict';
import type { ChatEvent } from '../../../src/chat/chatEvent.ts';
import { ChatFixture } from './chatFixture.ts';
import type { TestWindow } from './testWindow.ts';

describe('several views of chats in one window', () => {
  let fixture: ChatFixture;
  let sidebar: TestWindow;
  let tab: TestWindow;

  beforeEach(async () => {
    fixture = await ChatFixture.start();
    sidebar = fixture.openWindow('any');
    tab = fixture.openBeside(sidebar);
  });

  afterEach(() => fixture.stop());

  /** The answer as a view has drawn it: what it was told, put together by its places. */
  const follow = (window: TestWindow): (() => string) => {
    let text = '';
    window.session.onDidChange((event: ChatEvent) => {
      if (event.type === 'conversation') text = event.conversation?.messages.at(-1)?.content ?? text;
      if (event.type === 'message' && event.message.role === 'assistant') text = event.message.content;
      if (event.type === 'delta') text = text.slice(0, event.offset) + event.text;
    });
    return () => text;
  };

  it('show the same chat in step while one of them is asked, and after', async () => {
    await sidebar.ask('First?');
    await tab.session.open(sidebar.shown);
    const drawn = [sidebar, tab].map(follow);
    await tab.ask('And the second?');
    await sidebar.waitUntil(() => Promise.resolve(drawn[0]?.() === drawn[1]?.()));
    const stored = (await sidebar.messages()).at(-1)?.content;
    assert.equal(drawn[0]?.(), stored);
    assert.equal((await sidebar.messages()).length, 4);
    assert.notEqual(stored, '');
  });

  it('let a question wait that comes from the second view while the first is answered', async () => {
    sidebar.model.current = { provider: 'openai-compatible', model: 'stall' };
    await sidebar.session.send({ clientMessageId: 'first', text: 'First?' });
    await sidebar.until((event) => event.type === 'delta');
    await tab.session.open('first');
    assert.equal(tab.session.isAnswering, true);
    await tab.session.send({ clientMessageId: 'second', text: 'Second?' });
    await sidebar.until((event) => event.type === 'queue' && event.queue.length === 1);
    await tab.session.stop();
    assert.equal((await sidebar.messages()).at(-1)?.status, 'stopped');
    await sidebar.until((event) => event.type === 'message' && event.message.status === 'stopped');
  });

  it('take over a branch that the other has made', async () => {
    await sidebar.ask('First?');
    await tab.session.open(sidebar.shown);
    const [question] = await sidebar.messages();
    const ended = sidebar.ended();
    await tab.session.editMessage({
      messageId: question?.id ?? '',
      clientMessageId: 'edited',
      text: 'In other words?',
    });
    await sidebar.until(
      (event) => event.type === 'conversation' && event.conversation?.messages[0]?.content === 'In other words?',
    );
    await ended;
  });

  it('answer different chats at the same time, and only what is each one’s own is told', async () => {
    await Promise.all([sidebar.ask('Here?'), tab.ask('There?')]);
    const [here, there] = await Promise.all([sidebar.messages(), tab.messages()]);
    assert.deepEqual([here[0]?.content, there[0]?.content], ['Here?', 'There?']);
    assert.notEqual(sidebar.shown, tab.shown);
  });

  it('keep a run whose view was closed, and what waits behind it', async () => {
    tab.model.current = { provider: 'openai-compatible', model: 'any' };
    await tab.session.send({ clientMessageId: 'first', text: 'First?' });
    await tab.session.send({ clientMessageId: 'second', text: 'Second?' });
    tab.session.dispose();
    await sidebar.session.open('first');
    await sidebar.waitUntil(async () => (await sidebar.messages()).at(3)?.status === 'complete');
    assert.deepEqual(
      (await sidebar.messages()).map(({ status }) => status),
      ['complete', 'complete', 'complete', 'complete'],
    );
  });

  it('remember for the next start what the sidebar has shown, not a tab', async () => {
    await sidebar.ask('Here?');
    await tab.ask('There?');
    const next = fixture.openWindow('any');
    await next.session.restore();
    assert.equal((await next.session.shown())?.messages[0]?.content, 'Here?');
    const nextTab = fixture.openBeside(next);
    await nextTab.session.restore();
    assert.equal(await nextTab.session.shown(), null);
  });

  it('say in both that a chat is gone', async () => {
    await sidebar.ask('First?');
    const id = sidebar.shown ?? '';
    await tab.session.open(id);
    await sidebar.session.delete([id]);
    await tab.until((event) => event.type === 'gone');
    assert.equal(await tab.session.shown(), null);
  });
});
