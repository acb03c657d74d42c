import assert from 'node:assert/strict';
import { KeyOrder } from '../../../src/keys/keyOrder.ts';
import { checkKeys, checkSecretFiles, renderCheck } from '../../../src/protocol/diagnosis.ts';

describe('What a diagnosis says of keys', () => {
  const keys = ['planted-one', 'planted-two'];

  it('is how many there are, which rest, why and until when, and never a key', async () => {
    const order = new KeyOrder(() => 0);
    const about = (): Promise<Awaited<ReturnType<KeyOrder['about']>>[]> =>
      Promise.all(keys.map((key) => order.about(key)));
    assert.deepEqual(checkKeys('openai', await about()), {
      name: 'keys: openai',
      state: 'ok',
      detail: '2 keys are stored.',
    });
    assert.equal(checkKeys('openai', (await about()).slice(1)).detail, '1 key is stored.');
    await order.after('planted-one', { reason: 'limit', retryAfterMs: 60_000 }, keys);
    const rested = checkKeys('openai', await about());
    assert.equal(rested.state, 'warning');
    assert.equal(rested.detail, '2 keys are stored; number 1 is left alone until 1970-01-01T00:01:00.000Z (limit).');
    assert.doesNotMatch(renderCheck(rested), /planted/);
  });
});

describe('What a diagnosis says of secret files', () => {
  it('is how many patterns were added, by whom', () => {
    const said = [{ ruled: 0 }, { ruled: 0, own: 0 }, { ruled: 2, own: 1 }].map((counts) => {
      const { state, detail } = checkSecretFiles(counts);
      return `${state}: ${detail}`;
    });
    assert.deepEqual(said, [
      'unused: Besides those that usually are: 0 patterns of policies.',
      'unused: Besides those that usually are: 0 patterns of policies, 0 patterns of the settings.',
      'ok: Besides those that usually are: 2 patterns of policies, 1 pattern of the settings.',
    ]);
  });
});
