import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { loadGraph, saveGraph } from '../../../../src/index/vectors/savedGraph.node.ts';
import { loadSearchIndex, saveSearchIndex } from '../../../../src/index/saved/savedSearch.node.ts';
import { readSections, writeSections } from '../../../../src/index/saved/sectionFile.node.ts';
import { SearchIndex } from '../../../../src/index/search/searchIndex.ts';
import { Hnsw, loadHnsw } from '../../../../src/index/vectors/hnsw.node.ts';
import { assetDirectory } from '../assets.ts';

const DIMENSIONS = 16;
const state = { indexId: 'a', revision: 5 };

describe('Saved files', () => {
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-saved-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('come back as they were written, aligned for typed arrays', async () => {
    const file = path.join(directory, 'x.bin');
    const bytes = fc.uint8Array({ maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.dictionary(fc.stringMatching(/^[a-z]+$/), bytes),
        async (header, sections) => {
          await writeSections(file, { header, sections: Object.entries(sections) });
          const read = await readSections(file);
          assert.deepEqual(read?.header, JSON.parse(JSON.stringify(header)));
          assert.deepEqual(Object.keys(read?.sections ?? {}), Object.keys(sections));
          for (const [name, section] of Object.entries(read?.sections ?? {})) {
            assert.deepEqual(Uint8Array.from(section), Uint8Array.from(sections[name]!));
            assert.equal(section.byteOffset % 8, 0);
          }
        },
      ),
      { numRuns: 50 },
    );
    assert.deepEqual(readdirSync(directory), ['x.bin']);
  });

  it('are refused when a single bit is wrong or the end is missing', async () => {
    const file = path.join(directory, 'x.bin');
    await writeSections(file, {
      header: { a: 1 },
      sections: [
        ['one', Buffer.from('some bytes')],
        ['two', Buffer.from('more')],
      ],
    });
    const whole = readFileSync(file);
    for (let byte = 0; byte < whole.length; byte++) {
      const broken = Buffer.from(whole);
      broken[byte]! ^= 1 << (byte % 8);
      writeFileSync(file, broken);
      await assert.rejects(readSections(file), { code: 'damaged' }, `byte ${byte}`);
      writeFileSync(file, whole.subarray(0, byte));
      await assert.rejects(readSections(file), { code: 'damaged' }, `${byte} bytes`);
    }
  });

  it('are nothing when they are not there', async () => {
    assert.equal(await readSections(path.join(directory, 'none')), undefined);
  });

  it('hold a search index with all that it finds', async () => {
    const file = path.join(directory, 'search.bin');
    const index = sampleIndex();
    index.remove('src/2.ts');
    const skipped = [{ path: 'big.ts', reason: 'minified' as const, sizeBytes: 9, modifiedUs: 8 }];
    await saveSearchIndex(file, index, state, skipped);
    const loaded = await loadSearchIndex(file, DIMENSIONS);
    assert.deepEqual(loaded?.state, state);
    assert.deepEqual(loaded.skipped, skipped);
    for (const either of [index, loaded.index]) {
      assert.deepEqual(
        [...either.catalogue.files()].map((each) => each.path),
        ['src/0.ts', 'src/1.ts', 'src/3.ts', 'empty.ts'],
      );
      assert.equal(either.catalogue.chunkCount, 6);
    }
    for (const terms of [['word'], ['special3'], ['nothing'], ['src']]) {
      assert.deepEqual(loaded.index.text.score(terms).found, index.text.score(terms).found);
      assert.deepEqual(loaded.index.paths.score(terms).found, index.paths.score(terms).found);
      assert.deepEqual(loaded.index.symbols.score(terms).found, index.symbols.score(terms).found);
      const scores: Float64Array[] = [loaded.index, index].map((each) =>
        each.text.scoreWithGroups(terms, each.byFile).groups.values.slice(0, 5),
      );
      assert.deepEqual(scores[0], scores[1]);
    }
    const slot = index.catalogue.slotsOf('src/3.ts')[1]!;
    assert.deepEqual(loaded.index.catalogue.chunk(slot), index.catalogue.chunk(slot));
    assert.deepEqual(loaded.index.vectors.nearest(vectorOf(31), 3), index.vectors.nearest(vectorOf(31), 3));
    assert.deepEqual(loaded.index.catalogue.slots.next(3).sort(), index.catalogue.slots.next(3).sort());
  });

  it('of another shape or with other vectors are of no use', async () => {
    const file = path.join(directory, 'search.bin');
    await saveSearchIndex(file, sampleIndex(), state, []);
    assert.equal(await loadSearchIndex(file, 32), undefined);
    await writeSections(file, { header: { format: 99 }, sections: [] });
    assert.equal(await loadSearchIndex(file, DIMENSIONS), undefined);
  });

  it('hold a graph, which is used for its own rows only and not at all when damaged', async () => {
    const library = await loadHnsw(assetDirectory);
    const file = path.join(directory, 'graph.bin');
    const graph = Hnsw.create(library, DIMENSIONS);
    for (let slot = 0; slot < 50; slot++) graph.add(slot, vectorOf(slot));
    graph.remove(3);
    await saveGraph({ file }, graph, DIMENSIONS, state);
    graph.dispose();
    const loaded = await loadGraph({ file }, library, DIMENSIONS, { ...state, revision: 6 });
    assert.equal(loaded?.revision, 5);
    assert.equal(loaded.graph.size, 49);
    loaded.graph.dispose();
    assert.equal(
      await loadGraph({ file }, library, DIMENSIONS, { ...state, revision: 4 }),
      undefined,
      'newer than the rows',
    );
    assert.equal(
      await loadGraph({ file }, library, DIMENSIONS, { ...state, indexId: 'b' }),
      undefined,
      'of other rows',
    );
    const bytes = readFileSync(file);
    bytes[bytes.length - 50]! ^= 1;
    writeFileSync(file, bytes);
    assert.equal(await loadGraph({ file }, library, DIMENSIONS, state), undefined);
    assert.deepEqual(
      readdirSync(directory),
      ['graph.bin'],
      'a window that only reads does not remove the owner’s file',
    );
  });
});

/** Four files of two chunks, and one without text. */
function sampleIndex(): SearchIndex {
  const index = SearchIndex.create(DIMENSIONS);
  const { ids, slots } = index.catalogue;
  for (let file = 0; file < 4; file++) {
    const own = slots.next(2);
    index.add({
      file: { ...fileFacts, id: ids.next(1)[0]!, path: `src/${file}.ts` },
      chunks: own.map((_, part) => ({
        startLine: part * 10 + 1,
        endLine: part * 10 + 9,
        symbol: part === 0 ? '' : `Symbol${file}.part`,
        kind: part === 0 ? 'code' : 'method',
        textHash: `${file}${part}`.padStart(32, 'a'),
        ...(part === 0 ? {} : { declaration: { signature: { startLine: 11, endLine: 12 + file } } }),
      })),
      slots: own,
      outline: Uint8Array.of(file, 1, 2).subarray(0, file),
      texts: own.map((_, part) => `word special${file} öffnen ${'more '.repeat(part)}`),
      vectors: own.map((_, part) => vectorOf(file * 10 + part)),
    });
  }
  index.add({
    file: { ...fileFacts, id: ids.next(1)[0]!, path: 'empty.ts' },
    chunks: [],
    slots: [],
    outline: new Uint8Array(0),
    texts: [],
    vectors: [],
  });
  return index;
}

const fileFacts = { language: 'typescript', contentHash: 'c'.repeat(64), sizeBytes: 1, modifiedUs: 2, revision: 3 };

function vectorOf(seed: number): Int8Array {
  return Int8Array.from({ length: DIMENSIONS }, (_, i) => Math.round(Math.sin(seed * 7 + i * (seed + 1)) * 127));
}
