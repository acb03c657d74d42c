import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codeStyleOf } from '../../../../src/index/chunks/codeStyle.ts';
import { type Field, counted, fieldsOf, occurrences, packCounts } from '../../../../src/index/keywords/fields.ts';

describe('Fields of a text', () => {
  const cases: readonly (readonly [language: string, text: string, expected: readonly string[]])[] = [
    [
      'typescript',
      'a(); // b "c"\nd = "e // f";',
      ['code a();', 'comment // b "c"', 'code d =', 'string "e // f"', 'code ;'],
    ],
    ['c', 'x /* y\n z */ w', ['code x', 'comment /* y\n z */', 'code w']],
    ['c', 'x / y /* never ends', ['code x / y', 'comment /* never ends']],
    [
      'python',
      'def f():\n  """Says what."""\n  # why\n  return \'it\'',
      ['code def f():', 'comment """Says what."""', 'comment # why', 'code return', "string 'it'"],
    ],
    ['rust', "fn f<'a>(x: &'a str) -> char { 'c' }", ["code fn f<'a>(x: &'a str) -> char {", "string 'c'", 'code }']],
    ['go', 'a := "one \\" two', ['code a :=', 'string "one \\" two']],
    ['php', '# one\n// two\n$a', ['comment # one', 'comment // two', 'code $a']],
    ['markdown', 'It’s "quoted" // here', ['code It’s "quoted" // here']],
    ['plaintext', '"a" # b', ['code "a" # b']],
    ['typescript', '', []],
  ];
  for (const [language, text, expected] of cases) {
    it(`tells code, comments and strings apart in ${language}: ${JSON.stringify(text)}`, () => {
      const parts = fieldsOf(text, codeStyleOf(language));
      assert.deepEqual(
        parts.filter((part) => part.text.trim() !== '').map(({ field, text: own }) => `${field} ${own.trim()}`),
        expected,
      );
    });
  }

  it('loses no letter of any text', () => {
    const letters = fc.constantFrom('a', '"', "'", '/', '*', '#', '\n', '\\', ' ', 'é', '漢');
    const language = fc.constantFrom('typescript', 'python', 'rust', 'php', 'shellscript', 'markdown', 'json');
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 60 }), language, (list, id) => {
        const text = list.join('');
        const parts = fieldsOf(text, codeStyleOf(id));
        assert.equal(parts.map((part) => part.text).join(''), text);
        if (text !== '') assert.ok(parts.every((part) => part.text !== ''));
      }),
    );
  });

  it('says in one byte what a word is worth: something wherever it stands, never less for more', () => {
    const field = fc.constantFrom<Field>('head', 'code', 'comment', 'string');
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 600 }), (fields) => {
        let counts = 0;
        let before = 0;
        for (const each of fields) {
          counts = counted(counts, each);
          const packed = packCounts(counts);
          const worth = occurrences[packed] ?? 0;
          assert.ok(packed > 0 && packed < 256 && worth > 0 && worth >= before);
          before = worth;
        }
      }),
    );
  });
});
