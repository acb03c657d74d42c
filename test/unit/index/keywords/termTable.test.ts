import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TermTable } from '../../../../src/index/keywords/termTable.ts';

const term = fc.oneof(
  fc.stringMatching(/^[a-d]{1,4}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 70 }),
  fc.constantFrom('__proto__', 'constructor', 'größe', '漢字', '😀', 'a'.repeat(64)),
);

describe('TermTable', () => {
  it('numbers terms as a Map would, also after it was packed', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 300 }), fc.array(term, { maxLength: 300 }), (first, second) => {
        let table = new TermTable();
        const expected = new Map<string, number>();
        const addAll = (terms: readonly string[]): void => {
          for (const each of terms) {
            const number = expected.get(each) ?? expected.size;
            expected.set(each, number);
            assert.equal(table.add(each), number);
          }
        };
        addAll(first);
        table = TermTable.unpack(structuredClone(table.pack()));
        for (const each of second) assert.equal(table.get(each), expected.get(each));
        addAll(second);
        assert.equal(table.count, expected.size);
        for (const [each, number] of expected) assert.equal(table.get(each), number);
      }),
    );
  });

  it('finds what begins so, the shortest first', () => {
    const words = fc.uniqueArray(fc.stringMatching(/^[a-cé]{1,6}$/), { maxLength: 60 });
    fc.assert(
      fc.property(words, words, fc.stringMatching(/^[a-cé]{3,4}$/), (first, second, beginning) => {
        const table = new TermTable();
        for (const each of first) table.add(each);
        table.beginning(beginning);
        for (const each of second) table.add(each);
        const terms = [...new Set([...first, ...second])];
        const bytes = (word: string): Buffer => Buffer.from(word);
        const expected = terms
          .filter((each) => each.startsWith(beginning))
          .sort((a, b) => bytes(a).length - bytes(b).length || Buffer.compare(bytes(a), bytes(b)));
        assert.deepEqual(
          table.beginning(beginning).map((number) => terms[number]),
          expected,
        );
      }),
    );
  });
});
