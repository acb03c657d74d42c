import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RpcPeer, type Silent, channelPair } from '../../../src/base/rpc.ts';
import { AnswerWriter } from '../../../src/chat/answerWriter.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';

/** The one request of the store that a writer makes. */
interface AppendContract {
  readonly requests: Pick<StoreContract['requests'], 'turns.append'>;
  readonly events: Record<never, never>;
}

function openStore(append: (text: string) => void): RpcPeer<Silent, StoreContract> {
  const [here, there] = channelPair();
  new RpcPeer<AppendContract, Silent>(there, {
    handlers: {
      'turns.append': async ({ text }) => {
        await Promise.resolve();
        append(text);
      },
    },
  });
  return new RpcPeer<Silent, StoreContract>(here, { handlers: {} });
}

describe('the writer of an answer', () => {
  it('stores and tells every piece in order, once, whole characters only, however the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 6 })), fc.nat(3), async (words, cut) => {
        const text = words.join('');
        let stored = '';
        let told = '';
        const store = openStore((piece) => {
          assert.doesNotMatch(piece, /\p{Surrogate}/u);
          stored += piece;
        });
        const writer = new AnswerWriter(store, { id: 'message', content: '', reasoning: '' }, (piece) => {
          assert.equal(piece.offset, told.length);
          assert.ok(stored.startsWith(told + piece.text), 'on disk before it is told');
          told += piece.text;
        });
        for (let at = 0; at < text.length; at += cut + 1) {
          writer.push({ text: text.slice(at, at + cut + 1) });
          if (at % 2 === 0) await Promise.resolve();
        }
        await writer.drain();
        assert.equal(stored, text);
        assert.equal(told, text);
      }),
    );
  });

  it('says so when a piece cannot be stored, and tells nothing of it', async () => {
    let told = '';
    const store = openStore(() => {
      throw new Error('The disk is full.');
    });
    const writer = new AnswerWriter(store, { id: 'message', content: '', reasoning: '' }, ({ text }) => (told += text));
    writer.push({ text: 'lost' });
    await assert.rejects(writer.drain(), /disk is full/);
    assert.throws(() => {
      writer.push({ text: 'more' });
    }, /disk is full/);
    assert.equal(told, '');
  });

  it('leaves no hole: after a piece that cannot be stored nothing is', async () => {
    let stored = '';
    let tries = 0;
    const store = openStore((piece) => {
      if (++tries === 2) throw new Error('The disk is full.');
      stored += piece;
    });
    const writer = new AnswerWriter(store, { id: 'message', content: '', reasoning: '' }, () => {
      writer.push({ text: 'B' });
      queueMicrotask(() => {
        writer.push({ text: 'C' });
      });
    });
    writer.push({ text: 'A' });
    await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(writer.drain(), /disk is full/);
    assert.equal(stored, 'A');
  });
});
