import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CompletionRequest } from '../../../src/models/completionModel.ts';
import { completionForm } from '../../../src/models/completionWire.ts';
import { fimPrompt, fimTemplateOf, fimTemplates } from '../../../src/models/fimTemplates.ts';
import { untilStop } from '../../../src/models/untilStop.ts';

const alone: CompletionRequest = {
  path: 'src/a.py',
  languageId: 'python',
  prefix: 'P',
  suffix: 'S',
  snippets: [],
  maxOutputTokens: 10,
};
const withOthers: CompletionRequest = {
  ...alone,
  snippets: [
    { path: 'b.py', text: 'B', source: 'definition' },
    { path: 'c.py', text: 'C', source: 'viewed' },
  ],
};
const comments = '# From b.py:\n# B\n# From c.py:\n# C\n';

/** By the families' own documents; see the sources in fimTemplates.ts. */
const families: { names: string[]; alone: string; withOthers: string }[] = [
  {
    names: [
      'qwen2.5-coder:1.5b-base',
      'Qwen/Qwen2.5-Coder-7B',
      'qwen3-coder:30b',
      'hf.co/unsloth/Qwen3-Coder-Next-GGUF:Q4',
    ],
    alone: '<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>',
    withOthers:
      '<|file_sep|>b.py\nB\n<|file_sep|>c.py\nC\n<|file_sep|>src/a.py\n<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>',
  },
  {
    names: ['codestral:22b', 'mistralai/Codestral-22B-v0.1', 'codestral-latest'],
    alone: '[SUFFIX]S[PREFIX]P',
    withOthers: `[SUFFIX]S[PREFIX]${comments}P`,
  },
  {
    names: [
      'deepseek-coder:6.7b-base',
      'deepseek-coder-v2:16b-lite-base-q4_0',
      'deepseek-ai/DeepSeek-Coder-V2-Lite-Base',
    ],
    alone: '<｜fim▁begin｜>P<｜fim▁hole｜>S<｜fim▁end｜>',
    withOthers: `<｜fim▁begin｜>${comments}P<｜fim▁hole｜>S<｜fim▁end｜>`,
  },
  {
    names: ['starcoder2:3b', 'bigcode/starcoder2-7b'],
    alone: '<fim_prefix>P<fim_suffix>S<fim_middle>',
    withOthers: '<file_sep>b.py\nB\n<file_sep>c.py\nC\n<file_sep><fim_prefix>src/a.py\nP<fim_suffix>S<fim_middle>',
  },
  {
    names: ['codellama:7b-code', 'meta-llama/CodeLlama-13b-hf', 'code-llama'],
    alone: '<PRE> P <SUF>S <MID>',
    withOthers: `<PRE> ${comments}P <SUF>S <MID>`,
  },
  {
    names: ['codegemma:2b-code', 'google/codegemma-7b'],
    alone: '<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>',
    withOthers: 'B<|file_separator|>C<|file_separator|><|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>',
  },
  {
    names: [
      'granite-code:8b',
      'ibm-granite/granite-8b-code-base-4k',
      'granite3.3:8b',
      'stable-code:3b',
      'stabilityai/stable-code-3b',
      'codeqwen:7b-code',
    ],
    alone: '<fim_prefix>P<fim_suffix>S<fim_middle>',
    withOthers: `<fim_prefix>${comments}P<fim_suffix>S<fim_middle>`,
  },
  {
    names: ['granite4:micro-h', 'ibm-granite/granite-4.0-h-tiny'],
    alone: '<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>',
    withOthers: `<|fim_prefix|>${comments}P<|fim_suffix|>S<|fim_middle|>`,
  },
  {
    names: ['JetBrains/Mellum-4b-base', 'mellum-4b-sft-python'],
    alone: '<fim_suffix>S<fim_prefix>P<fim_middle>',
    withOthers: '<filename>b.py\nB\n<filename>c.py\nC\n<filename>src/a.py\n<fim_suffix>S<fim_prefix>P<fim_middle>',
  },
  {
    names: ['ByteDance-Seed/Seed-Coder-8B-Base', 'seed-coder'],
    alone: '<[fim-suffix]>S<[fim-prefix]>P<[fim-middle]>',
    withOthers: `<[fim-suffix]>S<[fim-prefix]>${comments}P<[fim-middle]>`,
  },
];

describe('The words of each family of models', () => {
  for (const { names, alone: file, withOthers: repository } of families) {
    for (const name of names) {
      it(`${name}: as it was trained`, () => {
        const template = fimTemplateOf(name);
        assert.ok(template);
        assert.equal(fimPrompt(template, alone).prompt, file);
        assert.equal(fimPrompt(template, withOthers).prompt, repository);
      });
    }
  }

  for (const name of [
    'llama3.1:8b',
    'gpt-4o',
    'granite3.1-dense',
    'mamba-codestral-7b',
    'deepseek-r1:7b',
    'qwen2.5:7b',
  ]) {
    it(`${name}: none that is known`, () => {
      assert.equal(fimTemplateOf(name)?.name, undefined);
    });
  }

  for (const template of fimTemplates) {
    it(`${template.name}: its tokens in the user’s code say nothing`, () => {
      const tokens = [...Object.values(template.tokens), ...template.stop].filter((token) => token !== '');
      const code = tokens.join(' and ');
      const request = { ...withOthers, path: code, prefix: code, suffix: code };
      request.snippets = [{ path: code, text: code, source: 'clipboard' }];
      const { prompt } = fimPrompt(template, request);
      const plain = fimPrompt(template, withOthers).prompt;
      for (const token of tokens.map((each) => each.trim())) {
        assert.ok(prompt.split(token).length <= plain.split(token).length, `${token} in ${prompt}`);
      }
    });
  }

  it('the setting’s choice wins over the name', () => {
    const endpoint = { protocol: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1' } as const;
    const ref = { provider: 'openai-compatible', model: 'qwen2.5-coder' };
    const typeOf = (template: string): string => {
      const form = completionForm(endpoint, ref, template);
      return form.type === 'gap' ? (form.gap(alone).suffix ?? form.gap(alone).prompt) : form.type;
    };
    assert.deepEqual(['', 'automatic', 'endpoint', 'chat', 'codellama'].map(typeOf), [
      '<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>',
      '<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>',
      'S',
      'chat',
      '<PRE> P <SUF>S <MID>',
    ]);
  });
});

describe('A stream until its stop', () => {
  it('property: is the text before the first stop, in whatever pieces it comes', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '<', '|', 'E', 'O', 'T', '>'), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat({ max: 40 })), async (whole, cuts) => {
        const stops = ['<|EOT|>', '<b>', 'aa'];
        const places = [0, ...cuts.sort((a, b) => a - b), whole.length];
        async function* pieces(): AsyncGenerator<string> {
          for (const [at, end] of places.entries()) yield whole.slice(places[at - 1] ?? 0, end);
        }
        let come = '';
        for await (const piece of untilStop(pieces(), stops)) come += piece;
        const ends = stops.map((stop) => whole.indexOf(stop)).filter((at) => at !== -1);
        assert.equal(come, whole.slice(0, Math.min(whole.length, ...ends)));
      }),
    );
  });
});
