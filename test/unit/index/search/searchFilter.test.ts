import assert from 'node:assert/strict';
import { Catalogue } from '../../../../src/index/search/catalogue.ts';
import { pathFilter } from '../../../../src/base/globs/pathFilter.ts';
import { wantedSlots } from '../../../../src/index/search/searchFilter.ts';

describe('The filter of a search', () => {
  const paths = ['readme.md', 'src/a.ts', 'src/deep/b.tsx', 'src/deep/c.py', 'test/src/d.ts', 'docs/[x]/#e.md'];
  const cases: [globs: string[], wanted: string[]][] = [
    [[], paths],
    [['', '  '], paths],
    [['src/**'], ['src/a.ts', 'src/deep/b.tsx', 'src/deep/c.py']],
    [['src/'], ['src/a.ts', 'src/deep/b.tsx', 'src/deep/c.py', 'test/src/d.ts']],
    [['/src'], ['src/a.ts', 'src/deep/b.tsx', 'src/deep/c.py']],
    [['./src/deep'], ['src/deep/b.tsx', 'src/deep/c.py']],
    [['deep'], ['src/deep/b.tsx', 'src/deep/c.py']],
    [['*.ts'], ['src/a.ts', 'test/src/d.ts']],
    [['src/*.ts'], ['src/a.ts']],
    [['**/*.{ts,tsx}'], ['src/a.ts', 'src/deep/b.tsx', 'test/src/d.ts']],
    [
      ['*.md', 'src/a.ts'],
      ['readme.md', 'src/a.ts', 'docs/[x]/#e.md'],
    ],
    [
      ['!*.md', '!test'],
      ['src/a.ts', 'src/deep/b.tsx', 'src/deep/c.py'],
    ],
    [
      ['src', '!src/deep'],
      ['src/a.ts', 'test/src/d.ts'],
    ],
    [['#e.md'], ['docs/[x]/#e.md']],
    [['docs/[x]/**'], []],
    [['['], []],
    [['no\nthing'], []],
  ];
  for (const [globs, wanted] of cases) {
    it(`${JSON.stringify(globs)} lets through ${wanted.length} of ${paths.length} paths`, () => {
      assert.deepEqual(paths.filter(pathFilter(globs)), wanted);
    });
  }

  it('knows paths, languages and kinds of chunks, and wants what fits all of them', () => {
    const catalogue = new Catalogue();
    const add = (path: string, language: string, kinds: string[]): void => {
      const [id = 0] = catalogue.ids.next(1);
      const file = { id, path, language, contentHash: '', sizeBytes: 1, modifiedUs: 1, revision: 1 };
      const chunks = kinds.map((kind) => ({ startLine: 1, endLine: 1, symbol: '', kind, textHash: '' }));
      catalogue.add(file, chunks, catalogue.slots.next(kinds.length), new Uint8Array(0));
    };
    add('src/a.ts', 'typescript', ['class', 'function']);
    add('src/b.py', 'python', ['class', 'function']);
    const wanted = (filter: Parameters<typeof wantedSlots>[1]): number[] =>
      [0, 1, 2, 3].filter(wantedSlots(catalogue, filter) ?? (() => assert.fail('nothing is filtered')));
    assert.equal(wantedSlots(catalogue, {}), undefined);
    assert.equal(wantedSlots(catalogue, { paths: [], languages: [], kinds: [] }), undefined);
    assert.deepEqual(wanted({ paths: ['*.ts'] }), [0, 1]);
    assert.deepEqual(wanted({ languages: ['python', 'go'] }), [2, 3]);
    assert.deepEqual(wanted({ kinds: ['class'] }), [0, 2]);
    assert.deepEqual(wanted({ paths: ['src'], languages: ['python'], kinds: ['function'] }), [3]);
    assert.deepEqual(wanted({ kinds: ['interface'] }), []);
  });
});
