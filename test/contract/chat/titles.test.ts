import assert from 'node:assert/strict';
import { offlineModel } from '../../../src/chat/offlineModel.ts';
import { ChatFixture } from './chatFixture.ts';
import type { TestWindow } from './testWindow.ts';

describe('the title of a chat', () => {
  let fixture: ChatFixture;
  let window: TestWindow;

  beforeEach(async () => {
    fixture = await ChatFixture.start();
    fixture.titlesByModel = true;
    window = fixture.openWindow('any');
  });

  afterEach(() => fixture.stop());

  const title = async (): Promise<string | undefined> => (await window.list())[0]?.title;

  /** Asks; the model answers, and says this when it is asked for a title. */
  async function ask(text: string, ...titles: string[]): Promise<void> {
    fixture.server.enqueue({ type: 'answer' }, ...titles.map((name) => ({ type: 'answer', text: name }) as const));
    await window.ask(text);
  }

  const requests = (count: number): Promise<void> =>
    window.waitUntil(() => Promise.resolve(fixture.server.generations.length === count));

  it('is the question at once, and what its model calls it after the first answer', async () => {
    const sent = window.session.send({ clientMessageId: 'a', text: 'Why do sessions expire?' });
    fixture.server.enqueue({ type: 'answer' }, { type: 'answer', text: '"Expiry of sessions."' });
    await sent;
    assert.equal(await title(), 'Why do sessions expire?');
    const reader = fixture.openWindow('any');
    await reader.waitUntil(async () => (await reader.list())[0]?.title === 'Expiry of sessions');
    await reader.until(({ type }) => type === 'conversations');
    await window.until((event) => event.type === 'conversation' && event.conversation?.title === 'Expiry of sessions');
    assert.equal(fixture.server.generations.length, 2);
    const body = JSON.stringify(fixture.server.generations[1]?.body);
    assert.match(body, /Why do sessions expire/);
    assert.match(body, /"model":"any"/);
    await ask('And then?');
    assert.equal(fixture.server.generations.length, 3, 'it is asked once');
  });

  it('stays the question when the model has none to offer, or fails', async () => {
    await ask('First?', 'Sorry, I cannot do that.');
    await requests(2);
    await window.session.open(null);
    fixture.server.enqueue({ type: 'answer' }, { type: 'status', status: 400 });
    await window.ask('Second?');
    await requests(4);
    await window.ask('Third?');
    await requests(5);
    assert.deepEqual(
      (await window.list()).map((each) => each.title),
      ['Second?', 'First?'],
    );
  });

  it('stays what a person has called it, also while the model thinks', async () => {
    fixture.server.enqueue({ type: 'answer' }, { type: 'stall', text: 'Never' });
    await window.ask('First?');
    await requests(2);
    const id = (await window.session.shown())?.id ?? '';
    await window.session.update([id], { title: 'Mine' });
    await window.store.call('conversations.setAutomaticTitle', { id, title: 'Never' });
    assert.equal(await title(), 'Mine');
    await window.session.open(null);
    await window.session.send({ clientMessageId: 'b', text: 'Second?' });
    await window.session.update([(await window.session.shown())?.id ?? ''], { title: 'Mine too' });
    await window.waitUntil(() => Promise.resolve(!window.session.isAnswering));
    assert.equal(await title(), 'Mine too');
    assert.equal(fixture.server.generations.length, 3, 'a chat that has a name needs no other');
  });

  it('waits for an answer that is complete', async () => {
    fixture.server.enqueue({ type: 'cut', text: 'Half' });
    await window.ask('First?');
    assert.equal(fixture.server.generations.length, 1);
    await ask('Again?', 'Halves');
    await window.waitUntil(async () => (await title()) === 'Halves');
  });

  it('is the question, with no request, with the Offline model or when that is switched off', async () => {
    window.model.current = offlineModel;
    await window.ask('First?');
    fixture.titlesByModel = false;
    window.model.current = { provider: 'openai-compatible', model: 'any' };
    await window.ask('Second?');
    assert.equal(await title(), 'First?');
    assert.equal(fixture.server.generations.length, 1);
  });

  it('and all else of the library is live in every window', async () => {
    fixture.titlesByModel = false;
    const reader = fixture.openWindow('any');
    await window.ask('First?');
    const id = (await window.session.shown())?.id ?? '';
    await window.store.call('folders.create', { id: 'work', name: 'Work', parentId: null });
    const told = reader.next('conversations');
    await window.session.update([id], { title: 'Mine', isPinned: true, folderId: 'work' });
    await told;
    const [summary] = await reader.list();
    assert.deepEqual([summary?.title, summary?.isPinned, summary?.folderId], ['Mine', true, 'work']);
    assert.equal((await reader.store.call('folders.list', null))[0]?.conversationCount, 1);
    await window.session.delete([id]);
    assert.equal(await window.session.shown(), null);
    await reader.waitUntil(async () => (await reader.list()).length === 0);
    await reader.session.undelete([id]);
    assert.equal(await title(), 'Mine');
  });
}).timeout(30_000);
