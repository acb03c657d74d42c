import assert from 'node:assert/strict';
import { environmentKeys } from '../../../src/keys/environmentKeys.ts';
import { KeyRing } from '../../../src/keys/keyRing.ts';
import type { Keychain } from '../../../src/keys/keyVault.ts';
import { memoryVault } from '../../fixtures/memoryVault.ts';

const ORIGIN = 'https://api.example.com';

interface Bench {
  readonly ring: KeyRing;
  readonly keychain: Keychain;
  readonly fallback: Keychain;
  readonly keychainState: { fails: boolean };
  readonly environment: Record<string, string>;
}

function bench(hasFallback = true): Bench {
  const keychainState = { fails: false };
  const environment: Record<string, string> = {};
  const variables: Record<string, string[]> = {
    google: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    openai: ['OPENAI_API_KEY'],
  };
  const keychain = memoryVault('the OS keychain', keychainState);
  const fallback = memoryVault("VS Code's secret storage");
  const ring = new KeyRing({
    keychain,
    fallback: hasFallback ? fallback : null,
    environment: environmentKeys(environment, (provider) => variables[provider] ?? []),
    command: (provider) =>
      provider === 'mistral' ? (how) => Promise.resolve(how === 'anew' ? 'printed anew' : 'printed') : undefined,
    usualOrigin: (provider) => (provider === 'openai-compatible' ? null : ORIGIN),
  });
  return { ring, keychain, fallback, keychainState, environment };
}

/** What is sent of it. */
const got = async (ring: KeyRing, provider: string, origin: string): Promise<string | null> =>
  (await ring.get(provider, origin))?.key ?? null;

describe('the key ring', () => {
  it('keeps a key in the keychain', async () => {
    const { ring } = bench();
    assert.equal(await ring.describeVault(), 'the OS keychain');
    assert.equal(await ring.set('openai', ' key ', ORIGIN), 'the OS keychain');
    assert.equal(await got(ring, 'openai', ORIGIN), 'key');
    assert.equal((await ring.locate('openai'))?.name, 'the OS keychain');
    assert.equal(await ring.isStored('openai'), true);
    assert.equal(await got(ring, 'anthropic', ORIGIN), null);
  });

  it('keeps it in the fallback where there is no keychain', async () => {
    const { ring, keychainState } = bench();
    keychainState.fails = true;
    assert.equal(await ring.describeVault(), "VS Code's secret storage");
    assert.equal(await ring.set('openai', 'key', ORIGIN), "VS Code's secret storage");
    assert.equal(await got(ring, 'openai', ORIGIN), 'key');
    assert.equal((await ring.locate('openai'))?.name, "VS Code's secret storage");
    assert.equal(await ring.delete('openai'), true);
    assert.equal(await got(ring, 'openai', ORIGIN), null);
    assert.equal(await ring.delete('openai'), false);
  });

  it('says so when there is no place at all', async () => {
    const { ring, keychainState } = bench(false);
    keychainState.fails = true;
    await assert.rejects(ring.set('openai', 'key', ORIGIN), /not there/);
    await assert.rejects(ring.get('openai', ORIGIN), /not there/);
    assert.equal(await ring.keychainProblem(), 'It is not there.');
  });

  it('answers with the newest key when the keychain comes and goes', async () => {
    const { ring, keychainState } = bench();
    await ring.set('openai', 'first', ORIGIN);
    keychainState.fails = true;
    await ring.set('openai', 'second', ORIGIN);
    keychainState.fails = false;
    assert.equal(await got(ring, 'openai', ORIGIN), 'second');
    await ring.set('openai', 'third', ORIGIN);
    assert.equal(await got(ring, 'openai', ORIGIN), 'third');
    keychainState.fails = true;
    assert.equal(await got(ring, 'openai', ORIGIN), 'third', 'the copy was renewed');
  });

  describe('gives a key to nobody but whom it was stored for', () => {
    const elsewhere = 'https://elsewhere.example.org';
    for (const [name, provider, storedFor, askedFor, isGiven] of [
      ['its usual address', 'openai', ORIGIN, ORIGIN, true],
      ['another address in its place', 'openai', ORIGIN, elsewhere, false],
      ['a port of the same machine', 'openai', ORIGIN, `${ORIGIN}:8443`, false],
      ['the same address without encryption', 'openai', ORIGIN, ORIGIN.replace('https', 'http'), false],
      ['an address of the user’s', 'openai', elsewhere, elsewhere, true],
      ['the usual address after one of the user’s', 'openai', elsewhere, ORIGIN, false],
      ['the address of a provider without a usual one', 'openai-compatible', elsewhere, elsewhere, true],
      ['another one of such a provider', 'openai-compatible', elsewhere, ORIGIN, false],
      ['any, when it was stored before there was an address', 'openai-compatible', null, elsewhere, true],
    ] as const) {
      it(name, async () => {
        const { ring } = bench();
        await ring.set(provider, 'planted-key', storedFor);
        if (isGiven) assert.equal(await got(ring, provider, askedFor), 'planted-key');
        else {
          await assert.rejects(
            ring.get(provider, askedFor),
            (error: Error) => error.message.includes(askedFor) && !error.message.includes('planted-key'),
          );
        }
        assert.equal(await ring.isStored(provider), true);
      });
    }
  });

  it('deletes from every place', async () => {
    const { ring, keychainState } = bench();
    await ring.set('openai', 'first', ORIGIN);
    keychainState.fails = true;
    await ring.set('openai', 'second', ORIGIN);
    keychainState.fails = false;
    assert.equal(await ring.delete('openai'), true);
    assert.equal(await got(ring, 'openai', ORIGIN), null);
    assert.equal(await ring.isStored('openai'), false);
  });

  it('takes a key that a command prints before one that is stored', async () => {
    const { ring, environment } = bench();
    await ring.set('mistral', 'stored', ORIGIN);
    environment['MISTRAL_API_KEY'] = 'from-mistral';
    assert.equal(await got(ring, 'mistral', ORIGIN), 'printed');
    assert.equal((await ring.locate('mistral'))?.kind, 'command');
  });

  describe('moves a key', () => {
    const FALLBACK = "VS Code's secret storage";

    it('to the other vault and back, bound to its address as it was', async () => {
      const { ring, keychain, fallback } = bench();
      const elsewhere = 'https://elsewhere.example.org';
      await ring.set('openai', 'key', elsewhere);
      await ring.move('openai', 'fallback');
      assert.deepEqual(await ring.locate('openai'), { kind: 'fallback', name: FALLBACK });
      assert.equal(await keychain.get('openai'), null);
      assert.equal(await got(ring, 'openai', elsewhere), 'key');
      await assert.rejects(ring.get('openai', ORIGIN));
      await ring.move('openai', 'keychain');
      assert.equal((await ring.locate('openai'))?.kind, 'keychain');
      assert.equal(await fallback.get('openai'), null);
      assert.equal(await got(ring, 'openai', elsewhere), 'key');
    });

    it('and keeps the next one where the user has moved it to', async () => {
      const { ring, keychain } = bench();
      await ring.set('openai', 'first', ORIGIN);
      await ring.move('openai', 'fallback');
      assert.equal(await ring.set('openai', 'second', ORIGIN), FALLBACK);
      assert.equal(await keychain.get('openai'), null);
      assert.equal(await got(ring, 'openai', ORIGIN), 'second');
    });

    it('and leaves it where it is when the other vault does not take it', async () => {
      const { ring, keychainState } = bench();
      keychainState.fails = true;
      await ring.set('openai', 'key', ORIGIN);
      await assert.rejects(ring.move('openai', 'keychain'), /not there/);
      assert.equal(await got(ring, 'openai', ORIGIN), 'key');
    });

    it('and leaves it where it is when the other vault says that it has taken it, and has not', async () => {
      const { ring, fallback } = bench();
      fallback.set = () => Promise.resolve();
      await ring.set('openai', 'key', ORIGIN);
      await assert.rejects(ring.move('openai', 'fallback'), { code: 'keychain', message: /stays where it was/ });
      assert.equal(await got(ring, 'openai', ORIGIN), 'key');
      assert.equal((await ring.locate('openai'))?.kind, 'keychain');
    });

    it('and takes the newer one that another window stores meanwhile', async () => {
      const { ring, keychain, fallback } = bench();
      await ring.set('openai', 'older', ORIGIN);
      const { set } = fallback;
      fallback.set = async (provider, key) => {
        await set(provider, key);
        if (key === 'older') await keychain.set(provider, 'newer');
      };
      await ring.move('openai', 'fallback');
      assert.equal(await got(ring, 'openai', ORIGIN), 'newer');
    });

    it('that is in both places to the one', async () => {
      const { ring, keychain, keychainState } = bench();
      await ring.set('openai', 'older', ORIGIN);
      keychainState.fails = true;
      await ring.set('openai', 'newer', ORIGIN);
      keychainState.fails = false;
      await ring.move('openai', 'fallback');
      assert.equal(await keychain.get('openai'), null);
      assert.equal(await got(ring, 'openai', ORIGIN), 'newer');
    });

    it('only where there is one and another place', async () => {
      await assert.rejects(bench().ring.move('openai', 'fallback'), { code: 'not-found' });
      const { ring } = bench(false);
      await ring.set('openai', 'key', ORIGIN);
      await assert.rejects(ring.move('openai', 'fallback'), { code: 'not-found' });
    });
  });

  it('takes a key from the environment when none is stored', async () => {
    const { ring, environment } = bench();
    environment['GOOGLE_API_KEY'] = 'from-google';
    environment['GEMINI_API_KEY'] = '  ';
    assert.equal(await got(ring, 'google', ORIGIN), 'from-google');
    environment['GEMINI_API_KEY'] = ' from-gemini\n';
    assert.equal(await got(ring, 'google', ORIGIN), 'from-gemini');
    assert.equal((await ring.locate('google'))?.name, 'the environment variable GEMINI_API_KEY');
    assert.equal(await ring.isStored('google'), false);
    assert.equal(await ring.delete('google'), false);
    await ring.set('google', 'stored', ORIGIN);
    assert.equal(await got(ring, 'google', ORIGIN), 'stored');
  });

  it('names the variable that holds no key, and not what it holds', async () => {
    const { ring, environment } = bench();
    environment['OPENAI_API_KEY'] = 'two words';
    await assert.rejects(ring.get('openai', ORIGIN), (error: Error) => {
      assert.match(error.message, /environment variable OPENAI_API_KEY: The key has a space/);
      assert.ok(!error.message.includes('two words'));
      return true;
    });
    assert.equal((await ring.locate('openai'))?.name, 'the environment variable OPENAI_API_KEY');
  });

  it('says what is wrong with a key before it is stored', () => {
    const { ring } = bench();
    assert.equal(ring.problem('good'), undefined);
    assert.match(ring.problem('not good') ?? '', /space/);
  });

  describe('with several keys for a provider', () => {
    const refused = { reason: 'refused', retryAfterMs: null } as const;
    const elsewhere = 'https://elsewhere.example.org';

    it('uses them in their order, and the next one while the one before rests', async () => {
      const { ring } = bench();
      for (const key of ['one', 'two', 'three']) await ring.add('openai', key, ORIGIN);
      const first = await ring.get('openai', ORIGIN);
      assert.equal(first?.key, 'one');
      assert.equal(await first.other?.('one', refused), 'two');
      assert.equal(await first.other?.('two', { reason: 'limit', retryAfterMs: 60_000 }), 'three');
      assert.equal(await got(ring, 'openai', ORIGIN), 'three', 'the next request begins there');
      assert.equal(await first.other?.('three', { reason: 'no-credit', retryAfterMs: null }), null);
      assert.equal(await got(ring, 'openai', ORIGIN), 'two', 'all rest: that which is soonest over');
      const listed = (await ring.list('openai')) ?? [];
      assert.deepEqual(
        listed.map(({ rest }) => rest && [rest.reason, rest.untilMs - rest.sinceMs]),
        [
          ['refused', 600_000],
          ['limit', 60_000],
          ['no-credit', 600_000],
        ],
      );
    });

    it('comes back to the first when it has been left alone for as long as was asked', async () => {
      const { ring } = bench();
      for (const key of ['one', 'two']) await ring.add('openai', key, ORIGIN);
      const first = await ring.get('openai', ORIGIN);
      assert.equal(await first?.other?.('one', { reason: 'limit', retryAfterMs: 0 }), 'two');
      assert.equal(await got(ring, 'openai', ORIGIN), 'one');
    });

    it('gives none of another address', async () => {
      const { ring } = bench();
      await ring.add('openai', 'one', elsewhere);
      await ring.add('openai', 'two', ORIGIN);
      await ring.add('openai', 'three', elsewhere);
      assert.deepEqual(await ring.get('openai', ORIGIN), { key: 'two' });
      const there = await ring.get('openai', elsewhere);
      assert.equal(there?.key, 'one');
      assert.equal(await there.other?.('one', refused), 'three');
      await assert.rejects(ring.get('openai', 'https://third.example.net'), /was given for https:\/\/elsewhere/);
    });

    it('changes their order, replaces the first, deletes one, and tells of none', async () => {
      const { ring, keychain } = bench();
      for (const key of ['one', 'two', 'three']) await ring.add('openai', key, ORIGIN);
      await assert.rejects(ring.add('openai', ' two ', ORIGIN), { code: 'invalid', message: /stored already/ });
      const [one, , three] = (await ring.list('openai')) ?? [];
      assert.doesNotMatch(JSON.stringify(await ring.list('openai')), /one|two|three/);
      await ring.prefer('openai', three?.id ?? '');
      assert.equal(await keychain.get('openai'), 'three\none\ntwo');
      await ring.remove('openai', one?.id ?? '');
      await assert.rejects(ring.remove('openai', one?.id ?? ''), { code: 'not-found' });
      await ring.set('openai', 'four', ORIGIN);
      assert.equal(await keychain.get('openai'), 'four\ntwo');
      for (const { id } of (await ring.list('openai')) ?? []) await ring.remove('openai', id);
      assert.equal(await ring.isStored('openai'), false);
    });

    it('moves all of them, and deletes all of them', async () => {
      const { ring, keychain, fallback } = bench();
      for (const key of ['one', 'two']) await ring.add('openai', key, ORIGIN);
      await ring.move('openai', 'fallback');
      assert.deepEqual([await keychain.get('openai'), await fallback.get('openai')], [null, 'one\ntwo']);
      assert.equal((await ring.list('openai'))?.length, 2);
      await ring.delete('openai');
      assert.equal(await ring.list('openai'), null);
    });

    it('takes no more than can be read on a page', async () => {
      const { ring } = bench();
      for (let at = 0; at < 10; at++) await ring.add('openai', `key-${String(at)}`, ORIGIN);
      await assert.rejects(ring.add('openai', 'one-more', ORIGIN), { code: 'invalid' });
    });
  });

  it('has a command print a key anew where the one that it has printed is refused', async () => {
    const { ring } = bench();
    const found = await ring.get('mistral', ORIGIN);
    assert.equal(await found?.other?.('printed', { reason: 'refused', retryAfterMs: null }), 'printed anew');
    assert.equal(await found?.other?.('printed', { reason: 'limit', retryAfterMs: null }), null);
  });
});
