import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FolderNames } from '../../../../src/index/names/folderNames.ts';
import { NameList } from '../../../../src/index/names/nameList.ts';
import { Catalogue } from '../../../../src/index/search/catalogue.ts';

const paths = [
  'src/chat/chatSession.ts',
  'src/chat/chatHistory.ts',
  'src/vscode/chatView.ts',
  'media/chat/parts/composer.tsx',
  'media/chat/composerDraft.ts',
  'src/index/search/searchIndex.ts',
  'README.md',
  'src/protocol/store.ts',
  'test/unit/storage/storeWorker.test.ts',
];
const list = new NameList(paths, '/');

function found(typed: string, limit = 10): string[] {
  return list.find(typed, limit).map(({ at }) => paths[at] ?? '');
}

describe('a list of names', () => {
  const firsts: [typed: string, first: string][] = [
    ['composer', 'media/chat/parts/composer.tsx'],
    ['store', 'src/protocol/store.ts'],
    ['csession', 'src/chat/chatSession.ts'],
    ['cs', 'src/chat/chatSession.ts'],
    ['CHATVIEW', 'src/vscode/chatView.ts'],
    ['vscode view', 'src/vscode/chatView.ts'],
    ['src/protocol/store.ts', 'src/protocol/store.ts'],
    ['src\\protocol\\st', 'src/protocol/store.ts'],
    ['si', 'src/index/search/searchIndex.ts'],
    ['read', 'README.md'],
    ['storeworker', 'test/unit/storage/storeWorker.test.ts'],
  ];
  for (const [typed, first] of firsts) {
    it(`finds ${first} for “${typed}”`, () => {
      assert.equal(found(typed)[0], first);
    });
  }

  it('finds nothing where a word is missing', () => {
    assert.deepEqual(found('composer zebra'), []);
    assert.deepEqual(found('xyz'), []);
  });

  it('gives all for nothing typed, shorter names first, and never more than asked for', () => {
    assert.equal(found('').length, paths.length);
    assert.equal(found('', 3).length, 3);
    assert.equal(found('')[0], 'README.md');
  });

  it('takes anything as a name and as a query', function () {
    this.timeout(20_000);
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('İstanbul/ß.ts', '/', '//', ' '));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), text, (names, typed) => {
        const hits = new NameList(names, '/').find(typed, 5);
        assert.ok(hits.length <= 5);
        const scores = hits.map(({ score }) => score);
        assert.deepEqual(
          scores,
          scores.toSorted((a, b) => b - a),
        );
      }),
    );
  });

  it('finds every name by itself and by any of its letters in their order', function () {
    this.timeout(20_000);
    const name = fc.stringMatching(/^[a-zA-Z0-9_/.]{1,30}$/);
    fc.assert(
      fc.property(name, fc.infiniteStream(fc.boolean()), (path, chances) => {
        const letters = [...path].filter(() => chances.next().value);
        const one = new NameList([path], '/');
        assert.equal(one.find(path, 1).length, 1, path);
        assert.equal(one.find(letters.join(''), 1).length, 1, letters.join(''));
      }),
    );
  });
});

describe('the names of a folder', () => {
  const catalogue = new Catalogue();
  const names = new FolderNames(() => catalogue);
  const add = (path: string, symbols: readonly string[]): void => {
    const [id = 0] = catalogue.ids.next(1);
    const slots = catalogue.slots.next(symbols.length);
    const chunks = symbols.map((symbol, at) => {
      return { startLine: at * 10 + 1, endLine: at * 10 + 9, symbol, kind: 'function', textHash: String(at) };
    });
    const file = { id, path, language: 'typescript', contentHash: '', sizeBytes: 1, modifiedUs: 0, revision: 1 };
    catalogue.add(file, chunks, slots, new Uint8Array());
  };

  it('are files, folders and symbols, each symbol once', () => {
    add('src/harbour/buoy.ts', ['Buoy', 'Buoy.callAgain', 'Buoy.callAgain']);
    assert.deepEqual(
      names.find('call', ['symbol'], 5).map(({ symbol, path, startLine }) => [symbol, path, startLine]),
      [['Buoy.callAgain', 'src/harbour/buoy.ts', 11]],
    );
    assert.deepEqual(
      names.find('harb', ['folder'], 5).map(({ path }) => path),
      ['src/harbour'],
    );
    assert.equal(names.find('buoy', ['file', 'symbol'], 5)[0]?.kind, 'file');
  });

  it('follow what changes', () => {
    assert.equal(names.find('lighthouse', ['file'], 5).length, 0);
    add('src/lighthouse.ts', []);
    assert.equal(names.find('lighthouse', ['file'], 5).length, 1);
  });
});
