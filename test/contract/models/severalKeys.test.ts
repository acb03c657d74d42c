import assert from 'node:assert/strict';
import { KeyOrder } from '../../../src/keys/keyOrder.ts';
import { createChatModel } from '../../../src/models/createChatModel.ts';
import { createCompletionModel } from '../../../src/models/createCompletionModel.ts';
import { createEmbeddingModel } from '../../../src/models/createEmbeddingModel.ts';
import { type Endpoint, type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import { listModels } from '../../../src/models/modelCatalog.ts';
import type { OtherKey } from '../../../src/protocol/keyRefusal.ts';
import { type ModelServer, type RecordedRequest, startModelServer } from '../../fixtures/modelServer.ts';

const KEYS = ['sk-planted-one', 'sk-planted-two', 'sk-planted-three'] as const;
const protocols = ['openai', 'openai-compatible', 'anthropic', 'google', 'ollama'] satisfies HttpProtocol[];
const { signal } = new AbortController();

describe('Several keys for a provider', function () {
  this.timeout(20_000);
  let server: ModelServer;
  /** Takes every key. */
  let open: ModelServer;

  before(async () => {
    [server, open] = await Promise.all([startModelServer({ apiKey: 'sk-planted-two' }), startModelServer()]);
  });
  after(async () => {
    await Promise.all([server.close(), open.close()]);
  });
  beforeEach(() => {
    server.reset();
  });

  const endpointOf = (
    protocol: HttpProtocol,
    keys: readonly string[],
    otherKey: OtherKey = (
      (order) => (refused, why) =>
        order.after(refused, why, keys)
    )(new KeyOrder()),
  ): Endpoint => ({
    ...{ displayName: 'Acme', protocol, apiKey: keys[0] ?? null, headers: {}, fetch, otherKey },
    baseUrl: normaliseAddress(server.address, protocol),
  });
  const answerOf = async (endpoint: Endpoint, model = 'echo'): Promise<string> => {
    let answer = '';
    const request = { system: '', messages: [{ role: 'user', text: 'Where is the harbour?' }] } as const;
    for await (const part of createChatModel(endpoint, { provider: 'acme', model }).stream(request, signal))
      if (part.type === 'text-delta') answer += part.text;
    return answer;
  };

  for (const protocol of protocols) {
    it(`falls to the next one where one is refused, and asks each once: ${protocol}`, async () => {
      assert.match(await answerOf(endpointOf(protocol, KEYS)), /Where is the harbour/);
      assert.deepEqual(server.generations.map(keyOf), KEYS.slice(0, 2));
      server.reset();
      await assert.rejects(answerOf(endpointOf(protocol, ['sk-planted-one', 'sk-planted-three'])), /refused the key/);
      assert.deepEqual(server.generations.map(keyOf), ['sk-planted-one', 'sk-planted-three']);
    });

    it(`and where its account is empty or it was used too often: ${protocol}`, async () => {
      for (const status of [402, 429]) {
        open.enqueue({ type: 'status', status });
        const asked: unknown[] = [];
        const other: OtherKey = (refused, why) => {
          asked.push([refused, why.reason]);
          return Promise.resolve('sk-planted-two');
        };
        const baseUrl = normaliseAddress(open.address, protocol);
        assert.match(await answerOf({ ...endpointOf(protocol, KEYS, other), baseUrl }), /harbour/);
        assert.deepEqual(asked, [['sk-planted-one', status === 402 ? 'no-credit' : 'limit']]);
        assert.equal(open.generations.map(keyOf).at(-1), 'sk-planted-two');
      }
    });

    it(`but not where the provider has trouble of its own, nor once text was shown: ${protocol}`, async () => {
      const other: OtherKey = () => assert.fail('no other key is wanted');
      const endpoint = endpointOf(protocol, ['sk-planted-two', 'sk-planted-one'], other);
      await assert.rejects(answerOf(endpoint, 'status-404'));
      await assert.rejects(answerOf(endpoint, 'cut'));
      assert.ok(server.generations.every((request) => keyOf(request) === 'sk-planted-two'));
    });

    it(`also for its models, embeddings and completions: ${protocol}`, async () => {
      const endpoint = (): Endpoint => endpointOf(protocol, KEYS);
      assert.ok((await listModels(endpoint(), signal)).length > 0);
      if (protocol !== 'anthropic') {
        const [vector] = await createEmbeddingModel(endpoint(), { provider: 'acme', model: 'embed' }).embed(
          ['harbour'],
          'query',
          signal,
        );
        assert.ok(vector !== undefined && vector.length > 0);
      }
      const completion = createCompletionModel(endpoint(), { provider: 'acme', model: 'qwen2.5-coder' });
      const gap = { path: 'a.ts', languageId: 'typescript', prefix: 'a', suffix: 'b', snippets: [] };
      let text = '';
      for await (const piece of completion.complete({ ...gap, maxOutputTokens: 20 }, signal)) text += piece;
      assert.notEqual(text, '');
      const keys = server.requests.map(keyOf);
      assert.deepEqual([...new Set(keys)].toSorted(), ['sk-planted-one', 'sk-planted-two']);
    });
  }

  it('a key that a provider repeats when it refuses it is in no error', async () => {
    const endpoint = endpointOf('openai-compatible', ['sk-planted-one', 'sk-planted-three']);
    const echoing: Endpoint = {
      ...endpoint,
      fetch: (_address, init) =>
        Promise.resolve(
          Response.json(
            { error: { message: `No. ${new Headers(init.headers).get('authorization')}` } },
            { status: 402 },
          ),
        ),
    };
    await assert.rejects(answerOf(echoing), (error: Error) => !error.message.includes('sk-planted'));
  });
});

function keyOf({ headers }: RecordedRequest): string | undefined {
  return headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers['authorization']?.replace('Bearer ', '');
}
