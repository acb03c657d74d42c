import assert from 'node:assert/strict';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Endpoint, type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import { findLocalServers } from '../../../src/models/localServers.ts';
import { type ModelPurpose, listModels } from '../../../src/models/modelCatalog.ts';
import type { ServerKind } from '../../fixtures/modelRoutes.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

const KEY = 'sk-planted-0123456789abcdef';
const signal = new AbortController().signal;

const lists: readonly [ServerKind, HttpProtocol, ModelPurpose, readonly [id: string, contextWindow?: number][]][] = [
  ['openai', 'openai', 'chat', [['echo-large'], ['echo-small']]],
  ['openai', 'openai-compatible', 'chat', [['echo-large'], ['echo-small']]],
  [
    'lmstudio',
    'openai-compatible',
    'chat',
    [
      ['echo-large', 8192],
      ['echo-small', 8192],
    ],
  ],
  ['llamacpp', 'openai-compatible', 'chat', [['echo-small']]],
  [
    'anthropic',
    'anthropic',
    'chat',
    [
      ['echo-large', 200_000],
      ['echo-small', 200_000],
    ],
  ],
  [
    'google',
    'google',
    'chat',
    [
      ['echo-large', 1_048_576],
      ['echo-small', 1_048_576],
    ],
  ],
  [
    'ollama',
    'ollama',
    'chat',
    [
      ['echo-large:latest', 32_768],
      ['echo-small:latest', 32_768],
    ],
  ],
  [
    'ollama',
    'ollama',
    'completion',
    [
      ['echo-large:latest', 32_768],
      ['echo-small:latest', 32_768],
    ],
  ],
];

describe('the models of an endpoint', () => {
  for (const [kind, protocol, purpose, expected] of lists) {
    it(`of ${kind} over ${protocol}, for ${purpose}`, async () => {
      const server = await startModelServer({ kind, apiKey: KEY });
      try {
        const models = await listModels(endpoint(protocol, server.address), signal, purpose);
        assert.deepEqual(
          models.map(({ id, contextWindow }) => (contextWindow === undefined ? [id] : [id, contextWindow])),
          expected,
        );
      } finally {
        await server.close();
      }
    });
  }

  for (const protocol of ['openai', 'anthropic', 'google', 'ollama'] as const) {
    it(`need the right key of ${protocol}`, async () => {
      const server = await startModelServer({ apiKey: 'another-key' });
      try {
        await assert.rejects(listModels(endpoint(protocol, server.address), signal), /refused the key/);
      } finally {
        await server.close();
      }
    });

    it(`are refused when ${protocol} answers with something else`, async () => {
      for (const body of ['{"hello":"world"}', '[]x', 'null', '"a"', '<html>']) {
        await serving(
          (_request, response) => response.setHeader('content-type', 'application/json').end(body),
          (address) =>
            assert.rejects(listModels(endpoint(protocol, address), signal), (error: Error & { code?: string }) => {
              assert.equal(error.code, 'model', body);
              assert.ok(!error.message.includes(KEY));
              return true;
            }),
        );
      }
    });
  }

  it('leave out what plainly does not chat, newest first', async () => {
    const ids = [
      'gpt-4o',
      'gpt-5',
      'text-embedding-3-large',
      'whisper-1',
      'tts-1',
      'dall-e-3',
      'gpt-4o-realtime-preview',
    ];
    ids.push(
      'gpt-3.5-turbo-instruct',
      'omni-moderation-latest',
      'sora-2',
      'gpt-4o-mini-tts',
      'o3',
      'gpt-audio',
      'chatgpt-4o-latest',
    );
    const data = ids.map((id, index) => ({ id, created: index + 1 }));
    await serving(
      (_request, response) => response.end(JSON.stringify({ data })),
      async (address) => {
        const chat = await listModels(endpoint('openai', address), signal);
        assert.deepEqual(
          chat.map(({ id }) => id),
          ['chatgpt-4o-latest', 'o3', 'gpt-5', 'gpt-4o'],
        );
        const completion = await listModels(endpoint('openai', address), signal, 'completion');
        assert.deepEqual(
          completion.map(({ id }) => id),
          ['gpt-3.5-turbo-instruct'],
        );
      },
    );
  });

  it('take what compatible servers add, and skip entries that are none', async () => {
    const data = [
      null,
      7,
      { name: 'no id' },
      { id: 'a', context_length: 128_000, top_provider: { max_completion_tokens: 4096 }, name: 'Model A' },
      { id: 'b', max_model_len: 4096 },
      { id: 'c', context_window: -5 },
      { id: 'd', meta: { n_ctx_train: 2048 } },
    ];
    await serving(
      (_request, response) => response.end(JSON.stringify({ data })),
      async (address) => {
        assert.deepEqual(await listModels(endpoint('openai-compatible', address), signal), [
          { id: 'a', displayName: 'Model A', contextWindow: 128_000, outputLimit: 4096 },
          { id: 'b', contextWindow: 4096 },
          { id: 'c' },
          { id: 'd', contextWindow: 2048 },
        ]);
      },
    );
  });

  it('come page by page, and not for ever', async () => {
    let pages = 0;
    await serving(
      (request, response) => {
        pages++;
        const after = new URL(request.url ?? '', 'http://x').searchParams.get('after_id') ?? '0';
        const next = String(Number(after) + 1);
        response.end(JSON.stringify({ data: [{ id: next }], has_more: true, last_id: next }));
      },
      async (address) => {
        const models = await listModels(endpoint('anthropic', address), signal);
        assert.deepEqual(
          models.slice(0, 3).map(({ id }) => id),
          ['1', '2', '3'],
        );
        assert.equal(models.length, pages);
      },
    );
  });

  it('say that time is up when their caller gives no more', async () => {
    await serving(
      () => undefined,
      (address) =>
        assert.rejects(listModels(endpoint('openai', address), AbortSignal.timeout(50)), /did not answer within/),
    );
  });
});

/** Nobody may listen at this port. */
const NOBODY = 'http://127.0.0.1:1';

describe('local servers', () => {
  const kinds = ['ollama', 'lmstudio', 'llamacpp'] as const;
  const servers = new Map<string, ModelServer>();

  before(async () => {
    for (const kind of [...kinds, 'openai'] as const) servers.set(kind, await startModelServer({ kind }));
  });
  after(async () => {
    for (const server of servers.values()) await server.close();
  });

  const at = (kind: string): string => servers.get(kind)?.address ?? '';

  it('are found where they are, with the address their wire wants', async () => {
    const found = await findLocalServers(
      fetch,
      { ollama: at('ollama'), lmstudio: at('lmstudio'), llamacpp: at('llamacpp'), vllm: NOBODY },
      5000,
    );
    assert.deepEqual(found, [
      { provider: 'ollama', displayName: 'Ollama', address: at('ollama') },
      { provider: 'lmstudio', displayName: 'LM Studio', address: `${at('lmstudio')}/v1` },
      { provider: 'llamacpp', displayName: 'llama.cpp', address: `${at('llamacpp')}/v1` },
    ]);
  });

  it('are not taken for one another, nor for any other server', async () => {
    for (const [ollama, lmstudio, llamacpp] of [
      ['lmstudio', 'llamacpp', 'ollama'],
      ['llamacpp', 'ollama', 'lmstudio'],
      ['openai', 'openai', 'openai'],
    ] as const) {
      const found = await findLocalServers(
        fetch,
        { ollama: at(ollama), lmstudio: at(lmstudio), llamacpp: at(llamacpp), vllm: at('openai') },
        5000,
      );
      assert.deepEqual(found, [], `${ollama}, ${lmstudio}, ${llamacpp}`);
    }
  });

  it('are not there when nothing answers, or nothing that ends', async () => {
    await serving(
      (_request, response) => {
        response.write('Ollama is');
      },
      async (address) => {
        assert.deepEqual(
          await findLocalServers(fetch, { ollama: address, lmstudio: address, llamacpp: NOBODY, vllm: NOBODY }, 50),
          [],
        );
      },
    );
  });

  it('are vLLM where the models say so', async () => {
    const answer = (_request: unknown, response: ServerResponse): void => {
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'qwen3', object: 'model', owned_by: 'vllm' }] }));
    };
    await serving(answer, async (vllm) => {
      const found = await findLocalServers(fetch, { ollama: NOBODY, lmstudio: NOBODY, llamacpp: NOBODY, vllm }, 5000);
      assert.deepEqual(found, [{ provider: 'vllm', displayName: 'vLLM', address: `${vllm}/v1` }]);
    });
  });

  it('are told nothing but the question', async () => {
    for (const server of servers.values()) server.reset();
    await findLocalServers(
      fetch,
      { ollama: at('ollama'), lmstudio: at('lmstudio'), llamacpp: at('llamacpp'), vllm: NOBODY },
      5000,
    );
    for (const kind of kinds) {
      assert.equal(servers.get(kind)?.requests.length, 1);
      assert.equal(servers.get(kind)?.requests[0]?.method, 'GET');
      assert.equal(servers.get(kind)?.requests[0]?.headers['authorization'], undefined);
    }
  });
});

function endpoint(protocol: HttpProtocol, address: string): Endpoint {
  return {
    displayName: 'Acme',
    protocol,
    baseUrl: normaliseAddress(address, protocol),
    apiKey: KEY,
    headers: {},
    fetch,
  };
}

async function serving(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  use: (address: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
