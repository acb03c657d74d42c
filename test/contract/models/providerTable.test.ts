import assert from 'node:assert/strict';
import { httpModelSources, httpProviders } from '../../../src/chat/modelSources.ts';
import type { Fetch } from '../../../src/privacy/egressGate.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

const KEY = 'planted-key';
const JWT = 'eyJhbGciOi.eyJzdWIiOi.c2lnbmVk';
const AWS = 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY:a-session';

/** What a provider’s own documentation says of a request for an answer; written down here apart from the registry. */
interface Documented {
  readonly provider: string;
  /** What the user types; left out where the usual address is meant. */
  readonly typed?: string;
  readonly key?: string;
  readonly url: string;
  /** The headers that say whose request it is. */
  readonly sends: Readonly<Record<string, string | RegExp>>;
  /** The wire that is spoken there, as a path of the scripted server. */
  readonly wire: keyof typeof wires;
}

const wires = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  anthropic: '/v1/messages',
  google: '/v1beta/models/a-model:streamGenerateContent?alt=sse',
  ollama: '/api/chat',
} as const;

const bearer = { authorization: `Bearer ${KEY}` };
const chat = (provider: string, base: string, more: Partial<Documented> = {}): Documented => ({
  ...{ provider, url: `${base}/chat/completions`, sends: bearer, wire: 'chat' },
  ...more,
});
const GEMINI = '/models/a-model:streamGenerateContent?alt=sse';
const AZURE = 'https://acme.openai.azure.com/openai';
const VERTEX =
  'https://europe-west4-aiplatform.googleapis.com/v1/projects/acme/locations/europe-west4/publishers/google';
const signedFor = (service: string): RegExp =>
  new RegExp(`^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/\\d{8}/us-east-1/${service}/aws4_request, Signed`);
const signed = (service: string) => ({
  ...{ authorization: signedFor(service), 'x-amz-date': /^\d{8}T\d{6}Z$/, 'x-amz-security-token': 'a-session' },
});

const documented: readonly Documented[] = [
  { provider: 'openai', url: 'https://api.openai.com/v1/responses', sends: bearer, wire: 'responses' },
  chat('openai', 'https://gateway.test/v1', { typed: 'https://gateway.test/v1' }),
  ...[{ provider: 'anthropic' }, { provider: 'anthropic-compatible', typed: 'https://api.anthropic.com' }].map(
    (who): Documented => ({
      ...who,
      url: 'https://api.anthropic.com/v1/messages',
      sends: { 'x-api-key': KEY, 'anthropic-version': '2023-06-01' },
      wire: 'anthropic',
    }),
  ),
  ...[{ provider: 'google' }, { provider: 'google-compatible', typed: 'generativelanguage.googleapis.com' }].map(
    (who): Documented => ({
      ...who,
      url: `https://generativelanguage.googleapis.com/v1beta${GEMINI}`,
      sends: { 'x-goog-api-key': KEY },
      wire: 'google',
    }),
  ),
  {
    provider: 'vertex',
    url: `https://aiplatform.googleapis.com/v1/publishers/google${GEMINI}`,
    sends: { 'x-goog-api-key': KEY },
    wire: 'google',
  },
  {
    ...{ provider: 'vertex', typed: VERTEX, key: 'ya29.a-token', url: VERTEX + GEMINI, wire: 'google' },
    sends: { authorization: 'Bearer ya29.a-token' },
  },
  chat('mistral', 'https://api.mistral.ai/v1'),
  chat('deepseek', 'https://api.deepseek.com/v1'),
  chat('xai', 'https://api.x.ai/v1'),
  chat('groq', 'https://api.groq.com/openai/v1'),
  chat('cohere', 'https://api.cohere.ai/compatibility/v1'),
  chat('together', 'https://api.together.xyz/v1'),
  chat('fireworks', 'https://api.fireworks.ai/inference/v1'),
  chat('cerebras', 'https://api.cerebras.ai/v1'),
  chat('perplexity', 'https://api.perplexity.ai'),
  chat('openrouter', 'https://openrouter.ai/api/v1'),
  chat('github', 'https://models.github.ai/inference'),
  chat('huggingface', 'https://router.huggingface.co/v1'),
  ...[
    AZURE,
    `${AZURE}/v1`,
    `${AZURE}/v1/`,
    'https://acme.openai.azure.com',
    `${AZURE}/v1/responses?api-version=preview`,
  ].map((typed) => chat('azure', `${AZURE}/v1`, { typed, sends: { 'api-key': KEY } })),
  chat('azure', `${AZURE}/v1`, { typed: AZURE, key: JWT, sends: { authorization: `Bearer ${JWT}` } }),
  ...['', '/deployments/other/chat/completions', '/deployments/other'].map((path) =>
    chat('azure', '', {
      typed: `${AZURE}${path}?api-version=2024-10-21`,
      url: `${AZURE}/deployments/a-model/chat/completions?api-version=2024-10-21`,
      sends: { 'api-key': KEY },
    }),
  ),
  ...(['bedrock-mantle.us-east-1.api.aws/v1', 'bedrock-runtime.us-east-1.amazonaws.com/openai/v1'] as const).flatMap(
    (host) => [
      chat('bedrock', `https://${host}`, { typed: host }),
      chat('bedrock', `https://${host}`, {
        ...{ typed: host, key: AWS, sends: signed(host.startsWith('bedrock-mantle') ? 'bedrock-mantle' : 'bedrock') },
      }),
    ],
  ),
  { provider: 'ollama', url: 'http://127.0.0.1:11434/api/chat', sends: bearer, wire: 'ollama' },
  chat('lmstudio', 'http://127.0.0.1:1234/v1'),
  chat('llamacpp', 'http://127.0.0.1:8080/v1'),
  chat('vllm', 'http://127.0.0.1:8000/v1'),
  chat('litellm', 'http://127.0.0.1:4000/v1'),
  chat('openai-compatible', 'https://gateway.test/v1', { typed: 'https://gateway.test/v1/chat/completions' }),
];

/** Wherever a key can stand. */
const OURS = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'x-amz-security-token'];

describe('What providers document of their requests', function () {
  this.timeout(20_000);
  let server: ModelServer;

  before(async () => {
    server = await startModelServer();
  });
  after(() => server.close());

  it('is known of each', () => {
    const known = new Set(documented.map(({ provider }) => provider));
    assert.deepEqual(
      httpProviders.flatMap(({ name }) => (known.has(name) ? [] : [name])),
      [],
    );
  });

  for (const { provider, typed, key = KEY, url, sends, wire } of documented) {
    it(`is what goes out over the network: ${provider} at ${typed ?? 'its address'}${key === KEY ? '' : ', by a token'}`, async () => {
      server.reset();
      const asked: string[] = [];
      const fetch: Fetch = (address, init) => {
        asked.push(address);
        return globalThis.fetch(server.address + wires[wire], init);
      };
      const settings = { address: () => typed, headers: () => ({}), key: () => Promise.resolve({ key }) };
      const source = httpModelSources(settings, fetch).find(({ name }) => name === provider);
      assert.ok(source !== undefined);
      const request = { system: '', messages: [{ role: 'user', text: 'Where is the harbour?' }] } as const;
      let answer = '';
      for await (const part of (await source.open('a-model')).stream(request, new AbortController().signal))
        if (part.type === 'text-delta') answer += part.text;
      assert.match(answer, /Where is the harbour/);
      assert.deepEqual(asked, [url]);
      const headers = server.generations[0]?.headers ?? {};
      for (const [name, value] of Object.entries(sends)) {
        if (typeof value === 'string') assert.equal(headers[name], value, name);
        else assert.match(headers[name] ?? '', value, name);
      }
      for (const name of OURS) if (!(name in sends)) assert.equal(headers[name], undefined, name);
      assert.ok(!JSON.stringify(server.generations).includes('wJalr'), 'the secret is not sent');
    });
  }
});
