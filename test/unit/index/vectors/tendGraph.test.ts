import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unitVector } from '../../../../src/index/embedding/quantise.ts';
import { FolderState } from '../../../../src/index/folder/folderState.node.ts';
import { type GraphCare, tendGraph } from '../../../../src/index/vectors/tendGraph.node.ts';
import { SearchIndex } from '../../../../src/index/search/searchIndex.ts';
import { loadHnsw } from '../../../../src/index/vectors/hnsw.node.ts';
import { VectorSearch } from '../../../../src/index/vectors/vectorSearch.node.ts';
import { VectorTable } from '../../../../src/index/vectors/vectorTable.ts';
import { assetDirectory } from '../assets.ts';

const DIMENSIONS = 16;

describe('The care of the graph', () => {
  let directory = '';
  let revision = 1;

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-graph-'));
    revision = 1;
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const care = (state: FolderState, changes: Partial<GraphCare> = {}): GraphCare => ({
    vectors: state.vectors,
    file: path.join(directory, 'graph.bin'),
    loadHnsw: () => loadHnsw(assetDirectory),
    state: () => ({ indexId: 'a', revision }),
    isOwner: () => true,
    shouldStop: () => false,
    worthAt: 0,
    isCurrent: (slot, revision) => state.isCurrent(slot, revision),
    inTurn: (work) => work(),
    ...changes,
  });

  it('is not taken where comparing all is quick enough', async () => {
    const state = stateOf(20);
    await tendGraph(care(state, { worthAt: 21 }));
    assert.equal(state.vectors.graph, undefined);
  });

  it('is not taken of more than its memory has room for', async () => {
    const vectors = new VectorSearch(new VectorTable(DIMENSIONS), new Array<undefined>(600_001).keys());
    const loadHnsw = (): never => assert.fail('it is loaded');
    await tendGraph({ ...care(stateOf(1)), vectors, loadHnsw });
    assert.equal(vectors.graph, undefined);
  });

  it('builds it, saves it, and loads it without building it again', async () => {
    const first = stateOf(200);
    await tendGraph(care(first));
    assert.deepEqual([first.vectors.outsideCount, first.vectors.graph?.size], [0, 200]);
    assert.ok(existsSync(path.join(directory, 'graph.bin')));

    const second = stateOf(200);
    await tendGraph(care(second, { shouldStop: () => true }));
    assert.deepEqual([second.vectors.outsideCount, second.vectors.graph?.size], [0, 200]);
    first.dispose();
    second.dispose();
  });

  it('adds what came after it was saved, and takes out what went', async () => {
    const first = stateOf(200);
    await tendGraph(care(first));
    first.dispose();
    revision = 2;
    const second = stateOf(200);
    for (const slot of second.search.remove('f7')) second.vectors.removed(slot);
    second.search.compact();
    addFile(second, 'new', 2, 999);
    assert.deepEqual(second.search.catalogue.slotsOf('new'), [7], 'the slot is used again');
    await tendGraph(care(second, { shouldStop: () => true }));
    assert.deepEqual([second.vectors.outsideCount, second.vectors.graph?.size], [1, 199]);
    assert.equal(nearest(second, 999), 7, 'what is not in the graph yet is found all the same');
    await tendGraph(care(second));
    assert.equal(second.vectors.outsideCount, 0);
    assert.equal(nearest(second, 999), 7);
    second.dispose();
  });

  it('builds it anew when the saved one is damaged, or of other rows', async () => {
    writeFileSync(path.join(directory, 'graph.bin'), 'garbage');
    const first = stateOf(50);
    await tendGraph(care(first));
    assert.equal(first.vectors.graph?.size, 50);
    first.dispose();
    const other = stateOf(60);
    await tendGraph(care(other, { state: () => ({ indexId: 'b', revision }) }));
    assert.equal(other.vectors.graph?.size, 60);
    other.dispose();
  });

  it('makes a new one when too many points are deleted', async () => {
    const state = stateOf(3000);
    await tendGraph(care(state));
    for (let file = 0; file < 2000; file++)
      for (const slot of state.search.remove(`f${file}`)) state.vectors.removed(slot);
    await tendGraph(care(state));
    assert.deepEqual([state.vectors.graph?.size, state.vectors.graph?.count], [1000, 1000]);
    state.dispose();
  }).timeout(20_000);

  it('only reads where another window owns the index', async () => {
    const reader = stateOf(100);
    await tendGraph(care(reader, { isOwner: () => false }));
    assert.ok(!existsSync(path.join(directory, 'graph.bin')) && sizeOf(reader) === undefined);
    const owner = stateOf(100);
    await tendGraph(care(owner));
    await tendGraph(care(reader, { isOwner: () => false }));
    assert.equal(sizeOf(reader), 100);
    reader.dispose();
    owner.dispose();
  });
});

function stateOf(files: number): FolderState {
  const state = new FolderState(SearchIndex.create(DIMENSIONS), []);
  for (let file = 0; file < files; file++) addFile(state, `f${file}`, 1, file);
  return state;
}

function addFile(state: FolderState, name: string, revision: number, seed: number): void {
  const { search, vectors } = state;
  const [id = 0] = search.catalogue.ids.next(1);
  const slots = search.catalogue.slots.next(1);
  search.add({
    file: { id, path: name, language: 'plaintext', contentHash: name, sizeBytes: 1, modifiedUs: 1, revision },
    chunks: [{ startLine: 1, endLine: 1, symbol: '', kind: 'text', textHash: name.padStart(32, '0') }],
    slots,
    outline: new Uint8Array(0),
    texts: [name],
    vectors: [vectorOf(seed)],
  });
  for (const slot of slots) vectors.added(slot);
}

function sizeOf(state: FolderState): number | undefined {
  return state.vectors.graph?.size;
}

function nearest(state: FolderState, seed: number): number | undefined {
  const bytes = vectorOf(seed);
  return state.vectors.nearest(unitVector(bytes), bytes, 1)[0]?.slot;
}

function vectorOf(seed: number): Int8Array {
  return Int8Array.from({ length: DIMENSIONS }, (_, i) => Math.round(Math.sin(seed * 12.9 + i * (78.2 + seed)) * 127));
}
