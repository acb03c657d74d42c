import assert from 'node:assert/strict';
import { knownAbilities } from '../../../src/models/knownAbilities.ts';
import { listedAbilities, listedPrice, ollamaAbilities } from '../../../src/models/listedAbilities.ts';
import { type ModelAbilities, correctedModel } from '../../../src/protocol/modelInfo.ts';

const yes = (abilities: ModelAbilities): string[] =>
  Object.entries(abilities).flatMap(([ability, can]) => (can ? [ability] : []));

describe('What a model can', () => {
  const named: Readonly<Record<string, readonly string[] | null>> = {
    'gpt-5-mini': ['images', 'pdf', 'tools', 'reasoningEffort', 'structuredOutput', 'promptCaching'],
    'openai/gpt-4o-mini': ['images', 'pdf', 'tools', 'structuredOutput', 'promptCaching'],
    'gpt-3.5-turbo': ['tools'],
    'gpt-4-0613': ['tools'],
    'o3-mini': ['tools', 'reasoningEffort', 'structuredOutput', 'promptCaching'],
    'claude-3-haiku-20240307': ['images', 'tools', 'promptCaching'],
    'anthropic/claude-opus-5': ['images', 'pdf', 'tools', 'reasoningEffort', 'structuredOutput', 'promptCaching'],
    'claude-sonnet-4-20250514': ['images', 'pdf', 'tools', 'promptCaching'],
    'gemini-2.5-flash': ['images', 'pdf', 'tools', 'reasoningEffort', 'structuredOutput', 'promptCaching'],
    'deepseek-chat': ['tools', 'promptCaching'],
    'grok-4-fast': ['images', 'tools', 'structuredOutput', 'promptCaching'],
    'nomic-embed-text': ['embeddings'],
    'bge-reranker-v2-m3': ['reranking'],
    'qwen2.5-coder:7b': ['fillInTheMiddle'],
    'llama3.2:3b': null,
    ['constructor']: null,
  };
  for (const [name, can] of Object.entries(named)) {
    it(`is known by its name, or not at all: ${name}`, () => {
      const known = knownAbilities(name);
      if (can === null) assert.deepEqual(known, {});
      else assert.deepEqual(yes(known).sort(), [...can].sort());
    });
  }

  const lists: readonly (readonly [string, unknown, ModelAbilities])[] = [
    [
      'OpenRouter',
      {
        architecture: { input_modalities: ['text', 'image'] },
        supported_parameters: ['tools', 'reasoning', 'temperature'],
        pricing: { prompt: '0.000001', input_cache_read: '0.0000001' },
      },
      { images: true, pdf: false, tools: true, structuredOutput: false, reasoningEffort: true, promptCaching: true },
    ],
    [
      'Anthropic',
      {
        capabilities: {
          image_input: { supported: true },
          pdf_input: { supported: true },
          structured_outputs: { supported: false },
          effort: { supported: true, low: { supported: true } },
        },
      },
      { images: true, pdf: true, structuredOutput: false, reasoningEffort: true },
    ],
    [
      'Mistral',
      { capabilities: { completion_chat: true, completion_fim: true, function_calling: true, vision: false } },
      { images: false, tools: true, fillInTheMiddle: true },
    ],
    [
      'Google',
      { thinking: true, supportedGenerationMethods: ['generateContent', 'createCachedContent'] },
      { reasoningEffort: true, promptCaching: true },
    ],
    ['LM Studio', { type: 'vlm', capabilities: ['tool_use'] }, { images: true, tools: true }],
    ['llama.cpp', { capabilities: ['completion', 'multimodal'] }, { images: true }],
    ['Fireworks', { supports_image_input: true, supports_tools: false }, { images: true, tools: false }],
    ['a hostile one', { capabilities: 'vision', supported_parameters: 7, pricing: null, thinking: 'yes' }, {}],
    ['nobody', null, {}],
  ];
  for (const [list, entry, can] of lists) {
    it(`is what the list says: of ${list}`, () => {
      assert.deepEqual(listedAbilities(entry), can);
    });
  }

  it('is all that Ollama tells, and no more', () => {
    assert.deepEqual(ollamaAbilities(['completion', 'vision', 'thinking']), {
      images: true,
      tools: false,
      reasoningEffort: true,
      embeddings: false,
      fillInTheMiddle: false,
    });
  });

  it('is corrected ability by ability', () => {
    const listed = { id: 'one', contextWindow: 5, can: { images: true, tools: true } };
    const corrected = correctedModel(listed, { contextWindow: 9, can: { tools: false } });
    assert.deepEqual(corrected, { id: 'one', contextWindow: 9, can: { images: true, tools: false } });
  });
});

describe('What a list says that a model costs', () => {
  const prices: readonly (readonly [string, unknown, unknown])[] = [
    [
      'in dollars for a token',
      { prompt: '0.00000125', completion: '0.00001', input_cache_read: '0.000000125' },
      { input: 1.25, output: 10, cachedInput: 0.125 },
    ],
    ['in dollars for a million', { input: 0.88, output: 0.88 }, { input: 0.88, output: 0.88 }],
    ['nothing', { prompt: '0', completion: '0' }, { input: 0, output: 0 }],
    ['what nobody knows yet', { prompt: '-1', completion: '-1' }, undefined],
    ['one side alone', { prompt: '0.000001' }, undefined],
    ['no number', { prompt: 'free', completion: {} }, undefined],
  ];
  for (const [what, pricing, price] of prices) {
    it(`is read: ${what}`, () => {
      assert.deepEqual(listedPrice({ pricing }), price);
    });
  }
});
