import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseHistoryQuery } from '../../../../src/base/words/historyQuery.ts';
import { makeSnippet } from '../../../../src/base/words/snippet.ts';

/** The snippet with what is highlighted in it between ‹ and ›. */
function marked(text: string, query: string, fallback = 0, isMarkdown = false): string {
  const { snippet, highlights } = makeSnippet(text, parseHistoryQuery(query), fallback, isMarkdown);
  let result = '';
  let last = 0;
  for (const [start, end] of highlights) {
    result += `${snippet.slice(last, start)}‹${snippet.slice(start, end)}›`;
    last = end;
  }
  return result + snippet.slice(last);
}

const before =
  'There is a lot to tell before the matter itself is reached, as always in the answers of a model. '.repeat(3);
const after = ' And then there is a lot to tell after it, which nobody reads any more, as in all such texts.'.repeat(3);

describe('makeSnippet', function () {
  this.timeout(30_000);

  for (const [name, text, query, expected] of [
    ['marks whole words', 'Close the pool.', 'pool ', 'Close the ‹pool›.'],
    ['marks what is typed of a word', 'The database is small.', 'data', 'The ‹data›base is small.'],
    ['marks a phrase as one', 'to close the pool', '"close the pool"', 'to ‹close the pool›'],
    ['marks a part of an identifier', 'call getElementById', 'element ', 'call get‹Element›ById'],
    ['marks a whole identifier', 'call getElementById now', 'getelementbyid ', 'call ‹getElementById› now'],
    ['marks accents as they are', 'à l’École normale', 'ecole ', 'à l’‹École› normale'],
    ['marks combined letters', 'une e\u0301cole', 'ecole ', 'une ‹e\u0301cole›'],
    ['marks what folds longer', 'die Straße ist', 'strasse ', 'die ‹Straße› ist'],
    ['marks Chinese', '如何使用数据库连接池？', '数据库', '如何使用‹数据库›连接池？'],
    ['marks one Chinese letter', '如何使用数据库', '库', '如何使用数据‹库›'],
    ['marks Japanese', 'データベースに接続します', '接続', 'データベースに‹接続›します'],
    ['marks half width as full width', 'ﾃﾞｰﾀを送る', 'データ', '‹ﾃﾞｰﾀ›を送る'],
    ['marks Korean', '데이터베이스 연결', '베이스', '데이터‹베이스› 연결'],
    ['marks surrogates', '𠮷野家で食べる', '𠮷野家', '‹𠮷野家›で食べる'],
    ['marks emoji', 'ship it 🚀 now', '🚀 ', 'ship it ‹🚀› now'],
    ['puts lines into one', 'a\n\n  pool\tof\r\nthings ', 'pool ', 'a ‹pool› of things'],
    ['marks across a line', 'close\nthe pool', '"close the"', '‹close the› pool'],
    ['does not mark what is excluded', 'close the pool', 'pool -idle', 'close the ‹pool›'],
    ['marks single words where the phrase is missing', '我们使用连接池', '数据库连接', '我们使用‹连接›池'],
    ['marks nothing where there is nothing', 'only related', 'pool ', 'only related'],
    ['has nothing to say of nothing', '', 'pool ', ''],
  ] as const) {
    it(name, () => {
      assert.equal(marked(text, query), expected);
    });
  }

  const drawn = [
    ['headings', '## Pool size\n\nIt is *four*.', 'pool ', '‹Pool› size It is four.'],
    [
      'emphasis',
      'The **connection pool** is __small__, ~~not~~ *big*.',
      'pool ',
      'The connection ‹pool› is small, not big.',
    ],
    ['names with underlines', 'max_pool_size and 2 * 3 * 4', 'max ', '‹max›_pool_size and 2 * 3 * 4'],
    ['code in a line', 'Call `pool.close(a*b*c)` now', 'close ', 'Call pool.‹close›(a*b*c) now'],
    ['links', 'See [the *pool*](https://a.example/x_y_(z)) and ![a map](b.png).', 'pool ', 'See the ‹pool› and a map.'],
    ['lists and tasks', '- one\n  * [x] pool\n1. two\n2. [ ] three', 'pool ', 'one ‹pool› 1. two 2. three'],
    ['quotes', '> > the pool\n> is full', 'pool ', 'the ‹pool› is full'],
    ['tables', '| file | lines |\n|:--|--:|\n| pool.ts | 3 |', 'pool ', 'file lines ‹pool›.ts 3'],
    [
      'fences, and leaves code',
      'So:\n```ts\n// **pool**\nconst a = b | c;\n```\n- end',
      'pool ',
      'So: // **‹pool›** const a = b | c; end',
    ],
    ['rules', 'a pool\n\n---\n\nb', 'pool ', 'a ‹pool› b'],
    ['what is escaped', 'a \\*pool\\* here', 'pool ', 'a *‹pool›* here'],
    ['but not what was found', 'See [it](https://pool.example/a).', 'pool ', 'See [it](https://‹pool›.example/a).'],
  ] as const;
  for (const [name, text, query, expected] of drawn) {
    it(`leaves out the marks of Markdown: ${name}`, () => {
      assert.equal(marked(text, query, 0, true), expected);
    });
  }

  it('shows the place where most of the question stands', () => {
    const text = `The pool. ${before}So close the pool at the end.${after}`;
    assert.equal(
      marked(text, 'close pool '),
      '…reached, as always in the answers of a model. So ‹close› the ‹pool› at the end. And then there is a lot to tell ' +
        'after it, which nobody reads any more, as in all such texts. And then there is a lot to…',
    );
  });

  it('begins at the passage that is near in meaning where no word stands', () => {
    assert.equal(
      marked(`${before}Here it is.${after}`, 'unsaid ', before.length).slice(0, 40),
      '…Here it is. And then there is a lot to ',
    );
  });

  it('never cuts a letter, and marks only what is inside, whatever the text', () => {
    const piece = fc.constantFrom(
      'pool',
      ' ',
      '\n',
      '👩‍👩‍👧',
      '👍🏽',
      'e\u0301',
      '数',
      'ガ',
      'ﾞ',
      '𠮷',
      'x'.repeat(50),
      '\ud800',
      ...['**', '`', '[', '](', ')', '|', '\n```\n', '# ', '\\'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 120 }), fc.nat(300), fc.boolean(), (pieces, fallback, isMarkdown) => {
        const text = pieces.join('');
        const { snippet, highlights } = makeSnippet(text, parseHistoryQuery('pool 数 '), fallback, isMarkdown);
        assert.ok(snippet.length <= 320);
        let last = -1;
        for (const [start, end] of highlights) {
          assert.ok(start > last && end > start && end <= snippet.length);
          assert.match(snippet.slice(start, end), /^(pool|数)/);
          last = end;
        }
        const inner = snippet.replace(/^…|…$/g, '');
        if (!text.includes('\ud800')) assert.doesNotMatch(inner, /\p{Surrogate}/u);
        assert.doesNotMatch(inner, /\n|\u200d$/);
      }),
      { numRuns: 300 },
    );
  });
});
