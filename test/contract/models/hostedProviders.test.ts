import assert from 'node:assert/strict';
import { type HttpProvider, httpModelSources, httpProviders } from '../../../src/chat/modelSources.ts';
import { isSextantError } from '../../../src/base/errors.ts';
import type { Fetch } from '../../../src/privacy/egressGate.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

const KEY = 'sk-planted';

/** The path under which the scripted server speaks each wire. */
const paths = { openai: '/v1', 'openai-compatible': '/v1', anthropic: '/v1', google: '/v1beta', ollama: '' } as const;

/** The request for an answer, as each wire has it. */
const answers = {
  openai: /^\/(?:responses|chat\/completions)$/,
  'openai-compatible': /^\/chat\/completions$/,
  anthropic: /^\/messages$/,
  google: /^\/models\/[^/]+:streamGenerateContent\?alt=sse$/,
  ollama: /^\/api\/chat$/,
} as const;

/** A provider's own address, or one as a user would type it. */
const addressOf = ({ baseUrl, addressExample }: HttpProvider): string => baseUrl ?? addressExample ?? '';

interface Asked {
  readonly path: string;
  readonly body: string;
}

describe('A provider', function () {
  this.timeout(30_000);
  let server: ModelServer;

  before(async () => {
    server = await startModelServer({ apiKey: KEY });
  });
  after(() => server.close());

  function sourceOf(provider: HttpProvider, key: string | null, asked: Asked[] = []) {
    const base = addressOf(provider);
    const fetch: Fetch = (address, init) => {
      assert.ok(address.startsWith(`${base}/`), address);
      const path = address.slice(base.length);
      asked.push({ path, body: typeof init.body === 'string' ? init.body : '' });
      return globalThis.fetch(server.address + paths[provider.protocol] + path, init);
    };
    const settings = {
      address: () => (provider.baseUrl === null ? base : undefined),
      headers: () => ({}),
      key: (_name: string, origin: string) =>
        Promise.resolve(origin === new URL(base).origin && key !== null ? { key } : null),
    };
    const source = httpModelSources(settings, fetch).find(({ name }) => name === provider.name);
    assert.ok(source !== undefined);
    return source;
  }

  for (const provider of httpProviders) {
    it(`is asked at its address, on its wire, with its key, and answers: ${provider.name}`, async () => {
      const asked: Asked[] = [];
      const { signal } = new AbortController();
      const source = sourceOf(provider, KEY, asked);
      const listed = await source.list(signal);
      assert.equal(asked.length > 0, provider.knownModels === undefined, 'the list of models');
      const [model] = listed.length > 0 ? listed : [{ id: 'named-by-the-user' }];
      assert.ok(model !== undefined);
      let answer = '';
      const request = { system: '', messages: [{ role: 'user', text: 'Where is the harbour?' }] } as const;
      for await (const part of (await source.open(model.id)).stream(request, signal))
        if (part.type === 'text-delta') answer += part.text;
      assert.match(answer, /Where is the harbour\?/);
      assert.match(asked.at(-1)?.path ?? '', answers[provider.protocol]);
      // Cohere is the one that refuses to be asked for figures.
      const asksForUsage = provider.protocol === 'openai-compatible' && provider.name !== 'cohere';
      assert.equal(asked.at(-1)?.body.includes('"stream_options"') ?? false, asksForUsage || provider.name === 'azure');
    });

    if (provider.key.need !== 'required' || provider.knownModels === undefined) continue;
    it(`says that its key is missing, though it need not be asked for its models: ${provider.name}`, async () => {
      const listing = sourceOf(provider, null).list(new AbortController().signal);
      await assert.rejects(listing, (error) => isSextantError(error) && /key/i.test(error.message));
    });
  }
});
