import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import type { ContextPassage, Message, StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder, finished, model } from './storeFixture.ts';

const passage: ContextPassage = {
  folder: '/work',
  path: 'src/extension.ts',
  startLine: 3,
  endLine: 9,
  symbol: 'activate',
  language: 'typescript',
  textHash: 'ab'.repeat(32),
};

describe('The store', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
  });

  afterEach(() => folder.dispose());

  const exchange = (conversationId: string, number: number, parentId: string | null = null): Promise<string> =>
    folder.exchange(store, { conversationId, number, parentId });

  async function messages(id = 'conversation-1', from = store): Promise<readonly Message[]> {
    return (await from.call('conversations.get', { id }))?.messages ?? [];
  }

  describe('keeps a turn', () => {
    it('from the question to the finished answer', async () => {
      const { user, assistant, created } = await store.call('turns.start', folder.turn());
      assert.ok(created);
      assert.deepEqual(
        [user.role, user.content, user.status, user.parentId],
        ['user', 'How does it start?', 'complete', null],
      );
      assert.deepEqual(
        [assistant.role, assistant.content, assistant.status, assistant.parentId],
        ['assistant', '', 'running', user.id],
      );
      await store.call('turns.setContext', { messageId: assistant.id, context: [passage] });
      await store.call('turns.append', {
        messageId: assistant.id,
        offset: 0,
        text: 'In `activ',
        reasoningOffset: 0,
        reasoning: 'Let me ',
      });
      await store.call('turns.append', {
        messageId: assistant.id,
        offset: 9,
        text: 'ate`.',
        reasoningOffset: 7,
        reasoning: 'see.',
      });
      await store.call('turns.finish', { messageId: assistant.id, ...finished });
      assert.deepEqual((await messages())[1], {
        ...assistant,
        content: 'In `activate`.',
        reasoning: 'Let me see.',
        status: 'complete',
        context: [passage],
        finishReason: 'stop',
        inputTokens: 12,
        outputTokens: 3,
      });
      assert.deepEqual(await messages('conversation-1', folder.open()), await messages());
    });

    it('once, however often it is sent', async () => {
      const first = await store.call('turns.start', folder.turn());
      const again = await Promise.all(
        [1, 2].map(() => folder.open().call('turns.start', folder.turn({ text: 'changed' }))),
      );
      for (const turn of again) assert.deepEqual(turn, { ...first, created: false });
      assert.equal((await store.call('conversations.list', { limit: 9 }))[0]?.messageCount, 2);
    });

    it('with a failure that the user is shown', async () => {
      const { assistant } = await store.call('turns.start', folder.turn());
      const error = { message: 'The key was refused.', kind: 'auth', actions: ['setKey'] };
      await store.call('turns.finish', {
        ...finished,
        messageId: assistant.id,
        status: 'failed',
        error,
        finishReason: null,
      });
      const [, answer] = await messages();
      assert.deepEqual([answer?.status, answer?.error, answer?.finishReason], ['failed', error, null]);
    });

    it('and changes nothing once it is finished', async () => {
      const id = await exchange('conversation-1', 1);
      const before = await messages();
      await store.call('turns.finish', { ...finished, messageId: id, status: 'failed', inputTokens: 0 });
      await assert.rejects(
        store.call('turns.append', { messageId: id, offset: 0, text: 'more', reasoningOffset: 0, reasoning: '' }),
        {
          code: 'not-found',
        },
      );
      assert.deepEqual(await messages(), before);
    });

    it('piece by piece, each once however often it is sent, and never with a hole', async () => {
      const { assistant } = await store.call('turns.start', folder.turn());
      const append = (offset: number, text: string, reasoningOffset = 0, reasoning = ''): Promise<void> =>
        store.call('turns.append', { messageId: assistant.id, offset, text, reasoningOffset, reasoning });
      await append(0, 'é\u0000\u{1F9ED}');
      await append(0, 'é\u0000\u{1F9ED}');
      await append(7, ' b', 0, 'why');
      await append(7, ' b', 0, 'why');
      await append(0, 'é\u0000');
      for (const refused of [
        () => append(10, 'hole'),
        () => append(9, 'c', 4, 'hole'),
        () => append(7, ' c', 0, 'why'),
        () => append(7, ' b and more', 0, 'why'),
        () => append(3, 'x', 3),
      ]) {
        await assert.rejects(refused(), { code: 'conflict' });
      }
      assert.deepEqual(
        [(await messages())[1]?.content, (await messages())[1]?.reasoning],
        ['é\u0000\u{1F9ED} b', 'why'],
      );
      await append(9, '\uD800', 3);
      await append(12, 'c', 3);
      await store.call('turns.finish', { messageId: assistant.id, ...finished });
      await append(12, 'c', 3);
      await assert.rejects(append(13, 'd', 3), { code: 'not-found' });
      assert.equal((await messages())[1]?.content, 'é\u0000\u{1F9ED} b\uFFFDc');
    });

    describe('that was cut short, open again to go on:', () => {
      const owner = 'window-2';
      const resume = (messageId: string): Promise<Message> =>
        store.call('turns.resume', { messageId, owner, leaseUntil: folder.nowMs + 30_000 });
      const error = { message: 'The connection was lost.', kind: 'network', actions: ['retry'] };

      for (const [name, end] of Object.entries({
        stopped: { ...finished, status: 'stopped', finishReason: null },
        failed: { ...finished, status: 'failed', error, finishReason: null },
        'as long as it may be': { ...finished, finishReason: 'length' },
        interrupted: null,
      } as const)) {
        it(name, async () => {
          const { assistant } = await store.call('turns.start', folder.turn());
          const piece = { messageId: assistant.id, reasoningOffset: 0, reasoning: '' };
          await store.call('turns.append', { ...piece, offset: 0, text: 'Half' });
          if (end !== null) await store.call('turns.finish', { messageId: assistant.id, ...end });
          folder.nowMs += 60_000;
          const resumed = await resume(assistant.id);
          assert.deepEqual(
            [resumed.id, resumed.content, resumed.status, resumed.error, resumed.finishReason],
            [assistant.id, 'Half', 'running', null, null],
          );
          await store.call('turns.append', { ...piece, offset: 4, text: ' and half' });
          await store.call('turns.finish', { messageId: assistant.id, ...finished });
          const [, answer] = await messages();
          assert.deepEqual([answer?.content, answer?.status, answer?.inputTokens], ['Half and half', 'complete', 12]);
          assert.equal((await messages()).length, 2);
          const [summary] = await store.call('conversations.list', { limit: 1 });
          assert.deepEqual([summary?.lastMessageAt, summary?.isRunning], [folder.nowMs, false]);
        });
      }

      it('not one that is complete, followed by others, or gone', async () => {
        const first = await exchange('conversation-1', 1);
        await assert.rejects(resume(first), { code: 'invalid', message: /complete/ });
        const { user, assistant } = await store.call(
          'turns.start',
          folder.turn({ clientMessageId: 'client-2', parentId: first, leaseUntil: 0 }),
        );
        await exchange('conversation-1', 3, assistant.id);
        await assert.rejects(resume(assistant.id), { code: 'invalid', message: /gone on/ });
        await assert.rejects(resume(user.id), { code: 'not-found' });
        await assert.rejects(resume('nowhere'), { code: 'not-found' });
      });

      it('not one that somebody is writing', async () => {
        const { assistant } = await store.call('turns.start', folder.turn());
        await assert.rejects(resume(assistant.id), { code: 'conflict' });
        folder.nowMs += 30_001;
        await resume(assistant.id);
        await assert.rejects(resume(assistant.id), { code: 'conflict' });
        // What the window has to say that was thought dead no longer fits.
        const piece = { messageId: assistant.id, offset: 0, reasoningOffset: 0, reasoning: '' };
        await store.call('turns.append', { ...piece, text: 'new' });
        await assert.rejects(store.call('turns.append', { ...piece, text: 'old' }), { code: 'conflict' });
      });
    });

    it('of a megabyte', async () => {
      const text = 'é\u{1F9ED}\u0000"\\\n'.repeat(100_000);
      const { assistant } = await store.call('turns.start', folder.turn({ text }));
      await store.call('turns.append', {
        messageId: assistant.id,
        offset: 0,
        text,
        reasoningOffset: 0,
        reasoning: text,
      });
      const [question, answer] = await messages('conversation-1', folder.open());
      assert.ok(question?.content === text && answer?.content === text && answer.reasoning === text);
    });

    it('as a branch beside the answer before, and shows the new one', async () => {
      const answer = await exchange('conversation-1', 1);
      const [question] = await messages();
      const again = await store.call('turns.answerAgain', {
        userMessageId: question!.id,
        model,
        owner: 'window-1',
        leaseUntil: folder.nowMs + 1,
      });
      assert.equal(again.parentId, question!.id);
      assert.deepEqual(
        (await messages()).map(({ id }) => id),
        [question!.id, again.id],
      );
      await exchange('conversation-1', 2, answer);
      assert.deepEqual(
        (await messages()).map(({ content }) => content),
        ['Question 1', 'Answer 1', 'Question 2', 'Answer 2'],
      );
      assert.equal((await store.call('conversations.list', { limit: 1 }))[0]?.messageCount, 5);
    });

    for (const [name, call] of Object.entries({
      'continues a message that is not there': () => store.call('turns.start', folder.turn({ parentId: 'nowhere' })),
      'answers a message that is not there': () =>
        store.call('turns.answerAgain', { userMessageId: 'nowhere', model, owner: 'o', leaseUntil: 1 }),
      'adds to a message that is not there': () =>
        store.call('turns.append', { messageId: 'nowhere', offset: 0, text: 'a', reasoningOffset: 0, reasoning: '' }),
      'finishes a message that is not there': () => store.call('turns.finish', { messageId: 'nowhere', ...finished }),
      'gives context to a message that is not there': () =>
        store.call('turns.setContext', { messageId: 'nowhere', context: [] }),
      'renames a conversation that is not there': () =>
        store.call('conversations.update', { ids: ['nowhere'], changes: { title: 'a' } }),
    })) {
      it(`but refuses what ${name}`, async () => {
        await assert.rejects(call(), { code: 'not-found' });
        assert.deepEqual(await store.call('conversations.list', { limit: 9 }), []);
      });
    }

    it('but refuses a title of nothing', async () => {
      await assert.rejects(store.call('turns.start', folder.turn({ title: ' \n' })), { code: 'invalid' });
    });
  });

  describe('knows who is answering', () => {
    it('and shows an answer as interrupted once its lease has run out', async () => {
      await store.call('turns.start', folder.turn());
      assert.equal((await messages())[1]?.status, 'running');
      assert.ok((await store.call('conversations.list', { limit: 1 }))[0]?.isRunning);
      folder.nowMs += 30_001;
      assert.equal((await messages())[1]?.status, 'interrupted');
      assert.ok(!(await store.call('conversations.list', { limit: 1 }))[0]?.isRunning);
    });

    it('while the lease is renewed by its owner', async () => {
      await store.call('turns.start', folder.turn());
      const lease = { conversationId: 'conversation-1', owner: 'window-1', leaseUntil: folder.nowMs + 90_000 };
      await assert.rejects(store.call('turns.renewLease', { ...lease, owner: 'window-2' }), { code: 'conflict' });
      await store.call('turns.renewLease', lease);
      folder.nowMs += 60_000;
      assert.equal((await messages())[1]?.status, 'running');
    });

    it('and lets nobody else answer meanwhile', async () => {
      const { assistant } = await store.call('turns.start', folder.turn());
      const other = folder.turn({ owner: 'window-2', clientMessageId: 'client-2', parentId: assistant.id });
      await assert.rejects(store.call('turns.start', other), { code: 'conflict' });
      folder.nowMs += 30_001;
      const { assistant: second } = await store.call('turns.start', { ...other, leaseUntil: folder.nowMs + 30_000 });
      const path = await messages();
      assert.deepEqual(
        path.map(({ status }) => status),
        ['complete', 'interrupted', 'complete', 'running'],
      );
      // The first window was only asleep: what it has still counts.
      await store.call('turns.append', {
        messageId: assistant.id,
        offset: 0,
        text: 'late',
        reasoningOffset: 0,
        reasoning: '',
      });
      await store.call('turns.finish', { messageId: assistant.id, ...finished });
      assert.deepEqual((await messages()).map(({ content, status }) => [content, status])[1], ['late', 'complete']);
      assert.equal((await messages()).at(-1)?.id, second.id);
      assert.ok((await store.call('conversations.list', { limit: 1 }))[0]?.isRunning);
    });
  });
}).timeout(20_000);
