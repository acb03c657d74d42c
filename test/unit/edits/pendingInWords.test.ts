import assert from 'node:assert/strict';
import { pendingInWords } from '../../../src/edits/review/pendingInWords.ts';

describe('What is left to decide, in words', () => {
  /** Hunks by their first row and the number of their new lines. */
  const told: readonly (readonly [string, readonly (readonly [number, number])[]])[] = [
    ['No change is left to decide.', []],
    ['1 change to decide, in line 1.', [[0, 1]]],
    ['1 change to decide, in lines 3 to 9.', [[2, 7]]],
    ['1 change to decide, in line 1,234.', [[1233, 1]]],
    // Where lines were only taken away.
    ['1 change to decide, in line 5.', [[4, 0]]],
    [
      '2 changes to decide, in lines 3 to 9 and line 20.',
      [
        [2, 7],
        [19, 1],
      ],
    ],
    [
      '3 changes to decide, in line 1, line 3, and line 5.',
      [
        [0, 1],
        [2, 1],
        [4, 1],
      ],
    ],
    [
      '8 changes to decide, in line 1, line 3, line 5, line 7, line 9, and 3 more places.',
      Array.from({ length: 8 }, (_, at) => [at * 2, 1] as const),
    ],
  ];
  for (const [sentence, places] of told) {
    it(sentence, () => {
      const hunks = places.map(([startRow, count]) => ({ startRow, added: new Array<string>(count).fill('') }));
      assert.equal(pendingInWords(hunks), sentence);
    });
  }
});
