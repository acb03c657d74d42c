import assert from 'node:assert/strict';
import { SextantError } from '../../../../src/base/errors.ts';
import { DeepHits, type DeepReader } from '../../../../src/index/history/deepHits.ts';
import type { HistoryMatch } from '../../../../src/protocol/historyIndex.ts';

/** Finds a passage the nearer the more often it says “near”. */
class Reader implements DeepReader {
  isAllowed = true;
  isOnBattery = false;
  isDying = false;
  readonly asked: string[][] = [];

  read(question: string, passages: readonly string[]): ReturnType<DeepReader['read']> {
    this.asked.push([question, ...passages]);
    if (this.isDying) return Promise.reject(new SextantError('closed', 'It has gone away.'));
    if (this.isOnBattery) return Promise.resolve(undefined);
    const vectors = passages.map((passage) => Int8Array.of(passage.split('near').length * 10, 50));
    return Promise.resolve({ question: Float32Array.of(1, 0), passages: vectors });
  }
}

const passages = new Map([
  ['full', 'near near near'],
  ['one', 'far'],
  ['two', 'near'],
  ['three', 'near near'],
]);
const match = (messageId: string, isRelated: boolean, score: number): HistoryMatch => ({
  ...{ messageId, isRelated, score, startOffset: 0 },
});
const matches = [
  match('one', true, 0.024),
  match('full', false, 0.02),
  match('two', true, 0.0161),
  match('three', true, 0.016),
];

describe('What the deep model makes of the hits of the history', () => {
  let reader: Reader;
  let hits: DeepHits;
  const { signal } = new AbortController();
  const order = async (query = 'what is close', found = passages): Promise<string[]> =>
    (await hits.reorder({ query, matches, passages: found }, signal)).map(({ messageId }) => messageId);

  beforeEach(() => {
    reader = new Reader();
    hits = new DeepHits(reader, { warn: () => undefined });
  });

  it('is the order of those that lack words, by both models; what has all of them stays in its place', async () => {
    const found = await hits.reorder({ query: 'what is close', matches, passages }, signal);
    assert.deepEqual(
      found.map(({ messageId, score }) => [messageId, score]),
      [
        ['one', 0.024],
        ['full', 0.02],
        ['three', 0.0161],
        ['two', 0.016],
      ],
    );
    assert.deepEqual(reader.asked, [['what is close', 'far', 'near', 'near near']]);
  });

  it('reads no passage twice, until messages were removed', async () => {
    await order();
    await order('where is that', new Map([...passages, ['two', 'nearer']]));
    hits.forget();
    await order();
    assert.deepEqual(reader.asked.slice(1), [
      ['where is that', 'nearer'],
      ['what is close', 'far', 'near', 'near near'],
    ]);
  });

  it('moves nothing that is gone, and nothing at all on battery or when its process dies', async () => {
    const unmoved = ['one', 'full', 'two', 'three'];
    assert.deepEqual(await order('what', new Map([['three', 'near']])), unmoved);
    reader.isOnBattery = true;
    assert.deepEqual(await order(), unmoved);
    reader.isOnBattery = false;
    reader.isDying = true;
    assert.deepEqual(await order(), unmoved);
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(hits.reorder({ query: 'what', matches, passages }, stop.signal));
  });

  const told: readonly (readonly [query: string, found: readonly HistoryMatch[], isAllowed: boolean, can: boolean])[] =
    [
      ['what is close', matches, true, true],
      ['what is close', matches, false, false],
      ['what is close', matches.slice(0, 2), true, false],
      ['如何关闭连接池 pool', matches, true, false],
      ['如何 close the pool', matches, true, true],
      ['2026', matches, true, false],
    ];
  for (const [query, found, isAllowed, can] of told) {
    it(`${can ? 'is wanted' : 'is not wanted'} for “${query}”, ${found.length} hits, ${isAllowed ? 'on' : 'off'}`, async () => {
      reader.isAllowed = isAllowed;
      assert.equal(hits.canReorder(query, found), can);
      const asked = found === matches ? (await order(query), reader.asked.length > 0) : can;
      assert.equal(asked, can);
    });
  }
});
