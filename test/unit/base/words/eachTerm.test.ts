import assert from 'node:assert/strict';
import fc from 'fast-check';
import { eachTerm } from '../../../../src/base/words/eachTerm.ts';
import { foldWord } from '../../../../src/base/words/foldWord.ts';

/** `term@word` for each term of a text. */
function terms(text: string): string {
  const found: string[] = [];
  eachTerm(text, (term, position) => found.push(`${term}@${position}`));
  return found.join(' ');
}

describe('eachTerm', function () {
  this.timeout(60_000);

  for (const [text, expected] of Object.entries({
    'The quick, brown fox': 'the@0 quick@1 brown@2 fox@3',
    'parseHTTPRequest_v2 ok': 'parsehttprequest_v2@0 parse@0 http@1 request@2 v2@3 ok@4',
    '_private $x ___': '_private@0 private@0 $x@1 x@1 ___@2',
    "don't 3.14 a-b": 'don@0 t@1 3@2 14@3 a@4 b@5',
    'src/index/foo.ts': 'src@0 index@1 foo@2 ts@3',
    東京都庁: '東京@0 京都@1 都庁@2 庁@3',
    検索する: '検索@0 索す@1 する@2 る@3',
    'データベース 接続': 'デー@0 ータ@1 タベ@2 ベー@3 ース@4 ス@5 接続@6 続@7',
    使用React的方法: '使用@0 用@1 react@2 的方@3 方法@4 法@5',
    '한국어 검색': '한국@0 국어@1 어@2 검색@3 색@4',
    ภาษา: 'ภา@0 าษ@1 ษา@2 า@3',
    字: '字@0',
    𠮷野家: '𠮷野@0 野家@1 家@2',
    'ﾃﾞｰﾀ と ＡＢＣ１': 'デー@0 ータ@1 タ@2 と@3 abc1@4',
    がか: 'がか@0 か@1',
    'Größe STRASSE straße naïve ÉCOLE': 'grosse@0 strasse@1 strasse@2 naive@3 ecole@4',
    'e\u0301t\u00e9': 'ete@0',
    'İstanbul ΣΊΣΥΦΟΣ ﬁne': 'istanbul@0 σισυφοσ@1 fine@2',
    'go 🚀 now👍🏽': 'go@0 🚀@1 now@2 👍@3',
    'x\ud800y \udc00z': 'x@0 y@1 z@2',
    '…—“”、。！': '',
    '': '',
  })) {
    it(`finds ${JSON.stringify(text)} by ${expected || 'nothing'}`, () => {
      assert.equal(terms(text), expected);
    });
  }

  it('keeps the beginning of what is too long for a word', () => {
    assert.equal(terms(`${'Ab1'.repeat(100)} end`), `${'ab1'.repeat(22).slice(0, 64)}@0 end@1`);
  });

  it('says where each term stands, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        let last = -1;
        const count = eachTerm(text, (term, position, start, end) => {
          assert.ok(position === last || position === last + 1, 'no word is left out');
          assert.ok(start < end && end <= text.length);
          assert.equal(foldWord(text.slice(start, end)).slice(0, 64), term);
          last = position;
        });
        assert.equal(count, last + 1);
      }),
      { numRuns: 500 },
    );
  });
});
