import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import type { Caller } from '../../../src/base/rpc.ts';
import type { Message, StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder, model } from './storeFixture.ts';

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

  describe('lists conversations', () => {
    it('newest first, page by page, also when they were written in the same millisecond', async () => {
      for (let number = 1; number <= 7; number++) {
        await store.call(
          'turns.start',
          folder.turn({ conversationId: `conversation-${number}`, title: `  Title ${number} ` }),
        );
      }
      const titles: string[] = [];
      for (let before: number | undefined; ;) {
        const page = await store.call('conversations.list', before === undefined ? { limit: 3 } : { limit: 3, before });
        titles.push(...page.map(({ title }) => title));
        if (page.length < 3) break;
        before = page.at(-1)!.lastMessageAt;
      }
      assert.deepEqual(
        titles,
        [7, 6, 5, 4, 3, 2, 1].map((number) => `Title ${number}`),
      );
    });

    it('with what the list shows', async () => {
      await exchange('conversation-1', 1);
      const [summary] = await store.call('conversations.list', { limit: 1 });
      assert.deepEqual(summary, {
        id: 'conversation-1',
        title: 'How does it start?',
        workspaceUri: 'file:///work',
        model,
        folderId: null,
        isPinned: false,
        isArchived: false,
        messageCount: 2,
        lastMessageAt: 1_790_000_000_000,
        createdAt: 1_790_000_000_000,
        isRunning: false,
      });
    });

    it('under their new names', async () => {
      await exchange('conversation-1', 1);
      await store.call('conversations.update', { ids: ['conversation-1'], changes: { title: ' Start ' } });
      assert.equal((await store.call('conversations.get', { id: 'conversation-1' }))?.title, 'Start');
    });

    it('and no longer those that were deleted, whose messages are gone too', async () => {
      const answer = await exchange('conversation-1', 1);
      await exchange('conversation-2', 2);
      await store.call('user.setActiveConversation', { conversationId: 'conversation-1' });
      await store.call('conversations.delete', { ids: ['conversation-1'] });
      await store.call('conversations.delete', { ids: ['conversation-1'] });
      assert.equal(await store.call('conversations.get', { id: 'conversation-1' }), null);
      assert.deepEqual(
        (await store.call('conversations.list', { limit: 9 })).map(({ id }) => id),
        ['conversation-2'],
      );
      await assert.rejects(
        store.call('turns.append', { messageId: answer, offset: 0, text: 'a', reasoningOffset: 0, reasoning: '' }),
        {
          code: 'not-found',
        },
      );
      assert.equal((await store.call('user.get', null)).activeConversationId, null);
    });

    it('whose threads are a thousand messages deep', async () => {
      let parent: string | null = null;
      for (let number = 0; number < 520; number++) {
        const turn = folder.turn({ clientMessageId: `client-${number}`, parentId: parent });
        parent = (await store.call('turns.start', turn)).assistant.id;
      }
      assert.equal((await messages()).length, 1_040);
      await store.call('conversations.delete', { ids: ['conversation-1'] });
      assert.equal(await store.call('checkIntegrity', null), 'ok');
    });
  });

  describe('tells', () => {
    it('every window which conversation has changed', async () => {
      await store.call('user.get', null);
      const other = folder.open();
      await other.call('user.get', null);
      const heard: (string | null)[] = [];
      other.on('changed', ({ conversationId }) => heard.push(conversationId));
      const { assistant } = await store.call('turns.start', folder.turn());
      await store.call('turns.append', {
        messageId: assistant.id,
        offset: 0,
        text: 'a',
        reasoningOffset: 0,
        reasoning: '',
      });
      await store.call('turns.renewLease', { conversationId: 'conversation-1', owner: 'window-1', leaseUntil: 1 });
      await store.call('settings.set', { key: 'k', value: 1 });
      await other.call('user.get', null);
      assert.deepEqual(
        heard.filter((id, index) => id !== heard[index - 1]),
        ['conversation-1', null],
      );
    });

    it('how it is', async () => {
      const status = await store.call('status', null);
      assert.equal(status.directory, folder.directory);
      assert.match(status.sqliteVersion, /^3\./);
      assert.deepEqual([status.integrity, status.schemaVersion, status.generation, status.notice], [null, 5, 1, null]);
      assert.equal(await store.call('checkIntegrity', null), 'ok');
      const { integrity } = await store.call('status', null);
      assert.deepEqual(integrity, { result: 'ok', at: integrity?.at });
    });

    it('that it was repaired', async () => {
      await exchange('conversation-1', 1);
      await store.call('close', null);
      writeFileSync(`${folder.directory}/snapshot-1.sqlite`, 'garbage');
      const again = folder.open();
      const notice = new Promise<string>((resolve) => {
        again.on('notice', ({ message }) => {
          resolve(message);
        });
      });
      assert.equal((await messages('conversation-1', again)).length, 2);
      assert.match(await notice, /damaged/);
      assert.match((await again.call('status', null)).notice ?? '', /damaged/);
    });

    it('why it cannot be opened, and opens when it can', async () => {
      const { directory } = folder;
      rmSync(directory, { recursive: true });
      writeFileSync(directory, 'in the way');
      await assert.rejects(store.call('user.get', null), { code: 'invalid' });
      rmSync(directory);
      await store.call('user.get', null);
    });

    it('that it is closed', async () => {
      await store.call('user.get', null);
      await store.call('close', null);
      await assert.rejects(store.call('user.get', null), { code: 'closed' });
      await store.call('close', null);
    });
  });
}).timeout(20_000);
