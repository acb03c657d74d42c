import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import type { StartedTurn, StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder, finished, model } from './storeFixture.ts';

const [second, third] = [
  { provider: 'ollama', model: 'llama' },
  { provider: 'openai', model: 'gpt' },
];

describe('The store keeps answers that are compared', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
  });
  afterEach(() => folder.dispose());

  const shown = async (from = store) => {
    const conversation = await from.call('conversations.get', { id: 'conversation-1' });
    assert.ok(conversation !== null);
    return conversation;
  };
  const ask = (otherModels = [second, third]): Promise<StartedTurn> =>
    store.call('turns.start', folder.turn({ otherModels }));
  const finish = async ({ assistant, others }: StartedTurn): Promise<void> => {
    for (const { id: messageId } of [assistant, ...others])
      await store.call('turns.finish', { messageId, ...finished });
  };

  it('beside each other, each with its own text, tokens and end', async () => {
    const turn = await ask();
    const ids = [turn.assistant, ...turn.others].map(({ id }) => id);
    for (const [at, messageId] of ids.entries()) {
      const piece = { offset: 0, text: `Answer ${at}`, reasoningOffset: 0, reasoning: '' };
      await store.call('turns.append', { messageId, ...piece });
    }
    await store.call('turns.finish', { messageId: ids[1] ?? '', ...finished, status: 'stopped', outputTokens: 7 });
    const conversation = await shown();
    assert.ok(conversation.isRunning, 'two are still being written');
    assert.deepEqual(
      conversation.comparison?.map(({ content, status, outputTokens }) => [content, status, outputTokens]),
      [
        ['Answer 0', 'running', null],
        ['Answer 1', 'stopped', 7],
        ['Answer 2', 'running', null],
      ],
    );
    assert.deepEqual(
      conversation.comparison?.map((message) => message.model),
      [model, second, third],
    );
    assert.deepEqual(
      conversation.messages.map(({ id }) => id),
      [turn.user.id, turn.assistant.id],
    );
    assert.equal(conversation.messageCount, 4);
    assert.deepEqual((await shown(folder.open())).comparison?.length, 3, 'in other windows, too');
  });

  it('once, when the question is sent twice', async () => {
    const once = await ask();
    const again = await ask();
    assert.ok(!again.created);
    assert.deepEqual(
      again.others.map(({ id }) => id),
      once.others.map(({ id }) => id),
    );
  });

  it('until one is kept; the others stay as versions', async () => {
    const turn = await ask();
    await finish(turn);
    const kept = turn.others[0]?.id ?? '';
    await store.call('conversations.showBranch', { id: 'conversation-1', messageId: kept });
    const conversation = await shown();
    assert.equal(conversation.comparison, undefined);
    assert.equal(conversation.messages.at(-1)?.id, kept);
    assert.equal(conversation.messages.at(-1)?.siblingIds.length, 3);
  });

  it('until the conversation goes on', async () => {
    const turn = await ask();
    await finish(turn);
    const next = { clientMessageId: 'client-2', parentId: turn.assistant.id };
    const { assistant } = await store.call('turns.start', folder.turn(next));
    await store.call('turns.finish', { messageId: assistant.id, ...finished });
    assert.equal((await shown()).comparison, undefined);
  });

  it('with another one in the place of one that failed', async () => {
    const turn = await ask([second]);
    await finish(turn);
    const failed = turn.others[0]?.id ?? '';
    const lease = { owner: 'window-1', leaseUntil: folder.nowMs + 30_000 };
    const again = { userMessageId: turn.user.id, model: second, insteadOf: failed, ...lease };
    const { id } = await store.call('turns.answerAgain', again);
    assert.deepEqual(
      (await shown()).comparison?.map((each) => each.id),
      [turn.assistant.id, id],
    );
  });

  it('as interrupted, where the window that wrote them is gone', async () => {
    await ask([second]);
    folder.nowMs += 60_000;
    assert.deepEqual(
      (await shown()).comparison?.map(({ status }) => status),
      ['interrupted', 'interrupted'],
    );
  });

  it('not when all but one are deleted', async () => {
    const turn = await ask([second]);
    await finish(turn);
    await store.call('messages.delete', { messageId: turn.others[0]?.id ?? '' });
    assert.equal((await shown()).comparison, undefined);
    assert.equal((await shown()).messages.at(-1)?.id, turn.assistant.id);
  });

  it('and no more than three', async () => {
    await assert.rejects(ask([second, third, model]), { code: 'invalid' });
  });
});
