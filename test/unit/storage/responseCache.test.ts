import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import type { KeptAnswer } from '../../../src/protocol/responseCache.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder } from './storeFixture.ts';

const DAY_MS = 86_400_000;

describe('Answers that are kept to be served again', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
  });
  afterEach(() => folder.dispose());

  const answer = (text: string): KeptAnswer => ({
    ...{ text, reasoning: 'Hm.', inputTokens: 12, outputTokens: null },
    savedAt: folder.nowMs,
  });
  /** A moment after what was done before. */
  const keep = async (key: string, text = key, limitBytes = 1_000_000): Promise<void> => {
    folder.nowMs++;
    await store.call('responseCache.keep', { key, answer: answer(text), lifetimeMs: DAY_MS, limitBytes });
  };
  const find = (key: string, from = store): Promise<KeptAnswer | null> => {
    folder.nowMs++;
    return from.call('responseCache.find', { key });
  };
  const texts = async (...keys: string[]): Promise<string[]> => {
    const rows = await folder.rows(`SELECT cache_key FROM response_cache ORDER BY cache_key`);
    return keys.filter((key) => rows.flat().includes(key));
  };

  it('are found by the request alone, as they were written', async () => {
    const { nowMs } = folder;
    await keep('a', 'Größe 世界');
    assert.deepEqual(await find('a'), { ...answer('Größe 世界'), savedAt: nowMs + 1 });
    assert.equal(await find('b'), null);
  });

  it('are counted each time that they are served', async () => {
    await keep('a');
    for (let times = 0; times < 3; times++) await find('a');
    assert.deepEqual(await folder.rows('SELECT hits FROM response_cache'), [[3]]);
  });

  it('give way to a newer answer to the same request', async () => {
    await keep('a', 'old');
    await keep('a', 'new');
    assert.equal((await find('a'))?.text, 'new');
  });

  it('are served until their time is up, and removed with the next that is kept', async () => {
    await keep('a');
    folder.nowMs += DAY_MS - 2;
    assert.notEqual(await find('a'), null);
    assert.equal(await find('a'), null);
    await keep('b');
    assert.deepEqual(await texts('a', 'b'), ['b']);
  });

  it('make room when they are too many: those that were used longest ago', async () => {
    const text = 'x'.repeat(100);
    const limit = 3 * (JSON.stringify(answer(text)).length + 20);
    for (const key of ['a', 'b', 'c']) await keep(key, text, limit);
    await find('a');
    await keep('d', text, limit);
    assert.deepEqual(await texts('a', 'b', 'c', 'd'), ['a', 'c', 'd']);
    await keep('e', text, limit);
    assert.deepEqual(await texts('a', 'b', 'c', 'd', 'e'), ['a', 'd', 'e']);
  });

  it('are not all put out by one that is larger than all may be together', async () => {
    await keep('a', 'small', 1_000);
    await keep('b', 'x'.repeat(2_000), 1_000);
    assert.deepEqual(await texts('a', 'b'), ['a']);
  });

  it('are of one user alone', async () => {
    await keep('a');
    await folder.asAnotherUser(async (other) => {
      assert.equal(await find('a', other), null);
    });
  });

  it('are nothing where a restored backup holds something else', async () => {
    await keep('a');
    for (const data of ['null', '[]', '{"text":1}']) {
      await folder.rows(`UPDATE response_cache SET response_data = '${data}'`);
      assert.equal(await find('a'), null, data);
    }
  });
});
