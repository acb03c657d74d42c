import assert from 'node:assert/strict';
import { environmentKeys } from '../../../src/keys/environmentKeys.ts';
import { KeyRing } from '../../../src/keys/keyRing.ts';
import { memoryVault } from '../../fixtures/memoryVault.ts';

const ORIGIN = 'https://api.example.com';

interface Bench {
  readonly ring: KeyRing;
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
  const ring = new KeyRing({
    keychain: memoryVault('the OS keychain', keychainState),
    fallback: hasFallback ? memoryVault("VS Code's secret storage") : null,
    environment: environmentKeys(environment, (provider) => variables[provider] ?? []),
    usualOrigin: (provider) => (provider === 'openai-compatible' ? null : ORIGIN),
  });
  return { ring, keychainState, environment };
}

describe('the key ring', () => {
  it('keeps a key in the keychain', async () => {
    const { ring } = bench();
    assert.equal(await ring.describeVault(), 'the OS keychain');
    assert.equal(await ring.set('openai', ' key ', ORIGIN), 'the OS keychain');
    assert.equal(await ring.get('openai', ORIGIN), 'key');
    assert.equal(await ring.locate('openai'), 'the OS keychain');
    assert.equal(await ring.isStored('openai'), true);
    assert.equal(await ring.get('anthropic', ORIGIN), null);
  });

  it('keeps it in the fallback where there is no keychain', async () => {
    const { ring, keychainState } = bench();
    keychainState.fails = true;
    assert.equal(await ring.describeVault(), "VS Code's secret storage");
    assert.equal(await ring.set('openai', 'key', ORIGIN), "VS Code's secret storage");
    assert.equal(await ring.get('openai', ORIGIN), 'key');
    assert.equal(await ring.locate('openai'), "VS Code's secret storage");
    assert.equal(await ring.delete('openai'), true);
    assert.equal(await ring.get('openai', ORIGIN), null);
    assert.equal(await ring.delete('openai'), false);
  });

  it('says so when there is no place at all', async () => {
    const { ring, keychainState } = bench(false);
    keychainState.fails = true;
    await assert.rejects(ring.set('openai', 'key', ORIGIN), /not there/);
    assert.equal(await ring.get('openai', ORIGIN), null);
    assert.equal(await ring.keychainProblem(), 'It is not there.');
  });

  it('answers with the newest key when the keychain comes and goes', async () => {
    const { ring, keychainState } = bench();
    await ring.set('openai', 'first', ORIGIN);
    keychainState.fails = true;
    await ring.set('openai', 'second', ORIGIN);
    keychainState.fails = false;
    assert.equal(await ring.get('openai', ORIGIN), 'second');
    await ring.set('openai', 'third', ORIGIN);
    assert.equal(await ring.get('openai', ORIGIN), 'third');
    keychainState.fails = true;
    assert.equal(await ring.get('openai', ORIGIN), 'third', 'the copy was renewed');
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
        if (isGiven) assert.equal(await ring.get(provider, askedFor), 'planted-key');
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
    assert.equal(await ring.get('openai', ORIGIN), null);
    assert.equal(await ring.isStored('openai'), false);
  });

  it('takes a key from the environment when none is stored', async () => {
    const { ring, environment } = bench();
    environment['GOOGLE_API_KEY'] = 'from-google';
    environment['GEMINI_API_KEY'] = '  ';
    assert.equal(await ring.get('google', ORIGIN), 'from-google');
    environment['GEMINI_API_KEY'] = ' from-gemini\n';
    assert.equal(await ring.get('google', ORIGIN), 'from-gemini');
    assert.equal(await ring.locate('google'), 'the environment variable GEMINI_API_KEY');
    assert.equal(await ring.isStored('google'), false);
    assert.equal(await ring.delete('google'), false);
    await ring.set('google', 'stored', ORIGIN);
    assert.equal(await ring.get('google', ORIGIN), 'stored');
  });

  it('names the variable that holds no key, and not what it holds', async () => {
    const { ring, environment } = bench();
    environment['OPENAI_API_KEY'] = 'two words';
    await assert.rejects(ring.get('openai', ORIGIN), (error: Error) => {
      assert.match(error.message, /environment variable OPENAI_API_KEY: The key has a space/);
      assert.ok(!error.message.includes('two words'));
      return true;
    });
    assert.equal(await ring.locate('openai'), 'the environment variable OPENAI_API_KEY');
  });

  it('says what is wrong with a key before it is stored', () => {
    const { ring } = bench();
    assert.equal(ring.problem('good'), undefined);
    assert.match(ring.problem('not good') ?? '', /space/);
  });
});
