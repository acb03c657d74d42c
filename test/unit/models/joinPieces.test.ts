import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pieceJoiner } from '../../../src/models/joinPieces.ts';

const openAi = (delta: object, rest: object = {}): string =>
  `data: ${JSON.stringify({ id: '1', choices: [{ index: 0, delta, finish_reason: null }], ...rest })}\n\n`;
const anthropic = (text: string, index = 0): string =>
  `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } })}\n\n`;

function read(chunks: readonly Uint8Array[]): string {
  const join = pieceJoiner();
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(join(chunk), { stream: true })).join('') + decoder.decode();
}
const inOne = (...events: readonly string[]): string => read([new TextEncoder().encode(events.join(''))]);

describe('the pieces of an answer that come in one chunk', () => {
  it('become one event', () => {
    const hello = 'Hé said “no”: "a\\b"\n';
    assert.equal(inOne(...Array.from(hello, (content) => openAi({ content }))), openAi({ content: hello }));
    assert.equal(inOne(anthropic('a'), anthropic('"'), anthropic('c')), anthropic('a"c'));
    assert.equal(
      inOne(openAi({ role: 'assistant', content: 'a' }), openAi({ role: 'assistant', content: 'b' })),
      openAi({ role: 'assistant', content: 'ab' }),
    );
  });

  const kept: Readonly<Record<string, readonly string[]>> = {
    'of different blocks': [anthropic('a', 0), anthropic('b', 1)],
    'of thinking and of text': [openAi({ reasoning_content: 'a' }), openAi({ content: 'a' })],
    'with a call of a tool': [1, 2].map(() => openAi({ content: '', tool_calls: [{ function: { arguments: '{' } }] })),
    'of two choices': [1, 2].map(() => `data: {"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}\n\n`),
    'that are no JSON': ['data: {"delta":{"content":"a"}\n\n', 'data: {"delta":{"content":"b"}\n\n'],
    'of several lines': ['data: {"delta":\ndata: {"content":"a"}}\n\n', 'data: {"delta":\ndata: {"content":"b"}}\n\n'],
    'that say the same word twice': [1, 2].map(() => `data: {"content":"x","delta":{"content":"a"}}\n\n`),
  };
  for (const [what, events] of Object.entries(kept)) {
    it(`stay as they are where they are ${what}`, () => {
      assert.equal(inOne(...events), events.join(''));
    });
  }

  it('say the same as before, however the stream is cut', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.constantFrom('"', '\\', '\n\n', '"content":"', '\ud83d'),
    );
    const event = fc.oneof(
      { weight: 6, arbitrary: text.map((content) => openAi({ content })) },
      { weight: 2, arbitrary: text.map((content) => anthropic(content)) },
      text.map((thinking) => openAi({ reasoning_content: thinking })),
      text.map((content) => openAi({ content }).replaceAll('\n', '\r\n')),
      fc.constantFrom(
        ': keep-alive\n\n',
        'data: [DONE]\n\n',
        'data: {\n\n',
        '\n',
        openAi({}, { usage: { completion_tokens: 3 } }),
      ),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.array(fc.nat(400), { maxLength: 12 }), (events, cuts) => {
        const bytes = new TextEncoder().encode(events.join(''));
        const chunks: Uint8Array[] = [];
        let from = 0;
        for (const length of cuts) {
          chunks.push(bytes.subarray(from, from + length));
          from += length;
        }
        chunks.push(bytes.subarray(from));
        assert.equal(said(read(chunks)), said(new TextDecoder().decode(bytes)));
      }),
    );
  });
});

/** What a reader makes of a stream: the texts by their kind, pieces that follow each other taken together. */
function said(stream: string): string {
  const parts: [kind: string, text: string][] = [];
  for (const event of stream.split(/\r?\n\r?\n/)) {
    const found = /"(content|text|reasoning_content)":("(?:[^"\\]|\\.)*")/.exec(event);
    const [kind, text] = found === null ? [event, ''] : [found[1] ?? '', String(JSON.parse(found[2] ?? '""'))];
    const last = parts.at(-1);
    if (found !== null && last?.[0] === kind) last[1] += text;
    else parts.push([kind, text]);
  }
  return JSON.stringify(parts);
}
