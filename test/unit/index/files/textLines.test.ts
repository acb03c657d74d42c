import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TextLines } from '../../../../src/index/files/textLines.ts';

describe('TextLines', () => {
  it('gives what an array of all lines would, in whatever order it is asked', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é', ' '), maxLength: 40 });
    const place = fc.tuple(fc.nat(12), fc.nat(12));
    fc.assert(
      fc.property(text, fc.array(place, { maxLength: 8 }), (all, places) => {
        const lines = new TextLines(all);
        const expected = all.split('\n');
        for (const [start, end] of places) assert.deepEqual(lines.slice(start, end), expected.slice(start, end));
      }),
    );
  });
});
