import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hashOf } from '../../../../src/base/words/textBytes.ts';
import { WordCache } from '../../../../src/base/words/wordCache.ts';

const word = fc.oneof(fc.stringMatching(/^[ab_$]{1,3}$/), fc.stringMatching(/^[a-zA-Z0-9_$]{1,80}$/));

/** The numbers of the word that a text is. */
function numbersOf(
  cache: WordCache,
  text: string,
  make: (word: string) => number[],
  start = 0,
  end = text.length,
): number[] {
  const bytes = Buffer.from(text);
  const run = cache.find(bytes, start, end, hashOf(bytes, start, end), make);
  const count = cache.numbers[run] ?? 0;
  return [...cache.numbers.subarray(run + 1, run + 1 + count)];
}

const codes = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

describe('WordCache', () => {
  it('gives each word what was made for it, however many there were before', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (words, most) => {
        const cache = new WordCache(most);
        const text = words.join(' ');
        let start = 0;
        for (const each of words) {
          assert.deepEqual(numbersOf(cache, text, codes, start, start + each.length), codes(each));
          start += each.length + 1;
        }
      }),
    );
  });

  it('has words without numbers', () => {
    const cache = new WordCache(3);
    for (const each of ['none', 'ab', 'none'])
      assert.deepEqual(
        numbersOf(cache, each, (made) => (made === 'none' ? [] : codes(made))),
        each === 'ab' ? codes(each) : [],
      );
  });

  it('makes them once as long as there is room', () => {
    const cache = new WordCache(3);
    const made: string[] = [];
    const make = (each: string): number[] => {
      made.push(each);
      return codes(each);
    };
    for (const each of ['one', 'two', 'one', 'three', 'two', 'three']) numbersOf(cache, each, make);
    assert.deepEqual(made, ['one', 'two', 'three']);
    numbersOf(cache, 'four', make);
    for (const each of ['one', 'one']) numbersOf(cache, each, make);
    assert.deepEqual(made, ['one', 'two', 'three', 'four', 'one']);
  });
});
