import assert from 'node:assert/strict';
import fc from 'fast-check';
import { packChunks, packNumbers, unpackChunks, unpackNumbers } from '../../../../src/index/chunks/packChunks.ts';

describe('Packed chunks', () => {
  const line = fc.integer({ min: 1, max: 1_000_000 });
  const range = fc.record({ startLine: line, endLine: line }, { noNullPrototype: true });
  const chunk = fc.record(
    {
      startLine: line,
      endLine: line,
      symbol: fc.string({ unit: 'grapheme' }),
      kind: fc.constantFrom('function', 'class', 'code'),
      textHash: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
      declaration: fc.record(
        { signature: range, comment: range },
        { requiredKeys: ['signature'], noNullPrototype: true },
      ),
    },
    { requiredKeys: ['startLine', 'endLine', 'symbol', 'kind', 'textHash'], noNullPrototype: true },
  );

  it('are unpacked as they were', () => {
    fc.assert(
      fc.property(fc.array(chunk), (chunks) => {
        const ordered = chunks.map((each) => ({ ...each, endLine: Math.max(each.startLine, each.endLine) }));
        assert.deepEqual(unpackChunks(packChunks(ordered)), ordered);
      }),
    );
  });

  it('have numbers of which those in a row take next to nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 24)), (numbers) => {
        assert.deepEqual(unpackNumbers(packNumbers(numbers)), numbers);
      }),
    );
    assert.ok(packNumbers(Array.from({ length: 1000 }, (_, at) => 5000 + at)).length < 8);
  });
});
