import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WordCache } from '../../../../src/base/words/wordCache.ts';

const word = fc.oneof(fc.stringMatching(/^[ab_$]{1,3}$/), fc.stringMatching(/^[a-zA-Z0-9_$]{1,80}$/));

describe('WordCache', () => {
  it('gives each word what was made for it, however many there were before', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (words, most) => {
        const cache = new WordCache<{ readonly made: string }>(most);
        const text = words.join(' ');
        let start = 0;
        for (const each of words) {
          assert.equal(cache.get(text, start, start + each.length, (made) => ({ made })).made, each);
          start += each.length + 1;
        }
      }),
    );
  });

  it('makes it once as long as there is room', () => {
    const cache = new WordCache<string>(3);
    const made: string[] = [];
    const make = (each: string): string => {
      made.push(each);
      return each;
    };
    for (const each of ['one', 'two', 'one', 'three', 'two', 'three']) cache.get(each, 0, each.length, make);
    assert.deepEqual(made, ['one', 'two', 'three']);
    cache.get('four', 0, 4, make);
    for (const each of ['one', 'one']) cache.get(each, 0, each.length, make);
    assert.deepEqual(made, ['one', 'two', 'three', 'four', 'one']);
  });
});
