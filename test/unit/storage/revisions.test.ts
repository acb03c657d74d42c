import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder, finished, model } from './storeFixture.ts';

/** A reader of the feed, such as the history search: it knows what it was told and asks for what is new. */
class Reader {
  #store: Caller<StoreContract>;
  #epoch: string | null = null;
  #after = 0;
  readonly texts = new Map<string, string>();

  constructor(store: Caller<StoreContract>) {
    this.#store = store;
  }

  /** Goes on with another store on the same folder. */
  on(store: Caller<StoreContract>): this {
    this.#store = store;
    return this;
  }

  /** What it knows after it has asked, page by page. */
  async read(limits = [3]): Promise<string[]> {
    for (let pages = 0; ; pages++) {
      const limit = limits[pages] ?? limits.at(-1) ?? 0;
      const page = await this.#store.call('history.changes', { epoch: this.#epoch, after: this.#after, limit });
      this.#epoch = page.epoch;
      if (page.after === 0) this.texts.clear();
      for (const { messageId, text } of page.messages) this.texts.set(messageId, text);
      for (const messageId of page.removed) this.texts.delete(messageId);
      assert.ok(page.after === 0 || page.revision >= this.#after, 'it never goes back');
      if (page.revision === this.#after) return [...this.texts.values()].toSorted();
      this.#after = page.revision;
    }
  }
}

describe('The feed of the history search', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;
  let reader: Reader;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
    reader = new Reader(store);
  });

  afterEach(() => folder.dispose());

  /** Asks; gives the answer's id, which is being written. */
  async function ask(text: string, conversationId = 'conversation-1', parentId: string | null = null): Promise<string> {
    const turn = folder.turn({ conversationId, parentId, text, clientMessageId: text });
    const { assistant } = await store.call('turns.start', turn);
    await store.call('turns.append', {
      messageId: assistant.id,
      offset: 0,
      text: `On ${text}`,
      reasoningOffset: 0,
      reasoning: '',
    });
    folder.nowMs += 1_000;
    return assistant.id;
  }

  const finish = (messageId: string): Promise<void> => store.call('turns.finish', { messageId, ...finished });

  it('has a question at once and an answer when it is finished', async () => {
    const answer = await ask('one');
    assert.deepEqual(await reader.read(), ['one']);
    await finish(answer);
    assert.deepEqual(await reader.read(), ['On one', 'one']);
    await finish(answer);
    assert.deepEqual(await reader.read(), ['On one', 'one']);
  });

  it('has an answer that was cut off, once its window is known to be dead', async () => {
    await ask('one');
    await store.call('close', null);
    folder.nowMs += 60_000;
    store = folder.open();
    reader = new Reader(store);
    await folder.until(async () => (await reader.read()).length === 2);
    assert.deepEqual(await reader.read(), ['On one', 'one']);
    const row = await folder.rows('SELECT status, run_owner FROM conversations');
    assert.deepEqual(row, [['finished', null]]);
  });

  it('has an answer that was cut off when somebody else goes on', async () => {
    const answer = await ask('one');
    folder.nowMs += 60_000;
    await ask('two', 'conversation-1', answer);
    assert.deepEqual(await reader.read(), ['On one', 'one', 'two']);
  });

  it('hides a conversation that is deleted, and shows it again, with all of it, when that is taken back', async () => {
    await finish(await ask('one'));
    await finish(await ask('two', 'conversation-2'));
    const open = await ask('three', 'conversation-2');
    const messages = await reader.read();
    assert.equal(messages.length, 5);
    const hidden = () => store.call('history.conversations', {});
    await store.call('conversations.delete', { ids: ['conversation-2'] });
    assert.deepEqual(await hidden(), { kind: 'except', ids: ['conversation-2'] });
    // It was being written, was stopped, and waits.
    await finish(open);
    assert.deepEqual(await reader.read(), messages);
    await store.call('conversations.undelete', { ids: ['conversation-2'] });
    assert.deepEqual(await hidden(), { kind: 'except', ids: [] });
    assert.equal((await reader.read()).length, 6);
    assert.deepEqual(await new Reader(store).read(), await reader.read());
  });

  it('forgets what is removed for good, whoever removes it', async () => {
    await finish(await ask('one'));
    await finish(await ask('two', 'conversation-2'));
    await reader.read();
    await store.call('conversations.delete', { ids: ['conversation-1'] });
    await store.call('close', null);
    folder.nowMs += 60_000;
    store = folder.open();
    await store.call('user.get', null);
    await folder.until(async () => (await folder.rows('SELECT id FROM conversations')).length === 1);
    const page = await store.call('history.changes', { epoch: null, after: 4, limit: 100 });
    assert.equal(page.removed.length, 2);
    assert.deepEqual(await new Reader(store).read(), ['On two', 'two']);
  });

  it('keeps no more than ten thousand traces of removed messages; who has missed some begins anew', async () => {
    await finish(await ask('one'));
    await finish(await ask('two', 'conversation-2'));
    const late = new Reader(store);
    assert.deepEqual(await late.read(), ['On one', 'On two', 'one', 'two']);
    await store.call('conversations.delete', { ids: ['conversation-1'] });
    await folder.rows(`INSERT INTO removed_messages (message_id, user_id, revision)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
      SELECT 'gone' || i, users.id, 1000 + i FROM n, users`);
    await folder.rows(`UPDATE counters SET value = 20000 WHERE name = 'revision'`);
    await reader.read([1_000]);
    await store.call('close', null);
    folder.nowMs += 60_000;
    store = folder.open();
    await store.call('user.get', null);
    const count = 'SELECT count(*), max(revision) >= 11000 FROM removed_messages';
    await folder.until(async () => (await folder.rows('SELECT id FROM conversations')).length === 1);
    assert.deepEqual(await folder.rows(count), [[10_000, 1]]);
    for (const each of [reader, late]) assert.deepEqual(await each.on(store).read([1, 1, 1, 1_000]), ['On two', 'two']);
    const page = await store.call('history.changes', { epoch: null, after: 20_000, limit: 10 });
    assert.equal(page.after, 20_000);
  });

  it('gives every message a revision of its own, in the order in which they became final', async () => {
    const first = await ask('one');
    const second = await store.call('turns.answerAgain', {
      userMessageId: (await store.call('conversations.get', { id: 'conversation-1' }))?.messages[0]?.id ?? '',
      model,
      owner: 'window-1',
      leaseUntil: folder.nowMs + 30_000,
    });
    await finish(second.id);
    await finish(first);
    const rows = await folder.rows('SELECT id FROM messages WHERE revision IS NOT NULL ORDER BY revision');
    assert.deepEqual(rows.flat().slice(1), [second.id, first]);
    const numbers = await folder.rows('SELECT count(DISTINCT revision), count(*), max(revision) FROM messages');
    assert.deepEqual(numbers, [[3, 3, 3]]);
  });
}).timeout(20_000);
