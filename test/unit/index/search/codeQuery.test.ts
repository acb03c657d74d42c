import assert from 'node:assert/strict';
import { bestLineFor } from '../../../../src/index/search/bestLine.ts';
import { filterAtEnd, parseCodeQuery } from '../../../../src/index/search/codeQuery.ts';

describe('parseCodeQuery', () => {
  const queries: readonly (readonly [string, ReturnType<typeof parseCodeQuery>])[] = [
    ['where are sessions cleaned up?', { query: 'where are sessions cleaned up?', filter: {} }],
    ['path:src/** retry', { query: 'retry', filter: { paths: ['src/**'] } }],
    ['retry -path:test path:"my docs/**"', { query: 'retry', filter: { paths: ['!test', 'my docs/**'] } }],
    ['path:*.{ts,tsx},docs x', { query: 'x', filter: { paths: ['*.{ts,tsx}', 'docs'] } }],
    ['lang:py,rs x', { query: 'x', filter: { languages: ['python', 'rust'] } }],
    ['Lang:ts x', { query: 'x', filter: { languages: ['typescript', 'typescriptreact'] } }],
    ['language:TypeScript x', { query: 'x', filter: { languages: ['typescript', 'typescriptreact'] } }],
    ['lang:c# lang:c++ lang:cobol x', { query: 'x', filter: { languages: ['csharp', 'cpp', 'cobol'] } }],
    ['kind:Class kind:method x', { query: 'x', filter: { kinds: ['class', 'method'] } }],
    ['what does lang: mean', { query: 'what does mean', filter: {} }],
    ['"path:src" is quoted', { query: '"path:src" is quoted', filter: {} }],
    ['std::path: https://a.example -lang:py', { query: 'std::path: https://a.example -lang:py', filter: {} }],
    ['  ', { query: '', filter: {} }],
  ];
  for (const [typed, expected] of queries) {
    it(`reads ${typed}`, () => {
      assert.deepEqual(parseCodeQuery(typed), expected);
    });
  }
});

describe('filterAtEnd', () => {
  it('tells the filter whose value is being typed', () => {
    assert.deepEqual(filterAtEnd('retry lang:'), { filter: 'lang', start: 11, value: '' });
    assert.deepEqual(filterAtEnd('-path:src/a'), { filter: 'path', start: 6, value: 'src/a' });
    assert.deepEqual(filterAtEnd('kind:class,me'), { filter: 'kind', start: 11, value: 'me' });
    assert.equal(filterAtEnd('lang:py '), undefined);
    assert.equal(filterAtEnd('std::kind'), undefined);
    assert.equal(filterAtEnd(''), undefined);
  });
});

describe('bestLineFor', () => {
  const passage = {
    startLine: 10,
    text: [
      '/**',
      ' * How long to wait.',
      ' */',
      'function waitBeforeRetry(attempts: number) {',
      '  return WAIT;',
      '}',
    ].join('\n'),
  };

  it('shows the line with the most of the words, in whatever form', () => {
    const { line, text, highlights } = bestLineFor('waiting between retry attempts')(passage);
    assert.deepEqual([line, text], [13, 'function waitBeforeRetry(attempts: number) {']);
    assert.deepEqual(
      highlights.map(([start, end]) => text.slice(start, end)),
      ['wait', 'Retry', 'attempts'],
    );
  });

  it('marks an identifier that is asked for as a whole', () => {
    const { text, highlights } = bestLineFor('waitBeforeRetry')(passage);
    assert.deepEqual(
      highlights.map(([start, end]) => text.slice(start, end)),
      ['waitBeforeRetry'],
    );
  });

  it('shows the first line that says something where no word stands in the passage', () => {
    assert.deepEqual(bestLineFor('sleep')(passage), { line: 11, text: '* How long to wait.', highlights: [] });
    assert.deepEqual(bestLineFor('sleep')({ startLine: 1, text: '' }), { line: 1, text: '', highlights: [] });
  });

  it('cuts a long line around what was found', () => {
    const { text, highlights } = bestLineFor('tide')({
      startLine: 1,
      text: `${'x '.repeat(600)}tide ${'y '.repeat(600)}`,
    });
    assert.ok(text.startsWith('…') && text.length <= 251);
    assert.deepEqual(
      highlights.map(([start, end]) => text.slice(start, end)),
      ['tide'],
    );
  });
});
