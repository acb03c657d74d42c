import assert from 'node:assert/strict';
import { askForTitle, titleFrom } from '../../../src/chat/modelTitle.ts';
import type { ChatModel, ChatRequest } from '../../../src/models/chatModel.ts';

const never = new AbortController().signal;

describe('The title that a model gives', () => {
  for (const [reply, title] of [
    ['How sessions expire', 'How sessions expire'],
    ['  "How sessions expire."  ', 'How sessions expire'],
    ['“How sessions expire”', 'How sessions expire'],
    ['Title: How sessions expire', 'How sessions expire'],
    ['**Title:** How sessions expire', 'How sessions expire'],
    ['# How sessions expire', 'How sessions expire'],
    ['- **How `Session.expire` works**', 'How `Session.expire` works'],
    ['```\nHow sessions expire\n```', 'How sessions expire'],
    ['Here is a title for it:\n\n“How sessions expire”', 'How sessions expire'],
    ['{"title": "How sessions expire"}', 'How sessions expire'],
    ['```json\n{\n  "title": "How sessions expire"\n}\n```', 'How sessions expire'],
    ['<think>Short, they said.\nExpiry?</think>\nHow sessions expire', 'How sessions expire'],
    ['How\tsessions \u0007expire', 'How sessions expire'],
    ['会话如何过期。', '会话如何过期'],
    ['C# or F#?', 'C# or F#?'],
    ['Why **sessions** expire', 'Why sessions expire'],
    ['Array<T> and Map<K, V>', 'Array<T> and Map<K, V>'],
    ["The store's log", "The store's log"],
    ['', null],
    [' \n \n', null],
    ['""', null],
    ['…', null],
    ['```\n```', null],
    ['{}', null],
    ['<think>I wonder what', null],
    ['Here is a title:', null],
    ['You asked: **</answer>**\n\nFiles in the prompt:\n\nThe prompt names no file.', null],
    ['Sorry, I cannot name this.', null],
    ['I’m not able to name conversations.', null],
    ['This conversation is about how the sessions of the server expire, and what one could do about that.', null],
    ['a b c d e f g h i j k l m n o p', null],
    ['x'.repeat(81), null],
  ] as const) {
    it(`in ${JSON.stringify(reply.slice(0, 50))} is ${title ?? 'none'}`, () => {
      assert.equal(titleFrom(reply), title);
    });
  }

  it('is asked for in one short request, which a long chat does not make longer', async () => {
    const requests: ChatRequest[] = [];
    const model: ChatModel = {
      ref: { provider: 'p', model: 'm' },
      async *stream(request) {
        requests.push(request);
        yield await Promise.resolve({ type: 'reasoning-delta', text: 'Hm.' } as const);
        yield { type: 'text-delta', text: 'How ses' };
        yield { type: 'text-delta', text: 'sions expire\n' };
        yield { type: 'finish', reason: 'stop', usage: {} };
      },
    };
    const exchange = { question: 'Why?'.repeat(9_000), answer: 'So.'.repeat(90_000) };
    assert.equal(await askForTitle(model, exchange, never), 'How sessions expire');
    assert.equal(requests.length, 1);
    assert.ok(JSON.stringify(requests).length < 5_000);
  });

  it('is taken from no torrent', async () => {
    let pieces = 0;
    const model: ChatModel = {
      ref: { provider: 'p', model: 'm' },
      async *stream() {
        for (; pieces < 1_000; pieces++) yield await Promise.resolve({ type: 'text-delta', text: 'word '.repeat(100) });
        yield { type: 'finish', reason: 'stop', usage: {} };
      },
    };
    assert.equal(await askForTitle(model, { question: 'Why?', answer: 'So.' }, never), null);
    assert.ok(pieces < 100, `${pieces} pieces`);
  });
});
