import assert from 'node:assert/strict';
import { isSextantError } from '../../../src/base/errors.ts';
import type { FinishReason } from '../../../src/models/chatModel.ts';
import { createChatModel } from '../../../src/models/createChatModel.ts';
import { type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

interface Case {
  readonly title: string;
  readonly protocol: HttpProtocol;
  readonly body: string;
  readonly contentType?: string;
  readonly text: string;
  /** How it ends: a reason, or what the error says. */
  readonly ends: FinishReason | RegExp;
}

const line = (text: string): string => `data: {"choices":[{"delta":{"content":${JSON.stringify(text)}}}]}\n\n`;

const cases: readonly Case[] = [
  {
    title: 'a server that gives no reason, but says [DONE]',
    protocol: 'openai-compatible',
    body: `${line('Hello')}data: [DONE]\n\n`,
    text: 'Hello',
    ends: 'stop',
  },
  {
    title: 'a server that says neither',
    protocol: 'openai-compatible',
    body: line('Hello'),
    text: 'Hello',
    ends: /cut off/,
  },
  {
    title: 'a text that only talks of [DONE]',
    protocol: 'openai-compatible',
    body: line('Then comes [DONE]'),
    text: 'Then comes [DONE]',
    ends: /cut off/,
  },
  {
    title: 'comments, carriage returns and unknown fields',
    protocol: 'openai-compatible',
    body: `: keep-alive\r\n\r\nid: 7\r\n${line('Hi').replaceAll('\n', '\r\n')}data: {"choices":[{"delta":{},"finish_reason":"stop"}],"new":1}\r\n\r\ndata: [DONE]\r\n\r\n`,
    text: 'Hi',
    ends: 'stop',
  },
  {
    title: 'an event stream under a wrong content type',
    protocol: 'openai-compatible',
    contentType: 'application/json',
    body: `${line('Hi')}data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`,
    text: 'Hi',
    ends: 'stop',
  },
  {
    title: 'an error as a plain document with status 200',
    protocol: 'openai-compatible',
    contentType: 'application/json',
    body: '{"error":{"message":"The model is asleep."}}',
    text: '',
    ends: /“The model is asleep\.”/,
  },
  {
    title: 'a web page under a wrong content type',
    protocol: 'anthropic',
    contentType: 'text/event-stream',
    body: '\n<!doctype html><p>Sign in</p>',
    text: '',
    ends: /web page/,
  },
  {
    title: 'JSON that is broken in the middle',
    protocol: 'openai-compatible',
    body: `${line('Hello')}data: {"choices":[{"del\n\n`,
    text: 'Hello',
    ends: /not an answer in its own format; what came before it is above/,
  },
  {
    title: 'garbage',
    protocol: 'google',
    body: '\u0000\u0001\u0002',
    text: '',
    ends: /ended its answer before it began/,
  },
  {
    title: "garbage on Ollama's wire",
    protocol: 'ollama',
    body: 'what?\n',
    text: '',
    ends: /not an answer in its own format/,
  },
  {
    title: "an error in the middle on Ollama's wire",
    protocol: 'ollama',
    body: '{"message":{"content":"Hel"},"done":false}\n{"error":"llama runner process has terminated"}\n',
    text: 'Hel',
    ends: /broke off.*“llama runner/,
  },
  {
    title: "frames of another shape on Ollama's wire",
    protocol: 'ollama',
    body: '[]\n7\nnull\n{"message":7}\n{"message":{"content":"Hi"}}\n{"done":true}\n',
    text: 'Hi',
    ends: 'stop',
  },
  {
    title: 'an answer that is withheld',
    protocol: 'google',
    body: 'data: {"candidates":[{"finishReason":"SAFETY","index":0}]}\n\n',
    text: '',
    ends: /content filter/,
  },
  {
    title: 'an answer that is complete and empty',
    protocol: 'openai-compatible',
    body: 'data: {"choices":[{"delta":{"content":""},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    text: '',
    ends: /nothing at all/,
  },
];

describe('an odd stream', () => {
  let server: ModelServer;

  before(async () => {
    server = await startModelServer();
  });
  after(async () => {
    await server.close();
  });

  for (const { title, protocol, body, contentType, text, ends } of cases) {
    it(`of ${title}`, async () => {
      server.enqueue({ type: 'raw', body, ...(contentType === undefined ? {} : { contentType }) });
      const answer = await ask(server, protocol, 'Hello?');
      assert.equal(answer.text, text);
      if (typeof ends === 'string') assert.equal(answer.reason, ends, String(answer.error));
      else {
        assert.ok(isSextantError(answer.error), String(answer.error));
        assert.match(answer.error.message, ends);
      }
    });
  }
});

describe('the context of Ollama', () => {
  let server: ModelServer;

  before(async () => {
    server = await startModelServer({ kind: 'ollama' });
  });
  after(async () => {
    await server.close();
  });
  beforeEach(() => {
    server.reset();
  });

  const sent = (): Record<string, unknown> => server.generations[0]?.body as Record<string, unknown>;
  const contextOf = (body: Record<string, unknown>): unknown => (body['options'] as Record<string, unknown>)['num_ctx'];

  it('is always said, and the prompt is never shortened behind our back', async () => {
    await ask(server, 'ollama', 'Hello?');
    assert.equal(contextOf(sent()), 8192);
    assert.equal(sent()['truncate'], false);
    assert.equal(sent()['shift'], false);
    assert.equal(server.requests.length, 1, 'a short prompt costs no further request');
  });

  it('grows with the prompt by powers of two, so that the model is seldom loaded anew', async () => {
    await ask(server, 'ollama', 'word '.repeat(4000));
    assert.equal(contextOf(sent()), 16_384);
  });

  it('is no larger than the model can', async () => {
    const { error } = await ask(server, 'ollama', 'word '.repeat(17_000));
    assert.equal(error, undefined);
    assert.equal(contextOf(sent()), 32_768, 'what /api/show says');
  });

  it('is an error before anything is sent when the prompt cannot fit', async () => {
    const { error } = await ask(server, 'ollama', 'word '.repeat(60_000));
    assert.ok(isSextantError(error));
    assert.equal(error.data['kind'], 'too-large');
    assert.match(error.message, /about 32,768 tokens/);
    assert.equal(server.generations.length, 0);
  });
});

async function ask(
  server: ModelServer,
  protocol: HttpProtocol,
  text: string,
): Promise<{ text: string; reason?: FinishReason; error?: unknown }> {
  const baseUrl = normaliseAddress(server.address, protocol);
  const endpoint = { displayName: 'Acme', protocol, baseUrl, apiKey: 'a-key', headers: {}, fetch };
  const model = createChatModel(endpoint, { provider: 'acme', model: 'echo' });
  const answer: { text: string; reason?: FinishReason; error?: unknown } = { text: '' };
  try {
    const request = { system: '', messages: [{ role: 'user', text }] } as const;
    for await (const part of model.stream(request, new AbortController().signal)) {
      if (part.type === 'text-delta') answer.text += part.text;
      if (part.type === 'finish') answer.reason = part.reason;
    }
  } catch (error) {
    answer.error = error;
  }
  return answer;
}
