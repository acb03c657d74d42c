import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Clause, parseHistoryQuery } from '../../../../src/base/words/historyQuery.ts';

/** `a b*` for a phrase whose last term is a beginning, with its alternatives, and a minus where it excludes. */
function written({ alternatives, isExcluded }: Clause): string {
  const phrases = alternatives.map((phrase) =>
    phrase
      .map(
        ({ term, isPrefix, offset }, index) => `${offset === index ? '' : `${offset}:`}${term}${isPrefix ? '*' : ''}`,
      )
      .join(' '),
  );
  return `${isExcluded ? '-' : ''}${phrases.join(' | ')}`;
}

describe('parseHistoryQuery', function () {
  this.timeout(60_000);

  for (const [query, expected] of Object.entries({
    pool: ['pool*'],
    'pool ': ['pool'],
    'close pool': ['close', 'pool*'],
    'clo* pool ': ['clo*', 'pool'],
    '"close the pool"': ['close the pool'],
    '"close the po': ['close the po*'],
    'pool -"to be" -idle': ['pool', '-to be', '-idle'],
    'pool -': ['pool'],
    'foo.bar(baz': ['foo bar baz*'],
    'foo(': ['foo'],
    "don't ": ['don t'],
    getElem: ['get elem* | getelem*'],
    max_tokens: ['max tokens* | max_tokens*'],
    '東京都 ': ['東京 京都'],
    字: ['字*'],
    使用React的: ['使用 2:react 3:的*'],
    'a-b': ['a b*'],
    'ÉCOLE ': ['ecole'],
    '🚀 ': ['🚀'],
    '': [],
    '" "': [],
    '--': [],
  })) {
    it(`reads ${JSON.stringify(query)}`, () => {
      assert.deepEqual(parseHistoryQuery(query).clauses.map(written), expected);
    });
  }

  it('knows the whole question as one phrase, but for what is excluded or hardly begun', () => {
    const exact = (query: string): string | undefined => {
      const clause = parseHistoryQuery(query).exact;
      return clause === null ? undefined : written(clause);
    };
    assert.equal(exact('close the pool'), 'close the pool*');
    assert.equal(exact('close the po'), 'close the');
    assert.equal(exact('close -idle pool '), 'close pool');
    assert.equal(exact('pool'), undefined);
  });

  it('looks for single words too, where nothing is quoted', () => {
    assert.deepEqual(parseHistoryQuery('如何连接 pool -idle').loose.map(written), ['如何', '何连', '连接', 'pool']);
    assert.deepEqual(parseHistoryQuery('a "b c"').loose, []);
  });

  it('reads anything in a moment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (query) => {
        const { clauses } = parseHistoryQuery(query);
        assert.ok(clauses.length <= 32);
        assert.ok(clauses.every(({ alternatives }) => alternatives.every((phrase) => phrase.length > 0)));
      }),
    );
  });
});
