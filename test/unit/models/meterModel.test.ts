import assert from 'node:assert/strict';
import type { ChatModel, ChatPart, ChatRequest } from '../../../src/models/chatModel.ts';
import type { CompletionModel } from '../../../src/models/completionModel.ts';
import {
  type AnswerFigures,
  type Measurement,
  type Meter,
  admittedChat,
  meterChat,
  meterCompletion,
  meterEmbedding,
} from '../../../src/models/meterModel.ts';

const ref = { provider: 'acme', model: 'large' };
const figures: AnswerFigures = { costMicrousd: 5, isBilled: false, firstTokenMs: 1, tokensPerSecond: 2 };
const { signal } = new AbortController();
const request: ChatRequest = { system: 'abcd', messages: [{ role: 'user', text: 'abcdefgh' }] };

function chatModel(parts: readonly (ChatPart | Error)[]): ChatModel {
  return {
    ref,
    async *stream() {
      for (const part of parts) {
        if (part instanceof Error) throw part;
        yield part;
      }
    },
  };
}

describe('A metered model', () => {
  let seen: Measurement[];
  let meter: Meter;

  beforeEach(() => {
    seen = [];
    meter = {
      admit: () => Promise.resolve(),
      record: (measurement) => {
        seen.push(measurement);
        return figures;
      },
    };
  });

  async function read(stream: AsyncIterable<unknown>): Promise<unknown[]> {
    const pieces: unknown[] = [];
    for await (const piece of stream) pieces.push(piece);
    return pieces;
  }

  it('tells what the provider says, and who asked for what', async () => {
    const usage = { inputTokens: 10, cachedTokens: 4, outputTokens: 3, costMicrousd: 7 };
    const parts: ChatPart[] = [
      { type: 'text-delta', text: 'Hi' },
      { type: 'finish', reason: 'stop', usage },
    ];
    const told: AnswerFigures[] = [];
    const asked = { ...request, persona: 'Reviewer', origin: { purpose: 'edit', files: [] } } as const;
    const onMeasured = (each: AnswerFigures): void => void told.push(each);
    assert.deepEqual(await read(meterChat(chatModel(parts), meter).stream({ ...asked, onMeasured }, signal)), parts);
    const [{ firstTokenMs, durationMs, ...rest } = assert.fail()] = seen;
    assert.deepEqual(rest, { ref, purpose: 'edit', persona: 'Reviewer', usage, isEstimate: false, isCached: false });
    assert.ok(firstTokenMs !== null && firstTokenMs <= durationMs);
    assert.deepEqual(told, [figures]);
  });

  it('estimates the tokens of an answer that breaks off or is not read to its end', async () => {
    const text = { type: 'text-delta', text: 'abcdefgh' } as const;
    const model = meterChat(chatModel([text, new Error('cut')]), meter);
    await assert.rejects(read(model.stream(request, signal)), /cut/);
    for await (const part of meterChat(chatModel([text, text]), meter).stream(request, signal)) {
      assert.equal(part, text);
      break;
    }
    assert.deepEqual(
      seen.map(({ usage, isEstimate }) => [usage.inputTokens, usage.outputTokens, isEstimate]),
      [
        [3, 2, true],
        [3, 2, true],
      ],
    );
  });

  it('tells nothing of a request that failed before anything came', async () => {
    await assert.rejects(read(meterChat(chatModel([new Error('no key')]), meter).stream(request, signal)), /no key/);
    assert.deepEqual(seen, []);
  });

  it('says of an answer that Sextant had kept that nobody was asked', async () => {
    const end: ChatPart = { type: 'finish', reason: 'stop', usage: { inputTokens: 1, outputTokens: 1 }, savedAt: 1 };
    await read(meterChat(chatModel([{ type: 'text-delta', text: 'Hi' }, end]), meter).stream(request, signal));
    assert.equal(seen[0]?.isCached, true);
  });

  it('is not asked where no more may be spent', async () => {
    let asked = 0;
    const model: ChatModel = { ref, stream: () => (asked++, chatModel([]).stream(request, signal)) };
    const stopped: Meter = { ...meter, admit: () => Promise.reject(new Error('used up')) };
    await assert.rejects(read(admittedChat(model, stopped).stream(request, signal)), /used up/);
    const embedding = { id: 'e', embed: () => Promise.resolve((asked++, [])) };
    await assert.rejects(meterEmbedding(embedding, ref, stopped).embed(['a'], 'code', signal), /used up/);
    assert.deepEqual([asked, seen], [0, []]);
  });

  it('counts a completion by what its server reports, or by its length', async () => {
    const gap = {
      path: 'a.ts',
      languageId: 'typescript',
      prefix: 'abcd',
      suffix: 'ef',
      snippets: [],
      maxOutputTokens: 9,
    };
    for (const reports of [true, false]) {
      const model: CompletionModel = {
        ref,
        async *complete(_request, _signal, report) {
          yield 'abcde';
          if (reports) report?.({ inputTokens: 30, outputTokens: 5 });
        },
      };
      assert.deepEqual(await read(meterCompletion(model, meter).complete(gap, signal)), ['abcde']);
    }
    assert.deepEqual(
      seen.map(({ purpose, usage, isEstimate }) => [purpose, usage, isEstimate]),
      [
        ['completion', { inputTokens: 30, outputTokens: 5 }, false],
        ['completion', { inputTokens: 2, outputTokens: 2 }, true],
      ],
    );
  });

  it('counts texts that are embedded', async () => {
    const embedding = { id: 'e', embed: () => Promise.resolve([new Float32Array(1)]) };
    await meterEmbedding(embedding, ref, meter).embed(['abcdefgh'], 'code', signal);
    assert.deepEqual(seen[0]?.usage, { inputTokens: 2, outputTokens: 0 });
  });
});
