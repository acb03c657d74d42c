import assert from 'node:assert/strict';
import { isAbort, isSextantError } from '../../../src/base/errors.ts';
import type { CompletionRequest } from '../../../src/models/completionModel.ts';
import { createCompletionModel } from '../../../src/models/createCompletionModel.ts';
import { type Endpoint, type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import { MULTI_BYTE_TEXT } from '../../fixtures/modelScenarios.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

const gap: CompletionRequest = {
  path: 'src/add.js',
  languageId: 'javascript',
  prefix: 'function add(a, b) {\n  ',
  suffix: '\n}\n',
  snippets: [{ path: 'src/sum.js', text: 'sum(a, b);', source: 'similar' }],
  maxOutputTokens: 64,
};
const commented = `// From src/sum.js:\n// sum(a, b);\n${gap.prefix}`;

interface WireCase {
  readonly what: string;
  readonly provider: string;
  readonly protocol: HttpProtocol;
  readonly template?: string;
  readonly path: string;
  /** Of the body. */
  readonly sent: object;
}

const wires: readonly WireCase[] = [
  {
    what: 'Ollama, a model that Sextant does not know',
    provider: 'ollama',
    protocol: 'ollama',
    path: '/api/generate',
    sent: { prompt: commented, suffix: gap.suffix, stream: true },
  },
  {
    what: 'Ollama, in the family’s own words',
    provider: 'ollama',
    protocol: 'ollama',
    template: 'qwen-coder',
    path: '/api/generate',
    sent: {
      prompt:
        '<|file_sep|>src/sum.js\nsum(a, b);\n<|file_sep|>src/add.js\n' +
        `<|fim_prefix|>${gap.prefix}<|fim_suffix|>${gap.suffix}<|fim_middle|>`,
      raw: true,
      suffix: undefined,
    },
  },
  {
    what: 'llama.cpp',
    provider: 'llamacpp',
    protocol: 'openai-compatible',
    path: '/infill',
    sent: {
      input_prefix: gap.prefix,
      input_suffix: gap.suffix,
      input_extra: [{ filename: 'src/sum.js', text: 'sum(a, b);' }],
      n_predict: 64,
      stream: true,
    },
  },
  {
    what: 'an OpenAI-compatible server',
    provider: 'openai-compatible',
    protocol: 'openai-compatible',
    path: '/v1/completions',
    sent: { prompt: commented, suffix: gap.suffix, max_tokens: 64, stream: true },
  },
  {
    what: 'an OpenAI-compatible server, in the family’s own words',
    provider: 'openai-compatible',
    protocol: 'openai-compatible',
    template: 'deepseek-coder',
    path: '/v1/completions',
    sent: {
      prompt: `<｜fim▁begin｜>${commented}<｜fim▁hole｜>${gap.suffix}<｜fim▁end｜>`,
      suffix: undefined,
      stop: ['<｜end▁of▁sentence｜>', '<|EOT|>', '<｜fim▁begin｜>', '<｜fim▁hole｜>'],
    },
  },
  {
    what: 'a template of the user’s own',
    provider: 'openai-compatible',
    protocol: 'openai-compatible',
    template: '<S>{suffix}<P path={path}>{prefix}<M>',
    path: '/v1/completions',
    sent: { prompt: `<S>${gap.suffix}<P path=src/add.js>${commented}<M>`, suffix: undefined },
  },
  {
    what: 'Mistral',
    provider: 'mistral',
    protocol: 'openai-compatible',
    path: '/v1/fim/completions',
    sent: { prompt: commented, suffix: gap.suffix, max_tokens: 64 },
  },
  {
    what: 'DeepSeek',
    provider: 'deepseek',
    protocol: 'openai-compatible',
    path: '/beta/completions',
    sent: { prompt: commented, suffix: gap.suffix, max_tokens: 64 },
  },
  {
    what: 'OpenAI’s own, a chat model',
    provider: 'openai',
    protocol: 'openai',
    path: '/v1/chat/completions',
    sent: { stream: true },
  },
  {
    what: 'Groq, which only chats',
    provider: 'groq',
    protocol: 'openai-compatible',
    path: '/v1/chat/completions',
    sent: { stream: true },
  },
  {
    what: 'Anthropic',
    provider: 'anthropic',
    protocol: 'anthropic',
    path: '/v1/messages',
    sent: { stream: true, max_tokens: 64 },
  },
  {
    what: 'Ollama, in a conversation',
    provider: 'ollama',
    protocol: 'ollama',
    template: 'chat',
    path: '/api/chat',
    sent: { stream: true },
  },
];

describe('fill in the middle', () => {
  let server: ModelServer;

  before(async () => {
    server = await startModelServer({ completionText: 'return a + b; // 世界' });
  });
  after(async () => {
    await server.close();
  });
  beforeEach(() => {
    server.reset();
  });

  for (const { what, provider, protocol, template, path, sent } of wires) {
    const isChat = !('prompt' in sent || 'input_prefix' in sent);
    describe(what, () => {
      const complete = (model: string, signal = new AbortController().signal): Promise<string> =>
        collect(open(protocol, server, { provider, model }, template).complete(gap, signal));

      it('streams the text for the gap', async () => {
        if (isChat) server.enqueue({ type: 'answer', text: 'return a + b; // 世界' });
        assert.equal(await complete('echo'), 'return a + b; // 世界');
        const [request] = server.generations;
        assert.equal(request?.path, path);
        const body = request?.body as Record<string, unknown>;
        for (const [key, value] of Object.entries(sent)) assert.deepEqual(body[key], value, key);
        if (isChat) {
          assert.ok(JSON.stringify(body).includes('function add(a, b) {\\n  ⟦cursor⟧\\n}\\n'), 'the code is there');
          assert.ok(JSON.stringify(body).includes('From src/sum.js:\\nsum(a, b);'));
        }
      });

      it('reads characters whose bytes come one by one', async () => {
        assert.equal(await complete('split-bytes'), MULTI_BYTE_TEXT);
      });

      it('is cancelled, and lets go of the connection', async () => {
        const controller = new AbortController();
        const parts = open(protocol, server, { provider, model: 'stall' }, template).complete(gap, controller.signal);
        await assert.rejects(
          async () => {
            for await (const text of parts) if (text !== '') controller.abort();
          },
          (error) => isAbort(error),
        );
        while (server.generations[0]?.clientGone !== true) await new Promise((resolve) => setTimeout(resolve, 2));
      });

      for (const [model, kind, says] of [
        ['status-401', 'auth', /refused the key/],
        ['status-404', 'not-found', /has no model/],
        ['status-500', 'server', /status 500/],
        ['html', 'bad-response', /web page/],
        ['nothing', 'bad-response', /nothing at all/],
        ['cut', 'network', /cut off/],
        ['failure', 'server', /broke off/],
      ] as const) {
        it(`${model}: fails once, with a sentence`, async () => {
          await assert.rejects(complete(model), (error) => {
            assert.ok(isSextantError(error));
            assert.equal(error.data['kind'], kind, error.message);
            assert.match(error.message, says);
            return true;
          });
          assert.equal(server.generations.length, 1, 'a late completion is of no use');
        });
      }
    });
  }

  it('takes an empty completion for what it is', async () => {
    for (const { provider, protocol, template } of wires.filter(({ sent }) => 'prompt' in sent)) {
      server.enqueue({ type: 'answer', text: '' });
      const model = open(protocol, server, { provider, model: 'echo' }, template);
      assert.equal(await collect(model.complete(gap, new AbortController().signal)), '', provider);
    }
  });

  it('ends where the family’s answers end, whatever the server sends behind it', async () => {
    server.enqueue({ type: 'answer', text: 'return a + b;<|endoftext|>\nfunction other() {}', chunkSize: 3 });
    const model = open('openai-compatible', server, { provider: 'lmstudio', model: 'acme/Qwen2.5-Coder-7B-GGUF' });
    assert.equal(await collect(model.complete(gap, new AbortController().signal)), 'return a + b;');
    assert.match(JSON.stringify(server.generations[0]?.body), /fim_prefix/, 'chosen by the model’s name');
  });

  it('says that a model cannot do it', async () => {
    server.enqueue({ type: 'status', status: 400, message: '"echo" does not support insert' });
    const model = open('ollama', server, { provider: 'ollama', model: 'echo' });
    await assert.rejects(collect(model.complete(gap, new AbortController().signal)), /“echo” cannot do this/);
  });
});

function open(
  protocol: HttpProtocol,
  server: ModelServer,
  ref: { readonly provider: string; readonly model: string },
  template?: string,
): ReturnType<typeof createCompletionModel> {
  const baseUrl = normaliseAddress(server.address, protocol);
  const endpoint: Endpoint = { displayName: 'Acme', protocol, baseUrl, apiKey: 'a-key', headers: {}, fetch };
  return createCompletionModel(endpoint, ref, template === undefined ? {} : { template });
}

async function collect(parts: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}
