import assert from 'node:assert/strict';
import type { ChatRequest, TokenUsage } from '../../../src/models/chatModel.ts';
import { createChatModel } from '../../../src/models/createChatModel.ts';
import { type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

const official = 'https://api.openai.com';
const openRouter = 'https://openrouter.ai/api/v1';
const request: ChatRequest = {
  system: 'Cite files.',
  messages: [
    { role: 'user', text: 'What is a?' },
    { role: 'assistant', text: 'A letter.' },
    { role: 'user', text: 'What is b?' },
  ],
  repeated: { messages: 2, key: 'abc' },
};

describe('the beginning of a conversation, which providers keep', () => {
  let server: ModelServer;

  before(async () => {
    server = await startModelServer();
  });
  after(async () => {
    await server.close();
  });
  beforeEach(() => {
    server.reset();
  });

  const ask = async (
    protocol: HttpProtocol,
    asked: ChatRequest,
    address = server.address,
    name = 'echo',
  ): Promise<TokenUsage> => {
    const endpoint = {
      ...{
        displayName: 'Test',
        protocol,
        baseUrl: normaliseAddress(address, protocol),
        apiKey: 'sk-test',
        headers: {},
      },
      fetch: (url: string, init: RequestInit) =>
        fetch(url.replace(official, server.address).replace(openRouter, `${server.address}/v1`), init),
    };
    let usage: TokenUsage = {};
    const model = createChatModel(endpoint, { provider: 'test', model: name });
    for await (const part of model.stream(asked, new AbortController().signal)) {
      if (part.type === 'finish') ({ usage } = part);
    }
    return usage;
  };
  const body = (): Record<string, unknown> => server.generations.at(-1)?.body as Record<string, unknown>;

  it('is marked for Anthropic: the system prompt, and the last message that goes out again', async () => {
    await ask('anthropic', request);
    const mark = { type: 'ephemeral' };
    const { system, messages } = body() as {
      system: { cache_control?: unknown }[];
      messages: { content: { cache_control?: unknown }[] }[];
    };
    assert.deepEqual(system.at(-1)?.cache_control, mark);
    assert.deepEqual(
      messages.map(({ content }) => content.at(-1)?.cache_control),
      [undefined, mark, undefined],
    );
  });

  it('is not marked where there is no next question, which would only cost more', async () => {
    const { system, messages } = request;
    await ask('anthropic', { system, messages });
    assert.doesNotMatch(JSON.stringify(body()), /cache_control/);
  });

  it('is marked for Anthropic’s models behind OpenRouter too, and for no others', async () => {
    const contents = async (model: string): Promise<unknown[]> => {
      await ask('openai-compatible', request, openRouter, model);
      return (body()['messages'] as { content: unknown }[]).map(({ content }) => content);
    };
    const marked = (text: string): unknown => [{ type: 'text', text, cache_control: { type: 'ephemeral' } }];
    const plain = ['Cite files.', 'What is a?', 'A letter.', 'What is b?'];
    assert.deepEqual(await contents('openai/gpt'), plain);
    const [system, first, second, third] = plain;
    assert.deepEqual(await contents('anthropic/claude'), [marked(system ?? ''), first, marked(second ?? ''), third]);
  });

  it('has a name for OpenAI, by which its requests find the same cache', async () => {
    await ask('openai', request, official);
    assert.equal(body()['prompt_cache_key'], 'abc');
  });

  for (const protocol of ['google', 'openai-compatible'] as const) {
    it(`is sent without marks over ${protocol}, which finds it by itself`, async () => {
      await ask(protocol, request);
      assert.doesNotMatch(JSON.stringify(body()), /cache_control|cacheControl|prompt_cache_key/);
    });
  }

  it('is told of in tokens where the provider tells', async () => {
    const chunk = (value: object): string =>
      `data: ${JSON.stringify({ id: '1', created: 1, model: 'echo', ...value })}\n\n`;
    const usage = { prompt_tokens: 900, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 800 } };
    server.enqueue({
      type: 'raw',
      body: `${chunk({ choices: [{ index: 0, delta: { content: 'Yes.' }, finish_reason: 'stop' }] })}${chunk({ choices: [], usage })}data: [DONE]\n\n`,
    });
    const { inputTokens, cachedTokens } = await ask('openai-compatible', request);
    assert.deepEqual([inputTokens, cachedTokens], [900, 800]);
  });
});
