import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChatModel, ChatPart, ChatRequest } from '../../../src/models/chatModel.ts';
import type { HttpProtocol } from '../../../src/models/endpoint.ts';
import { type ResponseCache, cachedChatModel, requestKey } from '../../../src/models/responseCache.ts';

const runs = process.env['SEXTANT_CAMPAIGN'] === undefined ? 100 : 5_000;

type Asked = readonly [endpoint: Parameters<typeof requestKey>[0], model: string, request: ChatRequest];

const words = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('', 'a', 'user', '"],["', 'null'));
const protocol = fc.constantFrom<HttpProtocol>('openai', 'openai-compatible', 'anthropic', 'google', 'ollama');
const headers = fc.dictionary(fc.constantFrom('x-a', 'x-b', 'authorization'), words, { maxKeys: 3 });
const apiKey = fc.option(words);
const baseUrl = fc.webUrl();
const endpoint = fc.record({ protocol, baseUrl, apiKey, headers });
const image = fc.record({
  mimeType: fc.constantFrom('image/png', 'image/gif'),
  bytes: fc.uint8Array({ maxLength: 4 }),
});
const message = fc.record(
  {
    role: fc.constantFrom('user' as const, 'assistant' as const),
    text: words,
    images: fc.array(image, { maxLength: 2 }),
  },
  { requiredKeys: ['role', 'text'] },
);
const messages = fc.array(message, { minLength: 1, maxLength: 4 });
const maxOutputTokens = fc.nat();
const temperature = fc.constantFrom(0, 0.5, 1);
const request: fc.Arbitrary<ChatRequest> = fc.record(
  { system: words, messages, maxOutputTokens, temperature },
  { requiredKeys: ['system', 'messages'] },
);
const asked: fc.Arbitrary<Asked> = fc.tuple(endpoint, words, request);

/** What matters to an answer, each with another value than it has. */
const changes: Readonly<Record<string, fc.Arbitrary<(before: Asked) => Asked>>> = {
  'the protocol': protocol.map((value) => ([at, ...rest]) => [{ ...at, protocol: value }, ...rest]),
  'the address': baseUrl.map((value) => ([at, ...rest]) => [{ ...at, baseUrl: value }, ...rest]),
  'the key': apiKey.map((value) => ([at, ...rest]) => [{ ...at, apiKey: value }, ...rest]),
  'a header': headers.map((value) => ([at, ...rest]) => [{ ...at, headers: value }, ...rest]),
  'the model': words.map((value) => ([at, , rest]) => [at, value, rest]),
  'the instructions': words.map((system) => ([at, model, rest]) => [at, model, { ...rest, system }]),
  'a message': messages.map((value) => ([at, model, rest]) => [at, model, { ...rest, messages: value }]),
  'one more message': message.map((value) => ([at, model, rest]) => [
    at,
    model,
    { ...rest, messages: [...rest.messages, value] },
  ]),
  'the longest answer': maxOutputTokens.map((value) => ([at, model, rest]) => [
    at,
    model,
    { ...rest, maxOutputTokens: value },
  ]),
  'the temperature': temperature.map((value) => ([at, model, rest]) => [at, model, { ...rest, temperature: value }]),
};

/** Without what makes no difference on the wire. */
function plain([{ apiKey: key, ...at }, model, { messages: said, ...rest }]: Asked): unknown {
  const images = (each: ChatRequest['messages'][number]): unknown[] =>
    (each.images ?? []).map(({ mimeType, bytes }) => [mimeType, ...bytes]);
  const sorted = Object.entries(at.headers).sort(([a], [b]) => (a < b ? -1 : 1));
  // No key and an empty one go out alike.
  const own = { ...at, headers: sorted, key: key ?? '' };
  return [own, model, { ...rest, messages: said.map((each) => [each.role, each.text, images(each)]) }];
}

describe('The key that an answer is kept under', () => {
  it('is the same for the same request', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async ([at, model, { messages: said, ...rest }]) => {
        const reversed = Object.fromEntries(Object.entries(at.headers).reverse());
        const upper = Object.fromEntries(Object.entries(reversed).map(([name, value]) => [name.toUpperCase(), value]));
        const copied = said.map(({ text, role, ...more }) => ({ ...more, text, role }));
        const notSent = { isFresh: true, origin: { purpose: 'edit', files: ['a.ts'] } } as const;
        const again = { ...notSent, repeated: { messages: 1, key: 'k' }, messages: copied, ...rest };
        assert.equal(
          await requestKey({ ...at, headers: upper }, model, again),
          await requestKey(at, model, { ...rest, messages: said }),
        );
      }),
      { numRuns: runs },
    );
  });

  for (const [what, change] of Object.entries(changes)) {
    it(`is another where ${what} is another`, async () => {
      await fc.assert(
        fc.asyncProperty(asked, change, async (before, changed) => {
          const after = changed(before);
          fc.pre(JSON.stringify(plain(before)) !== JSON.stringify(plain(after)));
          assert.notEqual(await requestKey(...after), await requestKey(...before));
        }),
        { numRuns: runs },
      );
    });
  }

  it('is another for any two requests that differ', async () => {
    await fc.assert(
      fc.asyncProperty(asked, asked, async (one, other) => {
        const isSame = JSON.stringify(plain(one)) === JSON.stringify(plain(other));
        assert.equal((await requestKey(...one)) === (await requestKey(...other)), isSame);
      }),
      { numRuns: runs },
    );
  });

  it('is a hash, which tells nothing', async () => {
    const at = { protocol: 'openai', baseUrl: 'https://a.test', apiKey: 'sk-secret', headers: {} } as const;
    const key = await requestKey(at, 'm', { system: '', messages: [{ role: 'user', text: 'Why?' }] });
    assert.match(key, /^[0-9a-f]{64}$/);
  });
});

describe('A cache that fails', () => {
  it('keeps nobody from an answer', async () => {
    const parts: readonly ChatPart[] = [
      { type: 'text-delta', text: 'So.' },
      { type: 'finish', reason: 'stop', usage: {} },
    ];
    const model: ChatModel = {
      ref: { provider: 'p', model: 'm' },
      async *stream() {
        yield* parts;
      },
    };
    const at = { protocol: 'openai', baseUrl: 'https://a.test', apiKey: null, headers: {} } as const;
    const gone = (): Promise<never> => Promise.reject(new Error('The store is gone.'));
    const cached = cachedChatModel(model.ref, at, () => model, { which: () => 'all', find: gone, keep: gone });
    const asked = { system: '', messages: [{ role: 'user', text: 'Why?' }] } as const;
    const got: ChatPart[] = [];
    for await (const part of cached.stream(asked, new AbortController().signal)) got.push(part);
    assert.deepEqual(got, parts);
  });

  it('keeps each of two answers at once under the key that it came by', async () => {
    const ref = { provider: 'openai', model: 'a' };
    const at = { protocol: 'openai', baseUrl: 'https://a.test', apiKey: 'first', headers: {} } as const;
    const kept: string[] = [];
    const cache: ResponseCache = {
      which: () => 'all',
      find: () => Promise.resolve(null),
      keep: (key) => Promise.resolve(void kept.push(key)),
    };
    const question = (text: string): ChatRequest => ({ system: '', messages: [{ role: 'user', text }] });
    const cached = cachedChatModel(
      ref,
      at,
      (onServed) => ({
        ref,
        async *stream({ messages }) {
          await Promise.resolve();
          onServed(messages[0]?.text === 'Why?' ? 'second' : 'first');
          yield { type: 'text-delta', text: 'So.' };
          yield { type: 'finish', reason: 'stop', usage: {} };
        },
      }),
      cache,
    );
    const { signal } = new AbortController();
    const early = cached.stream(question('Why?'), signal)[Symbol.asyncIterator]();
    await early.next();
    for await (const part of cached.stream(question('How?'), signal)) assert.ok(part);
    while ((await early.next()).done !== true);
    assert.deepEqual(kept, [
      await requestKey(at, 'a', question('How?')),
      await requestKey({ ...at, apiKey: 'second' }, 'a', question('Why?')),
    ]);
  });
});
