import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import type { Persona } from '../../../src/protocol/chatSetup.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder, finished, model } from './storeFixture.ts';

const reviewer: Persona = {
  id: 'persona-1',
  name: 'Reviewer',
  description: 'Looks for what is wrong.',
  prompt: 'Review the code.',
  model,
  temperature: 0.2,
  starters: ['Review the open file.'],
};
const as = { mode: 'edit', persona: { id: reviewer.id, name: reviewer.name } } as const;

describe('The store keeps personas', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
  });
  afterEach(() => folder.dispose());

  const names = async () => (await store.call('personas.list', null)).map(({ name }) => name);
  const shown = (id = 'conversation-1') => store.call('conversations.get', { id });

  it('as they were saved, by their names, and as they were changed', async () => {
    await store.call('personas.save', {
      ...reviewer,
      id: 'persona-2',
      name: 'teacher',
      model: null,
      temperature: null,
    });
    await store.call('personas.save', reviewer);
    const [first] = await store.call('personas.list', null);
    assert.deepEqual(first, reviewer);
    assert.deepEqual(await names(), ['Reviewer', 'teacher']);
    await store.call('personas.save', { ...reviewer, name: ' Zealot ', starters: [] });
    assert.deepEqual(await names(), ['teacher', 'Zealot']);
  });

  for (const [what, change] of [
    ['a name that another has, whatever its case', { id: 'persona-2', name: 'REVIEWER' }],
    ['a name of nothing', { name: '  ' }],
    ['a name of two lines', { name: 'a\nb' }],
    ['a temperature that is none', { temperature: 3 }],
    ['instructions without end', { prompt: 'x'.repeat(20_001) }],
    ['more starters than fit', { starters: Array.from({ length: 7 }, () => 'Why?') }],
    ['an id that is a path', { id: '../x' }],
  ] as const) {
    it(`but not ${what}`, async () => {
      await store.call('personas.save', reviewer);
      await assert.rejects(store.call('personas.save', { ...reviewer, ...change }), /persona/);
      assert.deepEqual(await store.call('personas.list', null), [reviewer]);
    });
  }

  it('with the chats that they answer in, and with each answer its own', async () => {
    await store.call('personas.save', reviewer);
    const { assistant } = await store.call('turns.start', folder.turn({ as }));
    await store.call('turns.finish', { messageId: assistant.id, ...finished, status: 'stopped' });
    const conversation = await shown();
    assert.deepEqual([conversation?.mode, conversation?.personaId], ['edit', reviewer.id]);
    assert.deepEqual(
      conversation?.messages.map((message) => message.as),
      [undefined, as],
    );
    const resumed = await store.call('turns.resume', {
      messageId: assistant.id,
      owner: 'window-1',
      leaseUntil: folder.nowMs + 30_000,
    });
    assert.deepEqual(resumed.as, as, 'also when it is gone on with');
  });

  it('and another one, or none, from when it is chosen', async () => {
    await store.call('personas.save', reviewer);
    await folder.exchange(store, { conversationId: 'conversation-1', number: 1, parentId: null });
    assert.deepEqual([(await shown())?.mode, (await shown())?.personaId], ['ask', null]);
    await store.call('conversations.setUp', { id: 'conversation-1', setup: { personaId: reviewer.id } });
    assert.deepEqual([(await shown())?.mode, (await shown())?.personaId], ['ask', reviewer.id]);
    await store.call('conversations.setUp', { id: 'conversation-1', setup: { mode: 'edit' } });
    assert.deepEqual([(await shown())?.mode, (await shown())?.personaId], ['edit', reviewer.id]);
    await store.call('conversations.setUp', { id: 'conversation-1', setup: { personaId: 'nobody' } });
    assert.equal((await shown())?.personaId, null);
    const gone = { id: 'conversation-2', setup: { mode: 'ask' } } as const;
    await assert.rejects(store.call('conversations.setUp', gone), { code: 'not-found' });
  });

  it('until they are deleted, which can be taken back for some seconds, chats included', async () => {
    await store.call('personas.save', reviewer);
    await store.call('turns.start', folder.turn({ as }));
    await store.call('personas.delete', { id: reviewer.id });
    assert.deepEqual(await names(), []);
    assert.equal((await shown())?.personaId, null);
    await store.call('personas.save', reviewer);
    assert.equal((await shown())?.personaId, reviewer.id);
    await store.call('personas.delete', { id: reviewer.id });
    folder.nowMs += 20_000;
    // What falls due is done when a store is opened, or something else is deleted.
    const other = folder.open();
    await folder.until(async () => {
      await other.call('personas.list', null);
      return (await folder.rows('SELECT id FROM assistants')).length === 0;
    });
    assert.equal((await shown())?.messages[1]?.as?.persona?.name, 'Reviewer', 'the answer still tells');
  });

  it('apart from those of other users', async () => {
    await store.call('personas.save', reviewer);
    await folder.asAnotherUser(async (other) => {
      assert.deepEqual(await other.call('personas.list', null), []);
      await other.call('personas.delete', { id: reviewer.id });
      await other.call('turns.start', folder.turn({ conversationId: 'theirs', as }));
      assert.equal((await other.call('conversations.get', { id: 'theirs' }))?.personaId, null);
    });
    assert.deepEqual(await folder.open().call('personas.list', null), [reviewer]);
  });

  it('and what an import says of a message as far as it makes sense', async () => {
    const { assistant } = await store.call('turns.start', folder.turn({ as }));
    await store.call('turns.finish', { messageId: assistant.id, ...finished });
    for (const metadata of ['{"as":null}', '{"as":7,"discarded":"x"}', '{"as":{"mode":"agent","persona":[1]}}']) {
      await folder.rows(`UPDATE messages SET metadata = '${metadata}' WHERE id = '${assistant.id}' RETURNING id`);
      const [message] =
        (await folder.open().call('conversations.get', { id: 'conversation-1' }))?.messages.slice(1) ?? [];
      assert.deepEqual([message?.as, message?.discarded], [{ mode: 'ask', persona: null }, undefined]);
    }
  });
});
