import assert from 'node:assert/strict';
import { createEmbeddingModel } from '../../../src/models/createEmbeddingModel.ts';
import type { Endpoint, HttpProtocol } from '../../../src/models/endpoint.ts';
import { listModels } from '../../../src/models/modelCatalog.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

describe('An embedding model', () => {
  let server: ModelServer;
  const { signal } = new AbortController();
  const endpoint = (protocol: HttpProtocol, path: string): Endpoint => ({
    displayName: 'The server',
    protocol,
    baseUrl: server.address + path,
    apiKey: 'k-123',
    headers: {},
    fetch,
  });

  before(async () => {
    server = await startModelServer({ apiKey: 'k-123' });
  });
  after(async () => {
    await server.close();
  });

  for (const [protocol, path, listed] of [
    ['openai', '/v1', 'text-embedding-3-small'],
    ['openai-compatible', '/v1', 'text-embedding-3-small'],
    ['ollama', '', 'nomic-embed-text:latest'],
    ['google', '/v1beta', 'text-embedding-004'],
  ] as const) {
    it(`is listed and answers in the wire of ${protocol}`, async () => {
      const at = endpoint(protocol, path);
      assert.deepEqual(
        (await listModels(at, signal, 'embedding')).map(({ id }) => id),
        [listed],
      );
      const model = createEmbeddingModel(at, { provider: protocol, model: 'nomic-embed-text' });
      const [cormorant, translated, other] = await model.embed(['cormorant', 'κορμοράνος', 'else'], 'code', signal);
      assert.deepEqual(cormorant, translated);
      assert.notDeepEqual(cormorant, other);
      await model.embed(['a question'], 'query', signal);
      assert.match(JSON.stringify(server.requests.at(-1)?.body), /search_query: a question/);
      server.enqueue({ type: 'status', status: 401 });
      await assert.rejects(model.embed(['x'], 'code', signal), { code: 'model' });
    });
  }

  it('is nothing that Anthropic has, which is said', async () => {
    assert.deepEqual(await listModels(endpoint('anthropic', '/v1'), signal, 'embedding'), []);
    const ref = { provider: 'anthropic', model: 'any' };
    assert.throws(() => createEmbeddingModel(endpoint('anthropic', '/v1'), ref), /no embedding models/);
  });
});
