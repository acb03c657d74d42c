import assert from 'node:assert/strict';
import { normaliseAddress } from '../../../src/models/endpoint.ts';
import { builtInProvider, builtInProviders } from '../../../src/models/registry.ts';
import { isLoopback } from '../../../src/privacy/isLoopback.ts';

describe('the provider registry', () => {
  it('has what the product promises, each once', () => {
    const names = builtInProviders.map(({ name }) => name);
    for (const name of [
      'openai',
      'anthropic',
      'google',
      'ollama',
      'openai-compatible',
      'mistral',
      'deepseek',
      'openrouter',
      'xai',
      'groq',
      'together',
      'fireworks',
      'cerebras',
      'huggingface',
      'cohere',
      'perplexity',
      'github',
      'vertex',
      'azure',
      'bedrock',
      'anthropic-compatible',
      'google-compatible',
      'vllm',
      'litellm',
      'lmstudio',
      'llamacpp',
      'vscode',
      'offline',
    ]) {
      assert.equal(names.filter((other) => other === name).length, 1, name);
    }
    assert.equal(builtInProvider('OpenAI'), undefined);
  });

  for (const { name, protocol, baseUrl, key, isLocal } of builtInProviders) {
    describe(name, () => {
      it('has an address that its wire takes as it is', () => {
        if (baseUrl === null || protocol === 'vscode' || protocol === 'offline') return;
        // Perplexity has no version in its paths, which typed addresses without a path are given.
        if (new URL(baseUrl).pathname !== '/') assert.equal(normaliseAddress(baseUrl, protocol), baseUrl);
        assert.equal(isLoopback(baseUrl), isLocal);
        assert.ok(isLocal || baseUrl.startsWith('https:'), 'a key never travels in the open');
      });

      it('says where a key comes from when it needs one', () => {
        if (key.need !== 'required') return;
        assert.match(key.obtainAt ?? '', /^https:/);
        assert.ok(key.environment.length > 0);
        for (const variable of key.environment) assert.match(variable, /^[A-Z_]+$/);
      });
    });
  }
});
