import assert from 'node:assert/strict';
import { modelFamily } from '../../../src/models/modelFamily.ts';

describe('The family of a model', () => {
  const cases = [
    ['ollama', 'qwen2.5-coder:7b', 'ollama/qwen'],
    ['ollama', 'acme-secret-assistant:latest', 'ollama/other'],
    ['openai', 'ft:gpt-4o-mini:acme-corp::7p4lURe', 'openai/gpt'],
    ['openai', 'o3-mini', 'openai/o3'],
    ['openrouter', 'anthropic/claude-sonnet-4.5', 'openrouter/claude'],
    ['vscode', 'copilot/gpt-5', 'vscode/gpt'],
    ['a-company-of-mine', 'llama-3.1-for-project-x', 'custom/llama'],
    ['openai-compatible', 'kigpt', 'openai-compatible/other'],
  ] as const;
  for (const [provider, model, family] of cases) {
    it(`of ${provider}/${model} is ${family}`, () => {
      assert.equal(modelFamily({ provider, model }), family);
    });
  }
});
