import assert from 'node:assert/strict';
import { builtInPrices, pricesDate } from '../../../src/models/builtInPrices.ts';
import { costOf, priceAt, priceOf, readPrices } from '../../../src/models/modelPrice.ts';
import { builtInProvider } from '../../../src/models/registry.ts';

const outputPrice = (name: string, own = {}): number | null => {
  const [provider = '', ...model] = name.split('/');
  return priceOf({ provider, model: model.join('/') }, own)?.output ?? null;
};

describe('The price of a model', () => {
  const known: Readonly<Record<string, number | null>> = {
    'openai/gpt-5': 10,
    'openai/gpt-5-2025-08-07': 10,
    'openai/gpt-5-mini': 2,
    'openai/gpt-5-unheard-of': null,
    'openai/gpt-5.1-codex-mini': 2,
    'anthropic/claude-sonnet-4-5-20250929': 15,
    'anthropic/claude-opus-4-1-20250805': 75,
    'google/gemini-2.5-flash-preview-09-2025': 2.5,
    'google/gemini-2.5-flash-lite': 0.4,
    'vertex/gemini-2.5-pro': 10,
    'mistral/codestral-latest': 0.9,
    'fireworks/accounts/fireworks/models/glm-5p1': 4.4,
    'groq/openai/gpt-oss-20b': 0.3,
    'ollama/qwen3': null,
    'constructor/gpt-5': null,
    'openai/__proto__': null,
  };
  for (const [name, price] of Object.entries(known)) {
    it(`is that of the built-in list, or none: ${name}`, () => {
      assert.equal(outputPrice(name), price);
    });
  }

  it('is nothing for what runs on this machine, where nobody says otherwise', () => {
    const ref = { provider: 'ollama', model: 'qwen3' };
    const paid = { input: 1, output: 2 };
    assert.equal(priceAt(ref, undefined, {})?.output, 0);
    assert.equal(priceAt(ref, 'http://buoy.example:11434', {}), null);
    assert.equal(priceAt(ref, undefined, { 'ollama/*': paid })?.output, 2);
    assert.equal(priceAt({ provider: 'openai', model: 'mine' }, undefined, {}), null);
    assert.equal(priceAt({ provider: 'openai', model: 'mine' }, 'http://127.0.0.1:8080/v1', {})?.output, 0);
  });

  it('is the user’s own first, by the model before by the provider', () => {
    const own = readPrices({ 'openai/*': { input: 1, output: 2 }, 'openai/gpt-5': { input: 3, output: 4 } });
    assert.deepEqual(
      ['openai/gpt-5', 'openai/gpt-5-mini'].map((name) => outputPrice(name, own)),
      [4, 2],
    );
  });

  it('is read from a setting of which anything may be wrong', () => {
    assert.deepEqual(readPrices(null), {});
    assert.deepEqual(readPrices('free'), {});
    const price = { input: 1, output: 2, cachedInput: 0.5 };
    const wrong = { a: null, b: { input: -1, output: 1 }, c: { input: 1 }, d: { input: '1', output: 1 } };
    assert.deepEqual(readPrices({ ...wrong, e: { input: Infinity, output: 1 }, 'x/y': { ...price, more: 1 } }), {
      'x/y': price,
    });
  });

  it('stands in the list for providers that there are, each name once', () => {
    assert.match(pricesDate, /^\d{4}-\d\d-\d\d$/);
    for (const [provider, rows] of Object.entries(builtInPrices)) {
      assert.ok(builtInProvider(provider), provider);
      const names = rows.flatMap(([name]) => name.split(' '));
      assert.deepEqual(names.length, new Set(names).size, provider);
      for (const [name, input, cached, output] of rows) {
        assert.ok(input > 0 && output >= 0 && (cached ?? 0) <= input, `${provider}/${name}`);
      }
    }
  });
});

describe('The cost of a request', () => {
  const price = {
    input: 2,
    cachedInput: 0.2,
    cacheWrite: 2.5,
    output: 10,
    long: { from: 1_000, input: 4, output: 15 },
  };

  it('counts what was read again and what is kept at prices of their own', () => {
    const usage = { inputTokens: 1_000, cachedTokens: 600, cacheWriteTokens: 100, outputTokens: 50 };
    assert.deepEqual(costOf(price, usage), { microusd: 300 * 2 + 600 * 0.2 + 100 * 2.5 + 500, savedMicrousd: 1_080 });
  });

  it('is dearer as a whole where the prompt is long', () => {
    assert.equal(costOf(price, { inputTokens: 1_001, cachedTokens: 1_000, outputTokens: 10 }).microusd, 4 + 400 + 150);
  });

  it('is that of other input where nothing is said of what was cached', () => {
    const plain = { input: 2, output: 10 };
    assert.deepEqual(costOf(plain, { inputTokens: 10, cachedTokens: 10 }), { microusd: 20, savedMicrousd: 0 });
    assert.deepEqual(costOf(plain, {}), { microusd: 0, savedMicrousd: 0 });
  });
});
