import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Caller } from '../../../src/base/rpc.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder, finished } from './storeFixture.ts';

describe('An answer that is too long for a row', () => {
  const first = `The beginning. ${'日本 and more words 🧭 '.repeat(4_000)}`;
  const second = `${'and so on, '.repeat(2_000)}The needle at the end.`;
  const third = ' And what was added later.';
  const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
  let folder: StoreFolder;
  let store: Caller<StoreContract>;
  let messageId: string;

  const append = (text: string, before: string): Promise<void> =>
    store.call('turns.append', { messageId, offset: bytesOf(before), text, reasoningOffset: 0, reasoning: '' });
  const finish = (finishReason: 'stop' | 'length' = 'stop'): Promise<void> =>
    store.call('turns.finish', { ...finished, messageId, finishReason });
  const resume = () => store.call('turns.resume', { messageId, owner: 'window-1', leaseUntil: folder.nowMs + 30_000 });
  const content = async (): Promise<string | undefined> =>
    (await store.call('conversations.get', { id: 'conversation-1' }))?.messages.at(-1)?.content;

  const contents = (directory: string): string[] =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'));
  const stored = (): string[] => contents(path.join(folder.directory, 'files'));

  beforeEach(async () => {
    folder = new StoreFolder();
    store = folder.open();
    messageId = (await store.call('turns.start', folder.turn())).assistant.id;
    await append(first, '');
    await append(second, first);
  });

  afterEach(() => folder.dispose());

  it('lies in a file once it is whole, and in no row', async () => {
    await finish();
    assert.deepEqual(stored(), [first + second]);
    const [row] = await folder.rows(`SELECT octet_length(content) FROM messages WHERE id = '${messageId}'`);
    assert.ok(Number(row?.[0]) < 10_000);
    assert.equal(await content(), first + second);
    assert.equal((await folder.open().call('messages.get', { messageId }))?.content, first + second);
  });

  it('takes a piece twice without a word, also once it is in its file, and no other', async () => {
    await append(second, first);
    await finish();
    await append(first, '');
    await append(second, first);
    await finish();
    assert.equal(await content(), first + second);
    await assert.rejects(append('something else', first), { code: 'not-found' });
    await assert.rejects(append(third, first + second), { code: 'not-found' });
  });

  it('goes on where it was cut, and into another file then', async () => {
    await finish('length');
    assert.equal((await resume()).content, first + second);
    await append(third, first + second);
    await finish();
    assert.equal(await content(), first + second + third);
    assert.ok(stored().includes(first + second + third));
    assert.deepEqual(await folder.rows('SELECT count(*) FROM attachments'), [[1]]);
  });

  it('does not go on when its file cannot be read, and stays as it is', async () => {
    await finish('length');
    rmSync(path.join(folder.directory, 'files'), { recursive: true });
    await assert.rejects(resume(), { code: 'not-found' });
    assert.match((await content()) ?? '', /^The beginning\..*could not be read/s);
  });

  it('is searched, exported and imported whole', async () => {
    await finish();
    const { messages } = await store.call('history.changes', { epoch: null, after: 0, limit: 10 });
    assert.equal(messages.find((message) => message.messageId === messageId)?.text, first + second);
    const ids = ['conversation-1'];
    const markdown = path.join(folder.directory, 'chat.md');
    await store.call('library.export', { ids, format: 'markdown', file: markdown });
    assert.ok(readFileSync(markdown, 'utf8').includes(second));
    const file = path.join(folder.directory, 'chat.json');
    await store.call('library.export', { ids, format: 'json', file });
    const before = await store.call('conversations.get', { id: 'conversation-1' });
    assert.equal((await store.call('library.import', { file, dryRun: false })).unchanged, 1);
    await store.call('library.clear', { what: 'history', keepsPinned: false, withBackups: false, dryRun: false });
    assert.deepEqual(stored(), []);
    await store.call('library.import', { file, dryRun: false });
    assert.deepEqual(await store.call('conversations.get', { id: 'conversation-1' }), before);
  });

  it('takes its file along when it is deleted', async () => {
    await finish();
    // One that was put in the very moment of the deletion stays for the sweep.
    await setTimeout(20);
    await store.call('messages.delete', { messageId });
    assert.deepEqual(stored(), []);
  });
}).timeout(20_000);
