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
  snippets: [],
  prefix: 'function add(a, b) {\n  ',
  suffix: '\n}\n',
  maxOutputTokens: 64,
  stop: ['\n\n', 'a', 'b', 'c', 'd'],
};

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

  for (const protocol of ['ollama', 'openai-compatible', 'openai'] as const) {
    describe(protocol, () => {
      const complete = (model: string, signal = new AbortController().signal): Promise<string> =>
        collect(createCompletionModel(endpoint(protocol, server), { provider: 'test', model }).complete(gap, signal));

      it('streams the text for the gap', async () => {
        assert.equal(await complete('echo'), 'return a + b; // 世界');
        const [request] = server.generations;
        assert.equal(request?.path, protocol === 'ollama' ? '/api/generate' : '/v1/completions');
        const body = request?.body as Record<string, unknown>;
        assert.equal(body['prompt'], gap.prefix);
        assert.equal(body['suffix'], gap.suffix);
        assert.equal(body['stream'], true);
        if (protocol === 'ollama') {
          const options = body['options'] as Record<string, unknown>;
          assert.equal(options['num_predict'], 64);
          assert.ok((options['num_ctx'] as number) >= 8192);
          assert.deepEqual(options['stop'], gap.stop);
        } else {
          assert.equal(body['max_tokens'], 64);
          assert.deepEqual(body['stop'], gap.stop?.slice(0, 4), 'OpenAI takes four');
        }
      });

      it('reads characters whose bytes come one by one', async () => {
        assert.equal(await complete('split-bytes'), MULTI_BYTE_TEXT);
      });

      it('takes an empty completion for what it is', async () => {
        server.enqueue({ type: 'answer', text: '' });
        assert.equal(await complete('echo'), '');
      });

      it('is cancelled, and lets go of the connection', async () => {
        const controller = new AbortController();
        const parts = createCompletionModel(endpoint(protocol, server), { provider: 'test', model: 'stall' }).complete(
          gap,
          controller.signal,
        );
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

  it('says that a model cannot do it', async () => {
    server.enqueue({ type: 'status', status: 400, message: '"echo" does not support insert' });
    const model = createCompletionModel(endpoint('ollama', server), { provider: 'ollama', model: 'echo' });
    await assert.rejects(collect(model.complete(gap, new AbortController().signal)), /“echo” cannot do this/);
  });

  it('is not offered where there is no such endpoint', () => {
    assert.throws(() => createCompletionModel(endpoint('anthropic', server), { provider: 'anthropic', model: 'x' }), {
      code: 'unsupported',
    });
  });
});

function endpoint(protocol: HttpProtocol, server: ModelServer): Endpoint {
  const baseUrl = normaliseAddress(server.address, protocol);
  return { displayName: 'Acme', protocol, baseUrl, apiKey: 'a-key', headers: {}, fetch };
}

async function collect(parts: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}
