import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Caller } from '../../../src/base/rpc.ts';
import { UNDO_MS } from '../../../src/protocol/library.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder, finished } from './storeFixture.ts';

const bytes = new Uint8Array(100_000).map((_, at) => at % 251);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const file = { sha256, name: 'notes.bin', mimeType: 'application/octet-stream' };

describe('The files on messages', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
  });

  afterEach(() => folder.dispose());

  const put = (content = bytes): Promise<{ sha256: string; size: number }> =>
    store.call('files.put', { bytes: content, mimeType: file.mimeType });

  async function attach(conversationId: string, attachments = [file]): Promise<string> {
    const turn = folder.turn({ conversationId, clientMessageId: conversationId, attachments, leaseUntil: 0 });
    return (await store.call('turns.start', turn)).user.id;
  }

  const answerOf = async (id: string): Promise<string> =>
    (await store.call('conversations.get', { id }))?.messages.at(-1)?.id ?? '';

  function stored(): string[] {
    const directory = path.join(folder.directory, 'files');
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
  }

  it('come back as they were, with their names', async () => {
    assert.deepEqual(await put(), { sha256, size: bytes.length });
    const messageId = await attach('a', [file, { ...file, name: 'again\n.bin' }]);
    const attachments = (await store.call('messages.get', { messageId }))?.attachments;
    assert.deepEqual(
      attachments?.map(({ id, ...rest }) => (assert.ok(id), rest)),
      [
        { ...file, size: bytes.length },
        { ...file, name: 'again .bin', size: bytes.length },
      ],
    );
    assert.deepEqual((await store.call('conversations.get', { id: 'a' }))?.messages[0]?.attachments, attachments);
    assert.deepEqual(await folder.open().call('files.get', { sha256 }), bytes);
  });

  it('are stored once, however many messages have them, and sent once', async () => {
    await put();
    await put();
    const first = await attach('a');
    assert.equal(await attach('a'), first);
    await attach('b');
    assert.equal(stored().length, 1);
    assert.equal((await store.call('messages.get', { messageId: first }))?.attachments.length, 1);
  });

  it('must be there before they are sent', async () => {
    await assert.rejects(attach('a'), { code: 'not-found', message: /“notes\.bin” is gone/ });
    assert.equal(await store.call('conversations.get', { id: 'a' }), null, 'nothing of the turn is there');
    await put();
    await assert.rejects(
      attach(
        'a',
        Array.from({ length: 101 }, () => file),
      ),
      { code: 'invalid' },
    );
    await assert.rejects(attach('a', [{ ...file, name: ' ' }]), { code: 'invalid' });
    await attach('a');
  });

  it('are nobody else’s, and whose they are has them also before they are sent', async () => {
    await put();
    // Never compared by `equal`: to tell megabytes from null it writes both out.
    assert.ok((await store.call('files.get', { sha256 })) !== null);
    await attach('a');
    await folder.asAnotherUser(async (other) => {
      assert.ok((await other.call('files.get', { sha256 })) === null);
      // Knowing its hash is not having it.
      const stolen = folder.turn({ conversationId: 'theirs', clientMessageId: 'theirs', attachments: [file] });
      await assert.rejects(other.call('turns.start', stolen), { code: 'not-found' });
      await other.call('files.put', { bytes, mimeType: file.mimeType });
      await other.call('turns.start', stolen);
      assert.deepEqual(await other.call('files.get', { sha256 }), bytes);
    });
    assert.equal(await store.call('files.get', { sha256: 'nonsense' }), null);
  });

  it('are refused when the disk has something else', async () => {
    await put();
    await attach('a');
    const [only = ''] = stored();
    writeFileSync(only, 'something else');
    await assert.rejects(store.call('files.get', { sha256 }), { code: 'damaged' });
    await put();
    assert.deepEqual(await store.call('files.get', { sha256 }), bytes);
  });

  it('go at once with the last message that has them, but not from a message that is being written', async () => {
    await put();
    const messageId = await attach('a');
    await attach('b');
    await store.call('turns.finish', { messageId: await answerOf('a'), ...finished });
    await store.call('messages.delete', { messageId });
    assert.equal(stored().length, 1);
    await store.call('turns.finish', { messageId: await answerOf('b'), ...finished });
    const other = (await store.call('conversations.get', { id: 'b' }))?.messages[0]?.id ?? '';
    await put();
    await store.call('messages.delete', { messageId: other });
    assert.equal(stored().length, 1, 'it was put again, for a message to come');
    const last = await attach('c');
    await store.call('turns.finish', { messageId: await answerOf('c'), ...finished });
    await store.call('messages.delete', { messageId: last });
    assert.deepEqual([stored(), await folder.rows('SELECT * FROM files')], [[], []]);
  });

  it('go with the last message that has them, and not before its delete is final', async () => {
    const yesterday = (folder.nowMs - 86_400_000) / 1_000;
    await put();
    await put(new Uint8Array([1, 2, 3]));
    for (const name of stored()) utimesSync(name, yesterday, yesterday);
    await attach('a');
    await attach('b');
    for (const [id, left] of [
      ['a', 2],
      ['b', 1],
    ] as const) {
      await store.call('conversations.delete', { ids: [id] });
      assert.equal(stored().length, 2);
      await store.call('close', null);
      folder.nowMs += UNDO_MS;
      store = folder.open();
      await store.call('user.get', null);
      await folder.until(async () => (await folder.rows('SELECT id FROM conversations')).length === left - 1);
      await folder.until(() => Promise.resolve(stored().length === left));
    }
    assert.deepEqual(await folder.rows('SELECT size FROM files'), [[3]], 'one that was only put waits for the sweep');
  });
}).timeout(20_000);

describe('A text that is too long for a row', () => {
  const text = `The beginning. ${'日本 and more words 🧭 '.repeat(8_000)}The needle at the end.`;
  let folder: StoreFolder;
  let store: Caller<StoreContract>;

  beforeEach(async () => {
    folder = new StoreFolder();
    store = folder.open();
    await store.call('turns.start', folder.turn({ conversationId: 'a', clientMessageId: 'one', text, leaseUntil: 0 }));
  });

  afterEach(() => folder.dispose());

  const database = (): string => {
    const names = readdirSync(folder.directory).filter((name) => /^(snapshot|log)-/.test(name));
    return names.map((name) => readFileSync(path.join(folder.directory, name), 'utf8')).join('');
  };

  it('lies in a file, and not in the database', () => {
    assert.ok(database().includes('The beginning.'));
    assert.ok(!database().includes('The needle at the end.'));
  });

  it('comes back whole, wherever a message comes from', async () => {
    const again = await store.call('turns.start', folder.turn({ conversationId: 'a', clientMessageId: 'one', text }));
    assert.deepEqual([again.created, again.user.content], [false, text]);
    assert.equal((await store.call('messages.get', { messageId: again.user.id }))?.content, text);
    const conversation = await folder.open().call('conversations.get', { id: 'a' });
    assert.equal(conversation?.messages[0]?.content, text);
    assert.deepEqual(conversation?.messages[0]?.attachments, [], 'it is no attachment that anybody made');
  });

  it('is searched whole', async () => {
    const { messages } = await store.call('history.changes', { epoch: null, after: 0, limit: 10 });
    assert.equal(messages[0]?.text, text);
    assert.ok(!('textFile' in (messages[0] ?? {})));
    const match = { messageId: messages[0]?.messageId ?? '', startOffset: 0, isRelated: false, score: 1 };
    const [hit] = await store.call('history.describe', { query: 'needle', matches: [match] });
    assert.match(hit?.snippet ?? '', /The needle at the end\./);
  });

  it('shows its beginning, and says so, when its file is gone', async () => {
    for (const name of readdirSync(path.join(folder.directory, 'files'), { recursive: true, withFileTypes: true })) {
      if (name.isFile()) rmSync(path.join(name.parentPath, name.name));
    }
    const conversation = await store.call('conversations.get', { id: 'a' });
    assert.match(conversation?.messages[0]?.content ?? '', /^The beginning\..*could not be read/s);
  });

  it('of just the limit stays in its row', async () => {
    const short = 'x'.repeat(65_536);
    await store.call('turns.start', folder.turn({ conversationId: 'b', clientMessageId: 'two', text: short }));
    assert.ok(database().includes(short));
    assert.equal((await store.call('conversations.get', { id: 'b' }))?.messages[0]?.content, short);
  });
});
