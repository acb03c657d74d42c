import assert from 'node:assert/strict';
import { limitSaid } from '../../../src/models/failure.ts';
import { knownWindow } from '../../../src/models/knownWindow.ts';
import { tokenEncoding } from '../../../src/models/tokenEncoding.ts';

describe('What a provider says that its model takes', () => {
  const said: readonly [string, number | null][] = [
    ["This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.", 8_192],
    ['prompt is too long: 210000 tokens > 200000 maximum', 200_000],
    ['input length and `max_tokens` exceed context limit: 190000 + 64000 > 200000', 200_000],
    ['The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).', 1_048_576],
    ['the request exceeds the available context size (4096 tokens), try increasing it', 4_096],
    ['Prompt contains 40000 tokens, too large for model with 32768 maximum context length', 32_768],
    ['The context length is exceeded.', null],
    ['maximum context length is 3', null],
  ];
  for (const [words, tokens] of said) {
    it(`is ${String(tokens)} in “${words}”`, () => {
      assert.equal(limitSaid(words), tokens);
    });
  }
});

describe('The window of a model whose provider does not list it', () => {
  const known: readonly [string, number | null][] = [
    ['gpt-4', 8_192],
    ['gpt-4-0613', 8_192],
    ['gpt-4-turbo-2024-04-09', 128_000],
    ['gpt-4.1-mini', 1_047_576],
    ['openai/gpt-4o', 128_000],
    ['claude-sonnet-4-5', 200_000],
    ['gpt-40', null],
    ['llama3.2:3b', null],
  ];
  for (const [model, tokens] of known) {
    it(`is ${String(tokens)} for ${model}`, () => {
      assert.equal(knownWindow(model), tokens);
    });
  }
});

describe('The encoding of a model', () => {
  const encodings: readonly [string, string, string | null][] = [
    ['openai', 'gpt-4o-mini', 'o200k_base'],
    ['openai', 'gpt-5', 'o200k_base'],
    ['openai', 'o3-mini', 'o200k_base'],
    ['openai', 'gpt-4.1', 'o200k_base'],
    ['openai', 'gpt-4-turbo', 'cl100k_base'],
    ['openai', 'gpt-3.5-turbo-0125', 'cl100k_base'],
    ['openai', 'ft:gpt-4o-mini-2024-07-18:team::id', 'o200k_base'],
    ['openrouter', 'openai/gpt-4o', 'o200k_base'],
    ['vscode', 'copilot/gpt-4o', 'o200k_base'],
    ['ollama', 'gpt-oss:20b', 'o200k_base'],
    ['openrouter', 'anthropic/claude-sonnet-4', null],
    ['ollama', 'llama3.2:3b', null],
  ];
  for (const [provider, model, encoding] of encodings) {
    it(`is ${String(encoding)} for ${provider}/${model}`, () => {
      assert.equal(tokenEncoding({ provider, model }), encoding);
    });
  }
});
