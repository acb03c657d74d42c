import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Vocabulary } from '../../../../src/index/embedding/vocabulary.ts';

describe('Vocabulary', () => {
  const subword = fc.stringMatching(/^[ab1é]{1,6}$/);

  it('finds what is in it, and the longest that begins at a place', () => {
    fc.assert(
      fc.property(fc.uniqueArray(subword, { maxLength: 60 }), fc.stringMatching(/^[ab1]{1,20}$/), (subwords, text) => {
        const vocabulary = new Vocabulary(subwords);
        const bytes = new TextEncoder().encode(`..${text}..`);
        assert.equal(vocabulary.find(bytes, 2, 2 + text.length), subwords.indexOf(text));
        const beginning = subwords.filter((each) => each.length > 2 && text.startsWith(each));
        const longest = beginning.reduce((most, each) => (each.length > most.length ? each : most), '');
        const found = vocabulary.longest(bytes, 2, 2 + text.length);
        assert.equal(subwords[found] ?? '', longest);
        if (found !== -1) assert.equal(vocabulary.lengthOf(found), longest.length);
      }),
    );
  });
});
