import assert from 'node:assert/strict';
import fc from 'fast-check';
import { promptWindow } from '../../../src/completion/promptWindow.ts';

const cases: { what: string; prefix: string; suffix: string; budget: number; expected: [string, string] }[] = [
  { what: 'keeps what fits', prefix: 'a\nb', suffix: 'c\nd', budget: 8, expected: ['a\nb', 'c\nd'] },
  { what: 'cuts before a line', prefix: 'one\ntwo\nthree', suffix: '', budget: 8, expected: ['three', ''] },
  {
    what: 'keeps a line that begins at the cut',
    prefix: 'one\ntwo\nthree',
    suffix: '',
    budget: 9,
    expected: ['two\nthree', ''],
  },
  { what: 'cuts after a line', prefix: '', suffix: 'one\ntwo\nthree', budget: 9, expected: ['', 'one\ntwo\n'] },
  {
    what: 'shares out what one side leaves',
    prefix: 'x',
    suffix: 'a\nb\nc\nd\ne',
    budget: 10,
    expected: ['x', 'a\nb\nc\nd\ne'],
  },
  {
    what: 'cuts a long line in itself',
    prefix: 'x'.repeat(100),
    suffix: 'y'.repeat(100),
    budget: 8,
    expected: ['xxxxxx', 'yy'],
  },
  { what: 'never inside a surrogate pair', prefix: '😀😀😀', suffix: '😀😀😀', budget: 7, expected: ['😀😀', '😀'] },
  {
    what: 'keeps the end of a line that ends in a line end',
    prefix: `${'x'.repeat(20)}\n`,
    suffix: '',
    budget: 4,
    expected: ['xxx\n', ''],
  },
  {
    what: 'begins with a declaration that is near to the cut',
    prefix: `${'x'.repeat(20)}\n  two\n}\n\nfunction a() {\n  ${'long();'.repeat(9)}`,
    suffix: '',
    budget: 91,
    expected: [`function a() {\n  ${'long();'.repeat(9)}`, ''],
  },
  {
    what: 'does not give up much for that',
    prefix: `${'x'.repeat(20)}\n  two\n  three\n  four\n  five\n\nlast`,
    suffix: '',
    budget: 30,
    expected: ['  three\n  four\n  five\n\nlast', ''],
  },
  {
    what: 'ends before a declaration that is near to the cut',
    prefix: '',
    suffix: `;\n  ${'long();'.repeat(9)}\n}\n\nfunction b() {\n  c();\n}\n`,
    budget: 88,
    expected: ['', `;\n  ${'long();'.repeat(9)}\n}\n\n`],
  },
  { what: 'has nothing to say without a budget', prefix: 'a', suffix: 'b', budget: 0, expected: ['', ''] },
];

describe('The prompt window', () => {
  for (const { what, prefix, suffix, budget, expected } of cases) {
    it(what, () => {
      const window = promptWindow({ prefix, suffix }, budget);
      assert.deepEqual([window.prefix, window.suffix], expected);
    });
  }

  it('begins at the same place while somebody types on', () => {
    const written = Array.from({ length: 60 }, (_, at) => `function f${at}() {\n  return ${at};\n}\n\n`).join('');
    const starts = Array.from({ length: 40 }, (_, typed) => {
      const prefix = written + 'const abc = 1;\n'.repeat(3).slice(0, typed);
      return prefix.length - promptWindow({ prefix, suffix: '' }, 1000).prefix.length;
    });
    assert.equal(new Set(starts).size, 2, 'it moves on by one function at most');
  });

  it('property: is the text next to the cursor, within the budget, of whole characters', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', '😀', ' '), maxLength: 200 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 300 }), (prefix, suffix, budget) => {
        const window = promptWindow({ prefix, suffix }, budget);
        assert.ok(prefix.endsWith(window.prefix) && suffix.startsWith(window.suffix));
        assert.ok(window.prefix.length + window.suffix.length <= budget);
        assert.ok(!/\p{Surrogate}/u.test(window.prefix + window.suffix));
        if (prefix.length + suffix.length <= budget) assert.deepEqual(window, { prefix, suffix });
      }),
    );
  });
});
