import assert from 'node:assert/strict';
import { type Candidate, findCandidates } from '../../../../src/index/search/findCandidates.ts';
import { rank, rankFiles } from '../../../../src/index/search/rankChunks.ts';
import { noMentions } from '../../../../src/index/search/readMentions.ts';
import { SearchIndex } from '../../../../src/index/search/searchIndex.ts';
import { termsOf } from '../../../../src/index/keywords/terms.ts';

const DIMENSIONS = 16;

describe('Ranking', () => {
  const candidate: Candidate = {
    slot: 0,
    text: 0,
    symbol: 0,
    file: 0,
    path: 0,
    coverage: 0,
    similarity: 0,
    secondSimilarity: undefined,
    nameSimilarity: 0,
    traced: 0,
    named: 0,
    defines: 0,
    outright: 0,
    hasQuoted: false,
    isTestOrExample: false,
    isCode: true,
  };

  it('adds up what speaks for a chunk, whatever the scale of each', () => {
    const ranked = rank([
      { ...candidate, slot: 1, text: 20, similarity: 0.1 },
      { ...candidate, slot: 2, text: 20, similarity: 0.2 },
      { ...candidate, slot: 3, text: 1, similarity: 0.1 },
    ]);
    assert.deepEqual(
      ranked.map(({ slot }) => slot),
      [2, 1, 3],
    );
  });

  it('goes by meaning rather than by words once the deep model knows all, and not before', () => {
    const order = (...known: readonly boolean[]): number[] => {
      const second = (at: number, similarity: number) => (known[at] === true ? similarity : undefined);
      return rank([
        { ...candidate, slot: 1, text: 20, symbol: 9, file: 9, similarity: 0.3, secondSimilarity: second(0, 0.3) },
        { ...candidate, slot: 2, text: 2, similarity: 0.5, secondSimilarity: second(1, 0.5) },
      ]).map(({ slot }) => slot);
    };
    assert.deepEqual(order(), [1, 2]);
    assert.deepEqual(order(true), [1, 2]);
    assert.deepEqual(order(false, true), [1, 2]);
    assert.deepEqual(order(true, true), [2, 1]);
  });

  it('puts code before the tests and examples of it', () => {
    const ranked = rank([
      { ...candidate, slot: 1, text: 10, isTestOrExample: true },
      { ...candidate, slot: 2, text: 9 },
    ]);
    assert.deepEqual(
      ranked.map(({ slot }) => slot),
      [2, 1],
    );
  });

  it('puts code before what is written about it', () => {
    const ranked = rank([
      { ...candidate, slot: 1, text: 10, isCode: false },
      { ...candidate, slot: 2, text: 9 },
    ]);
    assert.deepEqual(
      ranked.map(({ slot }) => slot),
      [2, 1],
    );
  });

  it('puts first where a trace passed, in its order, then what alone is asked for', () => {
    const ranked = rank([
      {
        ...candidate,
        slot: 1,
        text: 10,
        similarity: 1,
        coverage: 1,
        path: 9,
        file: 9,
        symbol: 9,
        named: 1,
        defines: 1,
      },
      { ...candidate, slot: 2, outright: 1, defines: 1, isTestOrExample: true },
      { ...candidate, slot: 3, traced: 1, text: 10 },
      { ...candidate, slot: 4, traced: 2 },
    ]);
    assert.deepEqual(
      ranked.map(({ slot }) => slot),
      [4, 3, 2, 1],
    );
  });

  it('gives each file once, by its best chunk and what its further chunks add', () => {
    const chunk = (slot: number, score: number): { slot: number; score: number } => ({ slot, score });
    const ranked = [chunk(10, 1), chunk(20, 0.95), chunk(21, 0.9), chunk(22, 0.3), chunk(11, 0.1)];
    const files = rankFiles(ranked, ({ slot }) => String(Math.floor(slot / 10)), { further: 0.2 });
    assert.deepEqual(
      files.map(({ slot, score }) => [slot, score.toFixed(2)]),
      [
        [20, '1.06'],
        [10, '1.01'],
      ],
    );
  });

  it('stands no candidates at all, and candidates for which nothing speaks', () => {
    assert.deepEqual(rank([]), []);
    assert.deepEqual(
      rank([candidate]).map(({ score }) => score),
      [0],
    );
  });

  it('looks at chunks that words, symbols, paths or vectors speak for, and at no others', () => {
    const index = SearchIndex.create(DIMENSIONS);
    const add = (path: string, text: string, symbol: string, axis: number): number => {
      const [slot = 0] = index.catalogue.slots.next(1);
      const [id = 0] = index.catalogue.ids.next(1);
      const file = { id, path, language: 'plaintext', contentHash: '', sizeBytes: 1, modifiedUs: 1, revision: 1 };
      const chunk = { startLine: 1, endLine: 1, symbol, kind: 'function', textHash: '' };
      const vectors = [Int8Array.from({ length: DIMENSIONS }, (_, i) => (i === axis ? 100 : 0))];
      index.add({ file, chunks: [chunk], slots: [slot], outline: new Uint8Array(0), texts: [text], vectors });
      return slot;
    };
    const byText = add('a.ts', 'parses the token stream', '', 1);
    const bySymbol = add('b.ts', 'nothing here', 'Token.next', 1);
    const byPath = add('token/c.ts', 'nothing here', '', 1);
    const byVector = add('d.ts', 'nothing here', '', 0);
    const none = add('e.ts', 'nothing here', '', 2);
    const vector = Int8Array.from({ length: DIMENSIONS }, (_, i) => (i === 0 ? 50 : 0));
    const nearest = index.vectors.nearest(vector, 1);
    const nameSimilarity = (): number => 0;
    const query = { terms: termsOf('token'), vector, nameSimilarity, mentions: noMentions };
    const found = findCandidates(index, query, nearest);
    assert.deepEqual(found.map(({ slot }) => slot).sort(), [byText, bySymbol, byPath, byVector].sort());
    assert.ok(!found.some(({ slot }) => slot === none));
    assert.equal(found.find(({ slot }) => slot === byVector)?.similarity.toFixed(3), '1.000');
  });
});
