import assert from 'node:assert/strict';
import { ChatList } from '../../../media/chat/history/chatList.ts';
import type { ConversationSummary } from '../../../src/protocol/store.ts';
import { conversation } from '../../fixtures/webviewHost/scriptedHost.ts';

describe('ChatList', () => {
  const chat = (at: number, fields: Partial<ConversationSummary> = {}): ConversationSummary =>
    conversation({ id: `c${at}`, title: `c${at}`, lastMessageAt: at, ...fields });
  const many = (count: number): ConversationSummary[] => Array.from({ length: count }, (_, at) => chat(count - at));

  /** A list of what `truth` holds when it is asked, and what it was asked for. */
  function listOf(truth: { chats: ConversationSummary[]; failure?: string }) {
    const asked: (number | undefined)[] = [];
    const list = new ChatList(
      async ({ before = Infinity, limit }) => {
        asked.push(Number.isFinite(before) ? before : undefined);
        await Promise.resolve();
        if (truth.failure !== undefined) throw new Error(truth.failure);
        return truth.chats
          .filter(({ lastMessageAt }) => lastMessageAt < before)
          .sort((one, other) => other.lastMessageAt - one.lastMessageAt)
          .slice(0, limit);
      },
      ({ isPinned }) => !isPinned,
    );
    const look = async (from: number, to: number): Promise<void> => {
      while (await list.need(from, to));
    };
    return { list, asked, look, ids: () => list.items.map(({ id }) => id) };
  }

  it('asks for pages as they are needed, and for none twice', async () => {
    const { list, asked, look } = listOf({ chats: many(250) });
    await look(0, 30);
    await look(0, 100);
    assert.deepEqual(asked, [undefined]);
    await look(80, 101);
    assert.deepEqual(asked, [undefined, 151]);
    assert.equal(list.isComplete, false);
    await look(190, 201);
    assert.equal(list.isComplete, true);
    await look(0, Infinity);
    assert.equal(asked.length, 3);
    assert.equal(list.items.length, 250);
  });

  it('asks again after a change for what is in sight, and only for that', async () => {
    const truth = { chats: many(300) };
    const { list, asked, look, ids } = listOf(truth);
    await look(0, Infinity);
    truth.chats = [chat(1000), ...truth.chats.filter(({ id }) => id !== 'c50' && id !== 'c290')];
    list.markStale();
    asked.length = 0;
    await look(240, 260);
    assert.deepEqual(asked, [61]);
    assert.equal(ids().includes('c50'), false, 'what is gone is gone');
    assert.equal(ids().includes('c290'), true, 'out of sight nothing changes');
    await look(0, 20);
    assert.equal(ids()[0], 'c1000');
    assert.equal(ids().includes('c290'), false);
  });

  it('does not take for new what was asked for before the change', async () => {
    const truth = { chats: many(3) };
    const { list, look, ids } = listOf(truth);
    const first = list.need(0, 1);
    truth.chats = [chat(9), ...truth.chats];
    list.markStale();
    await first;
    await look(0, 1);
    assert.deepEqual(ids(), ['c9', 'c3', 'c2', 'c1']);
  });

  it('shows a chat once when it moves to the front', async () => {
    const truth = { chats: many(3) };
    const { list, look, ids } = listOf(truth);
    await look(0, 3);
    truth.chats = [chat(3), chat(2), chat(1, { lastMessageAt: 7 })];
    list.markStale();
    await look(0, 3);
    assert.deepEqual(ids(), ['c1', 'c3', 'c2']);
  });

  it('takes in what was changed here: what belongs to it, in its order, as far as it is known', async () => {
    const { list, look, ids } = listOf({ chats: many(250) });
    await look(0, 10);
    list.put([chat(249, { title: 'New name' }), chat(240, { isPinned: true }), chat(248.5), chat(3)]);
    assert.deepEqual(ids().slice(0, 4), ['c250', 'c249', 'c248.5', 'c248']);
    assert.equal(list.items[1]?.title, 'New name');
    assert.equal(ids().includes('c240'), false);
    assert.equal(ids().includes('c3'), false, 'beyond what is known');
    list.remove(new Set(['c250', 'nobody']));
    assert.equal(ids()[0], 'c249');
  });

  it('stops at a failure, keeps what it knows, and goes on when told to or when something has changed', async () => {
    const truth: { chats: ConversationSummary[]; failure?: string } = { chats: many(150) };
    const { list, look } = listOf(truth);
    await look(0, 10);
    truth.failure = 'No disk.';
    await look(90, 101);
    assert.equal(list.failure, 'No disk.');
    assert.equal(list.items.length, 100);
    delete truth.failure;
    await look(90, 101);
    assert.equal(list.items.length, 100);
    list.retry();
    await look(90, 101);
    assert.equal(list.items.length, 150);
    assert.equal(list.failure, null);
  });

  it('is complete when it is empty', async () => {
    const { list, look } = listOf({ chats: [] });
    await look(0, 1);
    assert.equal(list.isComplete, true);
  });
});
