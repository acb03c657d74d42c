import assert from 'node:assert/strict';
import { nearHighlight } from '../../../media/searchView/nearHighlight.ts';

describe('nearHighlight', () => {
  const lines: readonly (readonly [name: string, text: string, word: string, shown: string])[] = [
    ['keeps a text whose mark is in sight', 'let bytes = 0;', 'bytes', 'let bytes = 0;'],
    [
      'begins at a word shortly before the mark',
      '/** The checksum of a radio frame: all bytes added up. */',
      'bytes',
      '…frame: all bytes added up. */',
    ],
    ['begins at the mark where no space is near', `${'x'.repeat(40)}.bytes`, 'bytes', '…bytes'],
  ];
  for (const [name, text, word, shown] of lines) {
    it(name, () => {
      const start = text.indexOf(word);
      const near = nearHighlight({ text, highlights: [[start, start + word.length]] });
      assert.equal(near.text, shown);
      assert.deepEqual(
        near.highlights.map(([from, to]) => near.text.slice(from, to)),
        [word],
      );
    });
  }
});
