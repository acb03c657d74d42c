import assert from 'node:assert/strict';
import { embeddingOrder } from '../../../src/index/embedding/embeddingOrder.ts';
import { NO_PLACE, secondMeaning } from '../../../src/index/vectors/secondMeaning.ts';
import { VectorTable } from '../../../src/index/vectors/vectorTable.ts';

const DIMENSIONS = 16;

describe('A second model beside the built-in one', () => {
  /** Passages whose vectors lie closer together than those of any other model. */
  const table = new VectorTable(DIMENSIONS);
  const vectorOf = (angle: number): Int8Array => {
    const vector = new Int8Array(DIMENSIONS);
    vector[0] = 100;
    vector[1] = angle;
    return vector;
  };
  for (let place = 0; place < 10; place++) table.set(place, vectorOf(place * 5));
  const question = Float32Array.from(vectorOf(0));
  const builtIn = (slot: number): number => 0.4 - slot * 0.04;

  it('speaks on the built-in model’s scale, of what it knows alone', () => {
    const places = Int32Array.from({ length: 12 }, (_, slot) => (slot < 10 ? slot : NO_PLACE));
    const { similarity, nearest } = secondMeaning({ table, places }, question, builtIn);
    const known = Array.from({ length: 10 }, (_, slot) => similarity(slot) ?? Number.NaN);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs(mean(known) - mean(known.map((_, slot) => builtIn(slot)))) < 1e-6);
    assert.ok((known[0] ?? 0) > 0.3 && (known[9] ?? 1) < 0.1, 'as far apart as those of the built-in model');
    assert.equal(similarity(10), undefined);
    assert.deepEqual(
      nearest(3).map(({ slot }) => slot),
      [0, 1, 2],
    );
    assert.deepEqual(
      nearest(2, (slot) => slot > 4).map(({ slot }) => slot),
      [5, 6],
    );
  });

  it('goes by those that it knows, wherever they stand', () => {
    const large = new VectorTable(DIMENSIONS);
    for (let place = 0; place < 40; place++) large.set(place, vectorOf(place));
    const places = Int32Array.from({ length: 100_000 }, (_, slot) => (slot >= 7 && slot < 47 ? slot - 7 : NO_PLACE));
    const { similarity } = secondMeaning({ table: large, places }, question, (slot) => 0.4 - slot * 0.004);
    assert.ok(Math.abs((similarity(7) ?? 0) - (0.4 - 7 * 0.004)) < 0.05 && (similarity(46) ?? 1) < 0.3);
  });

  it('says one thing of passages that are the same', () => {
    const places = Int32Array.from([3, 0, 3]);
    const { similarity, nearest } = secondMeaning({ table, places }, question, builtIn);
    assert.equal(similarity(0), similarity(2));
    assert.equal(nearest(3)[0]?.slot, 1);
  });

  it('reads first what is worked at, then code, documents, tests, data, and others’ code last', () => {
    const paths = ['a.json', 'vendor/x.ts', 'src/old.ts', 'test/new.test.ts', 'README.md', 'src/new.ts', 'open.json'];
    const files = [...paths, 'src/used.ts'].map((path, id) => ({
      ...{ id, path, language: '', contentHash: '', sizeBytes: 1, revision: 1 },
      modifiedUs: path.includes('new') ? 2 : 1,
    }));
    assert.deepEqual(
      embeddingOrder(files, new Set(['open.json']), new Set(['src/used.ts'])).map(({ path }) => path),
      [
        'open.json',
        'src/used.ts',
        'src/new.ts',
        'src/old.ts',
        'README.md',
        'test/new.test.ts',
        'a.json',
        'vendor/x.ts',
      ],
    );
  });
});
