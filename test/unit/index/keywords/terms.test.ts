import assert from 'node:assert/strict';
import { eachWord, stem, termsOf } from '../../../../src/index/keywords/terms.ts';

describe('Terms', () => {
  for (const [text, words] of Object.entries({
    'const a_b = $x + 12;': ['const', 'a_b', '$x', '12'],
    'border: 2px': ['border', '2', 'px'],
    'größe der Dateien': ['größe', 'der', 'Dateien'],
    naïve_bayes2: ['naïve_bayes2'],
    'a 漢字テスト b': ['a', '漢字テスト', 'b'],
    '': [],
    ' \n\t ': [],
  })) {
    it(`sees the words of “${text}”`, () => {
      const seen: string[] = [];
      eachWord(text, (start, end) => seen.push(text.slice(start, end)));
      assert.deepEqual(seen, words);
    });
  }

  for (const [text, terms] of Object.entries({
    readTextFile: ['read', 'text', 'file', 'readtextfile'],
    'the parsing of Files': ['pars', 'fil'],
    'a an of if return': [],
    user_id: ['user', 'id', 'user_id'],
    漢字表: ['漢字', '字表'],
    漢: ['漢'],
    'x y z': [],
    ['y'.repeat(65)]: [],
  })) {
    it(`finds “${text.slice(0, 30)}” by what it consists of`, () => {
      assert.deepEqual(termsOf(text), terms);
    });
  }

  it('takes each term once, and no more than asked for', () => {
    assert.deepEqual(termsOf('alpha beta alpha gamma delta', 2), ['alpha', 'beta']);
  });

  for (const words of [
    ['parse', 'parses', 'parsed', 'parsing'],
    ['query', 'queries'],
    ['class', 'classes'],
  ]) {
    it(`gives ${words.join(', ')} one stem`, () => {
      assert.equal(new Set(words.map(stem)).size, 1);
    });
  }
});
