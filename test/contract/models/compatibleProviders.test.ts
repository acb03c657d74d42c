import assert from 'node:assert/strict';
import { createChatModel } from '../../../src/models/createChatModel.ts';
import type { Endpoint } from '../../../src/models/endpoint.ts';
import { listModels } from '../../../src/models/modelCatalog.ts';
import { builtInProviders } from '../../../src/models/registry.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

/** Those whose wire is OpenAI's, at an address of their own. */
const compatible = builtInProviders.flatMap(({ name, protocol, baseUrl, displayName }) =>
  protocol === 'openai-compatible' && baseUrl !== null ? [{ name, protocol, baseUrl, displayName }] : [],
);

describe('A provider that speaks OpenAI’s wire at its own address', function () {
  this.timeout(30_000);
  let server: ModelServer;

  before(async () => {
    server = await startModelServer({ apiKey: 'sk-planted' });
  });
  after(() => server.close());

  for (const { name, protocol, baseUrl, displayName } of compatible) {
    it(`is asked there, with its key, and answers: ${name}`, async () => {
      const asked: string[] = [];
      const endpoint: Endpoint = {
        ...{ displayName, protocol, baseUrl, apiKey: 'sk-planted', headers: {} },
        fetch: (address, init) => {
          asked.push(`${init.method ?? 'GET'} ${address}`);
          assert.ok(address.startsWith(`${baseUrl}/`));
          return fetch(`${server.address}/v1${address.slice(baseUrl.length)}`, init);
        },
      };
      const { signal } = new AbortController();
      const [model] = await listModels(endpoint, signal);
      assert.ok(model !== undefined);
      let answer = '';
      const request = { system: '', messages: [{ role: 'user', text: 'Where is the harbour?' }] } as const;
      for await (const part of createChatModel(endpoint, { provider: name, model: model.id }).stream(request, signal)) {
        if (part.type === 'text-delta') answer += part.text;
      }
      assert.match(answer, /Where is the harbour\?/);
      assert.deepEqual(asked, [`GET ${baseUrl}/models`, `POST ${baseUrl}/chat/completions`]);
    });
  }
});
