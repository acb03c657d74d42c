import assert from 'node:assert/strict';
import { isSextantError } from '../../../src/base/errors.ts';
import { createChatModel } from '../../../src/models/createChatModel.ts';
import { createCompletionModel } from '../../../src/models/createCompletionModel.ts';
import { createEmbeddingModel } from '../../../src/models/createEmbeddingModel.ts';
import { type Endpoint, type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

const ref = { provider: 'test', model: 'echo' };
const { signal } = new AbortController();

describe('Parameters of the user’s own', () => {
  let server: ModelServer;

  before(async () => {
    server = await startModelServer();
  });
  after(() => server.close());
  beforeEach(() => {
    server.reset();
  });

  const at = (protocol: HttpProtocol, parameters: Readonly<Record<string, unknown>>): Endpoint => ({
    ...{ displayName: 'Acme', protocol, apiKey: 'sk-test', headers: {}, fetch },
    baseUrl: normaliseAddress(server.address, protocol),
    parameters,
  });
  const ask = async (endpoint: Endpoint): Promise<string> => {
    let answer = '';
    const request = { system: '', messages: [{ role: 'user', text: 'Where is the harbour?' }] } as const;
    for await (const part of createChatModel(endpoint, ref).stream(request, signal))
      if (part.type === 'text-delta') answer += part.text;
    return answer;
  };
  const sent = (): Record<string, unknown> => server.requests.at(-1)?.body as Record<string, unknown>;

  const wires: readonly (readonly [HttpProtocol, object])[] = [
    ['openai', { top_p: 0.5, metadata: { team: 'blue' } }],
    ['openai-compatible', { top_p: 0.5, stream_options: { chunk: 1 } }],
    ['anthropic', { top_k: 5, metadata: { user_id: 'u' } }],
    ['google', { generationConfig: { topK: 5 }, safetySettings: [] }],
    ['ollama', { keep_alive: '1h', options: { num_gpu: 1 } }],
  ];
  for (const [protocol, parameters] of wires) {
    it(`go along with the question: ${protocol}`, async () => {
      assert.match(await ask(at(protocol, { ...parameters })), /Where is the harbour/);
      assert.partialDeepStrictEqual(sent(), parameters);
    });
  }

  it('leave what Sextant says within the same object', async () => {
    await ask(at('ollama', { options: { num_gpu: 1 } }));
    assert.deepEqual(Object.keys(sent()['options'] as object), ['num_ctx', 'num_gpu']);
  });

  it('go along with a completion, and not with an embedding', async () => {
    const gap = { path: 'a.ts', languageId: 'typescript', prefix: 'a', suffix: 'b', snippets: [], maxOutputTokens: 9 };
    const endpoint = at('openai-compatible', { top_p: 0.5 });
    for await (const piece of createCompletionModel(endpoint, ref).complete(gap, signal)) assert.ok(piece);
    assert.equal(sent()['top_p'], 0.5);
    await createEmbeddingModel(endpoint, ref).embed(['a'], 'code', signal);
    assert.equal(sent()['top_p'], undefined);
  });

  for (const [name, parameters] of [
    ['messages', { messages: [] }],
    ['stream', { stream: false }],
    ['model', { model: 'dear' }],
    ['__proto__', JSON.parse('{ "metadata": { "__proto__": { "admin": true } } }') as object],
  ] as const) {
    it(`send nothing where they say what is Sextant’s to say: ${name}`, async () => {
      const isClear = (error: unknown): boolean =>
        isSextantError(error) && error.message.includes(`“${name}” cannot be one of the parameters for Acme`);
      await assert.rejects(ask(at('openai-compatible', { ...parameters })), isClear);
      assert.equal(server.requests.length, 0);
    });
  }
});
