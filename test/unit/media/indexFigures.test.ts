import assert from 'node:assert/strict';
import { Figures } from '../../../media/common/figures.ts';
import { ownerSentence, sumLanguages, vectorSentence } from '../../../media/indexPage/figures.ts';
import {
  type FolderOverview,
  type IndexOverview,
  type IndexPhase,
  noIndex,
} from '../../../src/protocol/contextIndex.ts';

describe('The figures of the index page', () => {
  const figures = new Figures('en');

  it('write counts, sizes and times as the reader does', () => {
    assert.equal(figures.count(1_234_567), '1,234,567');
    assert.deepEqual(
      [0, 999, 1500, 99_950, 123_456_789, 1.5e9].map((bytes) => figures.size(bytes)),
      ['0 bytes', '999 bytes', '1.5 kB', '100 kB', '123 MB', '1.5 GB'],
    );
    const now = Date.UTC(2026, 0, 10);
    assert.deepEqual(
      [0, 30, 300, 7200, 200_000].map((seconds) => figures.ago(now - seconds * 1000, now)),
      ['just now', '30 seconds ago', '5 minutes ago', '2 hours ago', '2 days ago'],
    );
    assert.equal(new Figures('de').count(1234), '1.234');
  });

  it('put the languages of several folders together, most files first', () => {
    const sums = sumLanguages([
      folder({ languages: [language('go', 5, 50), language('css', 3, 30)] }),
      folder({ languages: [language('css', 4, 40)] }),
    ]);
    assert.deepEqual(sums, [language('css', 7, 70), language('go', 5, 50)]);
  });

  it('say how vectors are searched', () => {
    assert.equal(vectorSentence(overview(folder({ chunks: 0 })), figures), 'None yet.');
    assert.match(vectorSentence(overview(folder({ chunks: 1200 })), figures), /^Exact: .* all 1,200 vectors/);
    const graph = { inside: 5000, outside: 20 };
    assert.match(vectorSentence(overview(folder({ chunks: 5020, graph })), figures), /5,000 vectors; 20 more/);
  });

  it('say who indexes', () => {
    assert.equal(ownerSentence(overview(folder({}))), 'This window.');
    assert.match(ownerSentence(overview(folder({ isOwner: false }))), /^Another window does/);
    assert.equal(ownerSentence(overview(folder({ isOwner: false, phase: 'failed' }))), 'Nobody yet.');
    assert.match(ownerSentence(overview(folder({}), folder({ isOwner: false }))), /but for 1 of 2 folders/);
  });
});

function language(name: string, files: number, bytes: number) {
  return { language: name, files, bytes };
}

function overview(...folders: FolderOverview[]): IndexOverview {
  const deepModel = {
    id: 'd',
    phase: 'off',
    problem: null,
    dimensions: 2,
    done: 0,
    wanted: 0,
    memoryBytes: 0,
  } as const;
  return {
    ...{ folders, model: { id: 'm', dimensions: 2 }, chosenModel: null, memoryBytes: 1 },
    deepModel: { ...deepModel, process: null },
  };
}

function folder({
  chunks = 1,
  phase = 'ready',
  ...more
}: Partial<FolderOverview> & { chunks?: number; phase?: IndexPhase }): FolderOverview {
  return {
    ...{ folder: '/work', name: 'work', isOwner: true, bytes: 1, languages: [], kinds: [] },
    ...{ storeDirectory: '/store', diskBytes: 1, changedAtMs: null, graph: null },
    status: { ...noIndex, phase, chunks },
    ...more,
  };
}
