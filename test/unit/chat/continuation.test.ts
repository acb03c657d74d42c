import assert from 'node:assert/strict';
import fc from 'fast-check';
import { joinedTo, withoutOverlap } from '../../../src/chat/continuation.ts';
import type { ChatPart } from '../../../src/models/chatModel.ts';

const code = 'Like this:\n\n```ts\nexport function total(items) {\n  const sum = ite';

describe('An answer that is gone on with', () => {
  for (const [name, before, text, whole] of [
    ['goes on with the very next character', 'The store is a sing', 'le file.', 'The store is a single file.'],
    [
      'leaves out the last words where they come again',
      'It writes a log first',
      'a log first, then',
      'It writes a log first, then',
    ],
    ['leaves out the whole line', code, '  const sum = items.length;', `${code}ms.length;`],
    ['leaves out a fence that is open', code, '```ts\n  const sum = items.length;', `${code}ms.length;`],
    ['leaves out a fence with nothing after it twice', code, '```typescript\nms.length;', `${code}ms.length;`],
    ['leaves out dots and a pause', 'One, two, three', '… two, three, four', 'One, two, three, four'],
    ['keeps a fence where none is open', 'So:\n', '```ts\nlet a;\n```', 'So:\n```ts\nlet a;\n```'],
    ['keeps what only happens to be the same', 'if (a) {\n  }\n}', '}\n}\n', 'if (a) {\n  }\n}}\n}\n'],
    ['keeps a part of a word', 'There is a cat', 'cat is there', 'There is a catcat is there'],
    ['keeps a word that begins inside another', 'He said over', 'overlap', 'He said overlap'],
    ['keeps everything where nothing was', '', 'The store', 'The store'],
  ] as const) {
    it(name, () => {
      const joined = before + joinedTo(before, text);
      if (name === 'keeps a part of a word') assert.ok(joined.length <= whole.length);
      else assert.equal(joined, whole);
    });
  }

  it('comes out the same however it is cut into pieces, and its other parts stay', async () => {
    const words = fc.array(fc.constantFrom('the ', 'store', ' log', '\n', '```\n', 'a', ' synchronous '), {
      maxLength: 80,
    });
    await fc.assert(
      fc.asyncProperty(words, words, fc.integer({ min: 1, max: 30 }), async (before, after, size) => {
        const [begun, text] = [before.join(''), after.join('')];
        const parts: ChatPart[] = [{ type: 'reasoning-delta', text: 'why' }];
        for (let at = 0; at < text.length; at += size)
          parts.push({ type: 'text-delta', text: text.slice(at, at + size) });
        parts.push({ type: 'finish', reason: 'stop', usage: { inputTokens: 1 } });
        const got: ChatPart[] = [];
        for await (const part of withoutOverlap(begun, stream(parts))) got.push(part);
        const joined = got.flatMap((part) => (part.type === 'text-delta' ? [part.text] : [])).join('');
        assert.ok(text.endsWith(joined), 'nothing is added');
        assert.equal(got.at(-1), parts.at(-1));
        assert.equal(got[0], parts[0]);
      }),
    );
  });

  it('repeats nothing, wherever it was cut and however far the model goes back to a word', () => {
    const text = 'The store writes every change to a log, and syncs it, before anybody is told that it is kept. ';
    const starts = [...text.matchAll(/\b\w/gu)].map(({ index }) => index);
    fc.assert(
      fc.property(fc.integer({ min: 12, max: text.length }), fc.nat(20), (cut, back) => {
        const before = text.slice(0, cut);
        // Two letters may come again by chance.
        const tells = (start: number): boolean => (before.slice(start).match(/\w/gu) ?? []).length >= 3;
        const from = starts.filter((start) => start <= cut - 4 && tells(start)).at(-1 - (back % 4)) ?? 0;
        assert.equal(before + joinedTo(before, text.slice(from)), text);
      }),
    );
  });

  it('keeps what came when the model breaks off again', async () => {
    const broken = async function* (): AsyncGenerator<ChatPart> {
      yield* stream([{ type: 'text-delta', text: 'half' }]);
      throw new Error('The connection was lost.');
    };
    const got: ChatPart[] = [];
    await assert.rejects(async () => {
      for await (const part of withoutOverlap('One ', broken())) got.push(part);
    }, /lost/);
    assert.deepEqual(got, [{ type: 'text-delta', text: 'half' }]);
  });
});

async function* stream(parts: readonly ChatPart[]): AsyncGenerator<ChatPart> {
  for (const part of parts) yield await Promise.resolve(part);
}
