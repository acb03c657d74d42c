import assert from 'node:assert/strict';
import { recommendedModel } from '../../../src/models/recommendedModel.ts';

const cases: readonly (readonly [provider: string, listed: readonly string[], expected: string | undefined])[] = [
  ['openai', ['gpt-5-mini', 'gpt-4o', 'gpt-5', 'gpt-5.2', 'o3'], 'gpt-5.2'],
  ['openai', ['o3', 'gpt-4o'], 'gpt-4o'],
  [
    'anthropic',
    ['claude-opus-4-5-20251101', 'claude-sonnet-4-5-20250929', 'claude-sonnet-4-20250514'],
    'claude-sonnet-4-5-20250929',
  ],
  ['google', ['gemini-2.0-flash', 'gemini-2.5-flash', 'gemini-2.5-flash-lite', 'gemini-2.5-pro'], 'gemini-2.5-flash'],
  ['openrouter', ['meta/llama', 'openrouter/auto'], 'openrouter/auto'],
  ['groq', ['openai/gpt-oss-120b', 'llama'], 'openai/gpt-oss-120b'],
  ['acme', ['first', 'second'], 'first'],
  ['anthropic', [], undefined],
];

describe('recommendedModel', () => {
  for (const [provider, listed, expected] of cases) {
    it(`of ${provider} with ${listed.join(', ') || 'no model'}`, () => {
      const models = listed.map((id) => ({ id }));
      assert.equal(recommendedModel(provider, models)?.id, expected);
    });
  }
});
