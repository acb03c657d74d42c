import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quantise, unitVector } from '../../../../src/index/embedding/quantise.ts';
import { Hnsw, loadHnsw } from '../../../../src/index/vectors/hnsw.node.ts';
import type { HnswlibModule } from '../../../../src/index/vectors/hnswlibModule.ts';
import { TopList } from '../../../../src/index/vectors/topList.ts';
import { VectorSearch } from '../../../../src/index/vectors/vectorSearch.node.ts';
import { VectorTable } from '../../../../src/index/vectors/vectorTable.ts';
import { assetDirectory } from '../assets.ts';

const DIMENSIONS = 32;
const numRuns = process.env['SEXTANT_CAMPAIGN'] === '1' ? 2000 : 100;

describe('TopList', () => {
  it('keeps what sorting all would give', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), fc.integer({ min: 1, max: 20 }), (scores, size) => {
        const list = new TopList(size);
        for (const [item, score] of scores.entries()) list.offer(item, score);
        const best = [...scores].sort((a, b) => b - a).slice(0, size);
        assert.deepEqual(
          list.sorted().map(([, score]) => score + 0),
          best.map((score) => score + 0),
        );
      }),
      { numRuns },
    );
  });
});

describe('VectorTable', () => {
  const vector = fc.int8Array({ minLength: DIMENSIONS, maxLength: DIMENSIONS });

  it('compares all vectors as plain arithmetic does', () => {
    fc.assert(
      fc.property(fc.array(vector, { maxLength: 30 }), vector, fc.nat(), (vectors, query, removed) => {
        const table = new VectorTable(DIMENSIONS);
        for (const [slot, bytes] of vectors.entries()) table.set(slot, bytes);
        table.remove(removed % Math.max(1, vectors.length));
        const expected = vectors
          .map((bytes, slot) => ({ slot, similarity: cosine(bytes, query) }))
          .filter(
            ({ slot }) => slot !== removed % Math.max(1, vectors.length) && vectors[slot]!.some((value) => value !== 0),
          );
        const found = table.nearest(query, 100);
        assert.equal(found.length, expected.length);
        for (const { slot, similarity } of found) {
          assert.ok(Math.abs(similarity - expected.find((other) => other.slot === slot)!.similarity) < 1e-5);
        }
        for (const [index, { similarity }] of found.entries())
          assert.ok(similarity <= (found[index - 1]?.similarity ?? 1.001));
      }),
      { numRuns },
    );
  });

  it('gives back what was saved', () => {
    const table = tableOf(randomVectors(2000, 1));
    table.remove(77);
    const restored = VectorTable.restore(DIMENSIONS, structuredClone(table.pack(2000)));
    const [query] = randomVectors(1, 2);
    assert.deepEqual(restored.nearest(query!, 5000), table.nearest(query!, 5000));
  });

  it('refuses dimensions that its arithmetic cannot do', () => {
    assert.throws(() => new VectorTable(20), RangeError);
  });
});

describe('The graph', function () {
  this.timeout(30_000);
  let library: HnswlibModule;

  before(async () => {
    library = await loadHnsw(assetDirectory);
  });

  it('finds nearly what comparing all finds', () => {
    const vectors = randomVectors(3000, 3);
    const table = tableOf(vectors);
    const graph = graphOf(library, vectors);
    assert.ok(recall(table, graph, randomVectors(50, 4)) >= 0.98);
    graph.dispose();
  });

  it('forgets what is removed, and finds a slot where it is now', () => {
    const vectors = randomVectors(500, 5);
    const graph = graphOf(library, vectors);
    graph.remove(7);
    assert.ok(!graph.nearest(unitVector(vectors[7]!), 10).some(({ slot }) => slot === 7));
    graph.add(7, vectors[8]!);
    assert.ok(graph.nearest(unitVector(vectors[8]!), 2).some(({ slot }) => slot === 7));
    assert.equal(graph.size, 500);
    graph.dispose();
  });

  it('comes back from its bytes as it was', async () => {
    const vectors = randomVectors(1500, 6);
    const graph = graphOf(library, vectors);
    for (let slot = 0; slot < 100; slot++) graph.remove(slot);
    const saved = { bytes: await graph.save(), deleted: graph.deleted, count: graph.count };
    const restored = await Hnsw.restore(library, DIMENSIONS, saved);
    const query = unitVector(randomVectors(1, 7)[0]!);
    assert.deepEqual(restored.nearest(query, 20), graph.nearest(query, 20));
    assert.equal(restored.size, 1400);
    restored.add(50, vectors[50]!);
    assert.equal(restored.nearest(unitVector(vectors[50]!), 1)[0]?.slot, 50);
    graph.dispose();
    restored.dispose();
  });

  it('refuses bytes that are none of its own, or too few', async () => {
    const graph = graphOf(library, randomVectors(100, 8));
    const bytes = await graph.save();
    graph.dispose();
    for (const broken of [bytes.slice(0, bytes.length - 100), new Uint8Array(5)]) {
      await assert.rejects(Hnsw.restore(library, DIMENSIONS, { bytes: broken, deleted: new Set(), count: 100 }));
    }
  });

  it('answers nothing when it is empty', () => {
    const graph = Hnsw.create(library, DIMENSIONS);
    assert.deepEqual(graph.nearest(new Float32Array(DIMENSIONS), 10), []);
    graph.dispose();
  });

  it('is never behind: what it lacks is compared beside it', async () => {
    const vectors = randomVectors(1200, 9);
    const table = tableOf(vectors);
    const search = new VectorSearch(table, vectors.keys());
    search.use(graphOf(library, vectors.slice(0, 1000)), (slot) => slot !== 3);
    assert.equal(search.outsideCount, 201);
    const find = (slot: number): number | undefined =>
      search.nearest(unitVector(vectors[slot]!), vectors[slot]!, 1)[0]?.slot;
    assert.equal(find(1100), 1100);
    assert.equal(find(3), 3);
    assert.equal(find(500), 500);
    await search.catchUp(() => false);
    assert.equal(search.outsideCount, 0);
    assert.equal(find(1100), 1100);
    table.remove(1100);
    search.removed(1100);
    assert.notEqual(find(1100), 1100);
    search.startAnew(Hnsw.create(library, DIMENSIONS));
    assert.equal(search.outsideCount, 1199);
    assert.equal(find(500), 500);
    search.dispose();
  });
});

/** The same vectors for the same seed: sums of a few directions, since vectors of texts are not spread evenly. */
function randomVectors(count: number, seed: number): Int8Array[] {
  let state = seed * 2_654_435_761;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Array.from({ length: count }, () => {
    const bytes = new Int8Array(DIMENSIONS);
    quantise(
      Float32Array.from({ length: DIMENSIONS }, (_, i) => random() / (1 + (i % 8))),
      bytes,
    );
    return bytes;
  });
}

function tableOf(vectors: readonly Int8Array[]): VectorTable {
  const table = new VectorTable(DIMENSIONS);
  for (const [slot, bytes] of vectors.entries()) table.set(slot, bytes);
  return table;
}

function graphOf(library: HnswlibModule, vectors: readonly Int8Array[]): Hnsw {
  const graph = Hnsw.create(library, DIMENSIONS, 64);
  for (const [slot, bytes] of vectors.entries()) graph.add(slot, bytes);
  return graph;
}

function recall(table: VectorTable, graph: Hnsw, queries: readonly Int8Array[]): number {
  let found = 0;
  for (const query of queries) {
    const exact = new Set(table.nearest(query, 10).map(({ slot }) => slot));
    found += graph.nearest(unitVector(query), 10).filter(({ slot }) => exact.has(slot)).length;
  }
  return found / (queries.length * 10);
}

function cosine(a: Int8Array, b: Int8Array): number {
  const dot = a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  const length = (vector: Int8Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return dot === 0 ? 0 : dot / (length(a) * length(b));
}
