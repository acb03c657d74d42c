import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import { type Folder, UNDO_MS } from '../../../src/protocol/library.ts';
import type { Conversation, StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder } from './storeFixture.ts';

describe('The library of conversations', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
  });

  afterEach(() => folder.dispose());

  /** Conversations of these names, the first one the newest. */
  async function talk(...ids: string[]): Promise<void> {
    for (const id of ids.toReversed()) {
      await store.call('turns.start', folder.turn({ conversationId: id, clientMessageId: id, leaseUntil: 0 }));
      folder.nowMs += 1_000;
    }
  }

  async function listed(filter = {}, from = store): Promise<string> {
    return (await from.call('conversations.list', { limit: 100, filter })).map(({ id }) => id).join(' ');
  }

  async function get(id: string): Promise<Conversation> {
    const conversation = await store.call('conversations.get', { id });
    assert.ok(conversation);
    return conversation;
  }

  /** As in `work(tests) play`, with the conversations' numbers where there are any. */
  async function tree(): Promise<string> {
    const folders = await store.call('folders.list', null);
    const draw = (parent: string | null): string =>
      folders
        .filter(({ parentId }) => parentId === parent)
        .map(({ id, name, conversationCount }) => {
          const inside = draw(id);
          return `${name}${conversationCount === 0 ? '' : `:${conversationCount}`}${inside === '' ? '' : `(${inside})`}`;
        })
        .join(' ');
    return draw(null);
  }

  const create = (id: string, parentId: string | null = null): Promise<void> =>
    store.call('folders.create', { id, name: id, parentId });

  describe('has folders', () => {
    beforeEach(async () => {
      await create('work');
      await create('play');
      await create('tests', 'work');
      await create('unit', 'tests');
    });

    it('in folders, in the order in which they were made, made once', async () => {
      await create('unit', 'tests');
      assert.equal(await tree(), 'work(tests(unit)) play');
      const folders: readonly Folder[] = await store.call('folders.list', null);
      assert.deepEqual(
        folders.map(({ id }) => id),
        ['work', 'tests', 'unit', 'play'],
        'each stands after the one that it is in',
      );
    });

    it('with new names', async () => {
      await store.call('folders.rename', { id: 'play', name: '  Free\n time ' });
      assert.equal(await tree(), 'work(tests(unit)) Free time');
      for (const name of ['', ' \n', 'x'.repeat(501)]) {
        await assert.rejects(store.call('folders.rename', { id: 'play', name }), { code: 'invalid' });
      }
    });

    it('that move, to an end, between others, and deeper', async () => {
      await create('home');
      await store.call('folders.move', { id: 'work', parentId: null, before: null });
      assert.equal(await tree(), 'play home work(tests(unit))');
      await store.call('folders.move', { id: 'work', parentId: null, before: 'home' });
      assert.equal(await tree(), 'play work(tests(unit)) home');
      await store.call('folders.move', { id: 'home', parentId: 'work', before: 'tests' });
      await store.call('folders.move', { id: 'unit', parentId: null, before: 'play' });
      assert.equal(await tree(), 'unit play work(home tests)');
      await create('last');
      assert.equal(await tree(), 'unit play work(home tests) last');
    });

    it('but none in itself, and none in what is not there', async () => {
      for (const parentId of ['work', 'tests', 'unit']) {
        await assert.rejects(store.call('folders.move', { id: 'work', parentId, before: null }), { code: 'invalid' });
      }
      for (const move of [
        { id: 'gone', parentId: null, before: null },
        { id: 'play', parentId: 'gone', before: null },
        { id: 'play', parentId: null, before: 'gone' },
        { id: 'play', parentId: null, before: 'tests' },
      ]) {
        await assert.rejects(store.call('folders.move', move), { code: 'not-found' });
      }
      await assert.rejects(create('new', 'gone'), { code: 'not-found' });
      await assert.rejects(store.call('folders.rename', { id: 'gone', name: 'a' }), { code: 'not-found' });
      assert.equal(await tree(), 'work(tests(unit)) play');
    });

    it('to a depth that nobody needs', async () => {
      let parent = 'unit';
      for (let depth = 4; depth <= 20; depth++) {
        await create(`depth ${depth}`, parent);
        parent = `depth ${depth}`;
      }
      await assert.rejects(create('deeper', parent), { code: 'invalid', message: /20 deep/ });
      await assert.rejects(store.call('folders.move', { id: 'work', parentId: 'play', before: null }), {
        code: 'invalid',
      });
    });

    it('that hold conversations, and tell how many', async () => {
      await talk('a', 'b', 'c', 'd');
      await store.call('conversations.update', { ids: ['a', 'b'], changes: { folderId: 'work' } });
      await store.call('conversations.update', { ids: ['c'], changes: { folderId: 'unit' } });
      assert.equal(await tree(), 'work:2(tests(unit:1)) play');
      assert.equal(await listed({ folderId: 'work' }), 'a b');
      assert.equal(await listed({ folderId: null }), 'd');
      await store.call('conversations.update', { ids: ['a'], changes: { isArchived: true } });
      await store.call('conversations.delete', { ids: ['b'] });
      assert.equal(await tree(), 'work(tests(unit:1)) play', 'what is archived or deleted does not count');
      await assert.rejects(store.call('conversations.update', { ids: ['d'], changes: { folderId: 'gone' } }), {
        code: 'not-found',
      });
    });

    it('that go with the folders in them, while the conversations stay', async () => {
      await talk('a', 'b', 'c');
      await store.call('conversations.update', { ids: ['a'], changes: { folderId: 'tests' } });
      await store.call('conversations.update', { ids: ['b'], changes: { folderId: 'unit', isArchived: true } });
      assert.deepEqual(await store.call('folders.delete', { id: 'tests', conversations: 'keep' }), []);
      assert.equal(await tree(), 'work:1 play');
      assert.deepEqual(
        ['work', 'work', null],
        [(await get('a')).folderId, (await get('b')).folderId, (await get('c')).folderId],
      );
      await assert.rejects(store.call('folders.delete', { id: 'tests', conversations: 'keep' }), { code: 'not-found' });
    });

    it('that go with all that is in them, which can be taken back', async () => {
      await talk('a', 'b', 'c');
      await store.call('conversations.update', { ids: ['a'], changes: { folderId: 'work' } });
      await store.call('conversations.update', { ids: ['b'], changes: { folderId: 'unit' } });
      const before = await tree();
      const deleted = await store.call('folders.delete', { id: 'work', conversations: 'delete' });
      assert.deepEqual(deleted.toSorted(), ['a', 'b']);
      assert.equal(`${await tree()} ${await listed()}`, 'play c');
      await store.call('conversations.undelete', { ids: deleted });
      assert.equal(await listed(), 'a b c');
      assert.equal(await tree(), before);
      assert.deepEqual([(await get('a')).folderId, (await get('b')).folderId], ['work', 'unit']);
    });
  });

  describe('lists', () => {
    it('what is pinned, archived or of one workspace, page by page', async () => {
      await talk('a', 'b', 'c', 'd', 'e');
      const change = (ids: string[], changes: object): Promise<void> =>
        store.call('conversations.update', { ids, changes });
      await change(['a', 'd', 'e'], { isPinned: true });
      await change(['d', 'c'], { isArchived: true });
      assert.equal(await listed(), 'a b e');
      assert.equal(await listed({ isPinned: true }), 'a e');
      assert.equal(await listed({ isPinned: false }), 'b');
      assert.equal(await listed({ isArchived: true }), 'c d');
      assert.equal(await listed({ isArchived: true, isPinned: true, folderId: null }), 'd');
      assert.equal(await listed({ workspaceUri: 'file:///work' }), 'a b e');
      assert.equal(await listed({ workspaceUri: 'file:///other' }), '');
      const { lastMessageAt } = await get('a');
      const [next] = await store.call('conversations.list', {
        limit: 1,
        before: lastMessageAt,
        filter: { isPinned: true },
      });
      assert.equal(next?.id, 'e');
      await change(['a', 'd', 'e', 'c'], { isPinned: false, isArchived: false });
      assert.equal(await listed(), 'a b c d e');
    });

    it('them for each user alone', async () => {
      await talk('a');
      await create('work');
      await folder.asAnotherUser(async (other) => {
        assert.equal(await listed({}, other), '');
        assert.deepEqual(await other.call('folders.list', null), []);
        assert.equal(await other.call('conversations.get', { id: 'a' }), null);
        await other.call('conversations.delete', { ids: ['a'] });
        for (const call of [
          other.call('conversations.update', { ids: ['a'], changes: { title: 'Mine' } }),
          other.call('folders.rename', { id: 'work', name: 'Mine' }),
          other.call('folders.create', { id: 'new', name: 'Mine', parentId: 'work' }),
          other.call('folders.delete', { id: 'work', conversations: 'delete' }),
        ]) {
          await assert.rejects(call, { code: 'not-found' });
        }
        await other.call('conversations.setAutomaticTitle', { id: 'a', title: 'Mine' });
      });
      assert.deepEqual([await listed(), await tree(), (await get('a')).title], ['a', 'work', 'How does it start?']);
    });
  });

  describe('names conversations', () => {
    it('after the question, then as a model says, then as a person does', async () => {
      await talk('a');
      assert.deepEqual([(await get('a')).title, (await get('a')).titleSource], ['How does it start?', 'question']);
      await store.call('conversations.setAutomaticTitle', { id: 'a', title: ' Starting\nit ' });
      assert.deepEqual([(await get('a')).title, (await get('a')).titleSource], ['Starting it', 'model']);
      await store.call('conversations.update', { ids: ['a'], changes: { title: 'Mine' } });
      await store.call('conversations.setAutomaticTitle', { id: 'a', title: 'Not mine' });
      assert.deepEqual([(await get('a')).title, (await get('a')).titleSource], ['Mine', 'person']);
    });

    it('with something, and not with a novel', async () => {
      await talk('a');
      for (const title of ['', ' \n\t', 'x'.repeat(501)]) {
        await assert.rejects(store.call('conversations.update', { ids: ['a'], changes: { title } }), {
          code: 'invalid',
        });
      }
      assert.equal((await get('a')).title, 'How does it start?');
    });
  });

  describe('takes a delete back', () => {
    const ids = ['a', 'b'];

    beforeEach(() => talk('a', 'b', 'c'));

    it('while there is time, with everything that was there', async () => {
      const before = await Promise.all(ids.map(get));
      await store.call('conversations.delete', { ids });
      assert.equal(await listed(), 'c');
      assert.equal(await store.call('conversations.get', { id: 'a' }), null);
      folder.nowMs += UNDO_MS - 1;
      await store.call('conversations.undelete', { ids });
      assert.deepEqual(await Promise.all(ids.map(get)), before);
      await store.call('conversations.undelete', { ids });
    });

    it('in another window, too', async () => {
      await store.call('conversations.delete', { ids });
      await folder.open().call('conversations.undelete', { ids });
      assert.equal(await listed(), 'a b c');
    });

    it('and not when it is too late', async () => {
      await store.call('conversations.delete', { ids: ['a'] });
      folder.nowMs += UNDO_MS - 1;
      await store.call('conversations.delete', { ids: ['b'] });
      folder.nowMs += 1;
      await assert.rejects(store.call('conversations.undelete', { ids }), { code: 'not-found', message: /too late/ });
      assert.equal(await listed(), 'b c', 'the one that could be taken back is back');
    });

    it('for as long as somebody holds it, in whatever window, and no longer', async () => {
      await create('work');
      await store.call('conversations.update', { ids: ['a'], changes: { folderId: 'work' } });
      await store.call('folders.delete', { id: 'work', conversations: 'delete' });
      folder.nowMs += 5;
      await store.call('conversations.delete', { ids: ['b', 'c'] });
      for (let turn = 0; turn < 3; turn++) {
        folder.nowMs += UNDO_MS - 10;
        await folder.open().call('conversations.holdDeleted', { ids: ['b', 'a', 'nowhere'] });
      }
      folder.nowMs += UNDO_MS - 10;
      // Held together, they are still two deletions: taking back one brings no folder of the other.
      await store.call('conversations.undelete', { ids: ['b', 'c'] });
      assert.deepEqual([await listed(), await tree()], ['b c', '']);
      await store.call('conversations.undelete', { ids: ['a'] });
      assert.deepEqual([await listed(), await tree()], ['a b c', 'work:1']);
      await store.call('conversations.delete', { ids });
      folder.nowMs += UNDO_MS;
      await store.call('conversations.holdDeleted', { ids });
      await assert.rejects(store.call('conversations.undelete', { ids }), { message: /too late/ });
    });

    it('and removes it for good at the next opening, when the window that deleted it is gone', async () => {
      await store.call('conversations.delete', { ids });
      await store.call('close', null);
      folder.nowMs += UNDO_MS - 1;
      assert.deepEqual(await folder.rows('SELECT count(*) FROM conversations'), [[3]]);
      await folder.open().call('conversations.undelete', { ids: ['b'] });
      folder.nowMs += 1;
      await folder.open().call('user.get', null);
      await folder.until(async () => (await folder.rows('SELECT id FROM conversations')).length === 2);
      assert.deepEqual(await folder.rows('SELECT conversation_id FROM messages ORDER BY id'), [
        ['c'],
        ['c'],
        ['b'],
        ['b'],
      ]);
    });

    it('and removes it for good also when the clock was set back meanwhile', async () => {
      await store.call('conversations.delete', { ids });
      folder.nowMs -= 3_600_000;
      await folder.open().call('user.get', null);
      await folder.until(async () => (await folder.rows('SELECT id FROM conversations')).length === 1);
    });

    it('of what was never there, or was deleted before, without a word', async () => {
      await store.call('conversations.delete', { ids: ['nowhere', 'a', 'a'] });
      await store.call('conversations.delete', { ids: ['a'] });
      assert.equal(await listed(), 'b c');
    });
  });

  it('tells every window what has changed', async () => {
    await talk('a', 'b');
    const other = folder.open();
    await other.call('user.get', null);
    const heard: (string | null)[] = [];
    other.on('changed', ({ conversationId }) => heard.push(conversationId));
    await store.call('conversations.update', { ids: ['a', 'b'], changes: { isPinned: true } });
    await create('work');
    await other.call('user.get', null);
    // Answers that were cut off are told of, too.
    assert.deepEqual(new Set(heard), new Set(['a', 'b', null]));
    // What comes together would be told of once.
    heard.length = 0;
    await store.call('conversations.delete', { ids: ['b'] });
    await other.call('user.get', null);
    assert.ok(heard.includes('b'), 'the deletion as well');
  });
}).timeout(20_000);
