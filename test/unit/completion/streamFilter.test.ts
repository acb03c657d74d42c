import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StreamFilter } from '../../../src/completion/streamFilter.ts';

interface Case {
  readonly what: string;
  /** The document, the cursor at `|`. */
  readonly at: string;
  readonly answer: string;
  readonly taken: string;
  readonly language?: string;
}

const cases: Case[] = [
  { what: 'to the end of a begun line', at: 'const a = |', answer: '1;\nconst b = 2;\n', taken: '1;' },
  {
    what: 'to the end of the line when text follows on it',
    at: 'call(|);',
    answer: 'a, b);\nmore();',
    taken: 'a, b);',
  },
  {
    what: 'a begun line with the block that it opens',
    at: 'function f(|\n\nfoo();',
    answer: 'a) {\n  return a;\n}\n\nfunction g() {}\n',
    taken: 'a) {\n  return a;\n}',
  },
  {
    what: 'the body of a block up to the closing line that stands there',
    at: 'function f() {\n  |\n}\n',
    answer: 'const a = 1;\n  return a;\n}\n\nf();',
    taken: 'const a = 1;\n  return a;',
  },
  {
    what: 'the body below a line that opens it, with its closing line',
    at: 'if (a) {|',
    answer: '\n  b();\n}\nc();',
    taken: '\n  b();\n}',
  },
  {
    what: 'on through else and catch',
    at: 'try {|',
    answer: '\n  a();\n} catch {\n  b();\n} finally {\n  c();\n}\nd();',
    taken: '\n  a();\n} catch {\n  b();\n} finally {\n  c();\n}',
  },
  {
    what: 'a Python body up to the line that stands outside of it',
    at: 'def f(a):|',
    answer: '\n    if a:\n        return 1\n\n    return 2\n\ndef g():\n    pass\n',
    taken: '\n    if a:\n        return 1\n\n    return 2',
    language: 'python',
  },
  {
    what: 'Python’s else at the level of its if',
    at: '    if a:|',
    answer: '\n        b()\n    else:\n        c()\n    d()\n',
    taken: '\n        b()\n    else:\n        c()',
    language: 'python',
  },
  {
    what: 'statements to the next blank line',
    at: '  |',
    answer: 'a();\n  b();\n\n  c();\n',
    taken: 'a();\n  b();',
  },
  {
    what: 'blank lines inside what is nested',
    at: '|',
    answer: 'class A {\n  a() {}\n\n  b() {}\n}\n\nclass B {}\n',
    taken: 'class A {\n  a() {}\n\n  b() {}\n}',
  },
  { what: 'no second blank line', at: 'if (a) {|', answer: '\n  b();\n\n\n  c();\n}', taken: '\n  b();' },
  { what: 'nothing below its own indentation', at: '    |', answer: 'a();\n  }\n}\n', taken: 'a();' },
  {
    what: 'nothing that follows the cursor already',
    at: 'a();\n|\nlast();\n',
    answer: 'b();\nlast();\nmore();',
    taken: 'b();',
  },
  { what: 'not even as its first line', at: 'a();\n|\nlast();\n', answer: 'last();\nmore();', taken: '' },
  {
    what: 'an opening bracket that follows already as another one',
    at: '[\n  |\n  {\n    b: 1,\n  },\n]',
    answer: '{\n    a: 1,\n  },\n  {\n',
    taken: '{\n    a: 1,\n  },\n  {\n',
  },
  { what: 'a fenced answer without its fences', at: 'a = |', answer: '```js\n1;\n```\nThis sets a.', taken: '1;' },
  { what: 'nothing of the prose behind a fence', at: '  |', answer: 'a();\n```\nThis calls a.', taken: 'a();' },
  { what: 'fences in Markdown', at: '|', answer: '```js\n1;\n```\n', taken: '```js\n1;\n```', language: 'markdown' },
  { what: 'CRLF as line ends', at: 'if (a) {|', answer: '\r\n  b();\r\n}\r\nc();', taken: '\n  b();\n}' },
  {
    what: 'tabs as indentation',
    at: '\tif a {|',
    answer: '\n\t\tb()\n\t}\n\tc()',
    taken: '\n\t\tb()\n\t}',
    language: 'go',
  },
  { what: 'nothing of nothing', at: 'a|', answer: '', taken: '' },
  {
    what: 'a fenced answer behind a sentence',
    at: 'a = |',
    answer: 'Sure! Here is the code:\n\n```js\n1;\n```\n',
    taken: '1;',
  },
  { what: 'nothing of a refusal', at: 'a = |', answer: "I'm sorry, but I cannot complete this code.\n", taken: '' },
  {
    what: 'a sentence where sentences are written',
    at: '|',
    answer: 'Sure, why not.\n',
    taken: 'Sure, why not.',
    language: 'markdown',
  },
  {
    what: 'what comes behind the cursor’s own line again',
    at: 'a();\n  return |\n',
    answer: '  return b;\n',
    taken: 'b;',
  },
  {
    what: 'what comes behind the lines above again',
    at: 'function f() {\n  a();\n  b(|\n}\n',
    answer: 'function f() {\n  a();\n  b(1);\n}\n',
    taken: '1);',
  },
  { what: 'nothing of the lines above alone', at: 'a();\nb();\n|\n\nc();', answer: 'a();\nb();\n', taken: '' },
  { what: 'a line that stood above once', at: 'a();\nb();\n|\n\nc();', answer: 'a();\n', taken: 'a();' },
  { what: 'no indentation that stands there', at: 'if (a)\n    |\n', answer: '    b();\n', taken: 'b();' },
  {
    what: 'spaces for tabs in a file of spaces',
    at: 'if (a) {\n  b();\n}\nif (c) {|\n}\n',
    answer: '\n\tif (d) {\n\t\te();  \n\t}\n}\n',
    taken: '\n  if (d) {\n    e();\n  }',
  },
  {
    what: 'tabs for spaces in a file of tabs',
    at: 'if a {\n\tb()\n}\nif c {|\n}\n',
    answer: '\n    if d {\n        e()\n    }\n}\n',
    taken: '\n\tif d {\n\t\te()\n\t}',
    language: 'go',
  },
  {
    what: 'a line once that comes for ever',
    at: 'x = [\n  |\n]',
    answer: `1,\n${'  2,\n'.repeat(99)}`,
    taken: '1,\n  2,',
  },
  {
    what: 'lines once that come for ever',
    at: 'if (a) {|',
    answer: `\n${'  first(one);\n  second(two);\n'.repeat(9)}`,
    taken: '\n  first(one);\n  second(two);',
  },
  {
    what: 'no bracket that closes nothing',
    at: 'f(() => {|\n});\n',
    answer: '\n  a();\n  }\n  }\n',
    taken: '\n  a();',
  },
  {
    what: 'a statement to its last bracket',
    at: 'const a = |\n\nb();',
    answer: 'call(\n  1,\n  "}",\n  // )\n);\nc();\n',
    taken: 'call(\n  1,\n  "}",\n  // )\n);',
  },
  { what: 'a chain of calls', at: 'const a = |\n', answer: 'b\n  .c()\n  .d();\ne();\n', taken: 'b\n  .c()\n  .d();' },
  {
    what: 'a block whose heading has several lines',
    at: 'void f(\n    int a) {|\n',
    answer: '\n  b();\n}\nc();',
    taken: '\n  b();\n}',
    language: 'java',
  },
  {
    what: 'a docstring with blank lines in it',
    at: 'def f():\n    |\n',
    answer: '"""A.\n\n    B.\n    """\n\n    c()\n',
    taken: '"""A.\n\n    B.\n    """',
    language: 'python',
  },
  {
    what: 'a line behind a docstring of which the window shows the end',
    at: '    Of the docstring.\n    """\n    a = |\n',
    answer: 'b\n\n    c = d\n',
    taken: 'b',
    language: 'python',
  },
  {
    what: 'a line behind docstrings of which the window shows the lone end of the first',
    at: '    """\n    a()\n\ndef f():\n    """Says it."""\n\ndef g():\n    """Says more.\n\n    And more.\n    """\n    b = |\n',
    answer: 'c\n\n    d = e\n',
    taken: 'c',
    language: 'python',
  },
  {
    what: 'what comes behind a place that stands above twice',
    at: '  @Override\n  int a() {\n    return 1;\n  }\n\n  @Override\n  int b() {\n    return 2;\n  }\n\n  |\n}\n',
    answer: '\n  @Override\n  int c() {\n    return 3;\n  }\n}\n',
    taken: '@Override\n  int c() {\n    return 3;\n  }',
    language: 'java',
  },
  {
    what: 'no indentation that stands there below a heading of several lines',
    at: '  void f(\n          int a) {\n    |\n  }\n',
    answer: '    b();\n  }\n',
    taken: 'b();',
    language: 'java',
  },
  {
    what: 'further indentation below a line that opens a block',
    at: '  if (a) {\n  |\n  }\n',
    answer: '  b();\n  }\n',
    taken: '  b();',
    language: 'java',
  },
  {
    what: 'else without braces',
    at: '  if (|\n}\n',
    answer: 'a)\n    return 1;\n  else if (b)\n    return 2;\n  return 3;\n}\n',
    taken: 'a)\n    return 1;\n  else if (b)\n    return 2;',
    language: 'c',
  },
  {
    what: 'what an annotation is for',
    at: 'class A:\n    @|\n',
    answer: 'property\n    def a(self):\n        return 1\n\n    def b(self):\n',
    taken: 'property\n    def a(self):\n        return 1',
    language: 'python',
  },
  {
    what: 'the next declaration alone behind one that ends alike',
    at: 'class A {\n  int a() {\n  }|\n}\n',
    answer: '\n\n  int b() {\n  }\n\n  int c() {\n  }\n',
    taken: '\n\n  int b() {\n  }',
    language: 'java',
  },
  {
    what: 'labels of goto in a block',
    at: '  if (a) {|\n  }\n',
    answer: '\nagain:\n    b();\n  }\n',
    taken: '\nagain:\n    b();',
    language: 'c',
  },
  {
    what: 'no other code behind a blank line in a block that is still open',
    at: '  for (;;) {|\n  }\n',
    answer: '\n    a();\n\n  function other() {\n    b();\n  }\n',
    taken: '\n    a();',
  },
  {
    what: 'nothing that goes on with another block behind a blank line',
    at: '    with a:|\n',
    answer: '\n        b()\n\n    elif c:\n        d()\n',
    taken: '\n        b()',
    language: 'python',
  },
  {
    what: 'nothing deeper below a closing line, however it begins',
    at: 'fn f() {|\n}\n',
    answer: '\n    a(|b| {\n        c\n    }))\n        c\n    }))\n',
    taken: '\n    a(|b| {\n        c\n    }))',
    language: 'rust',
  },
  {
    what: 'three lines without a word once',
    at: 'def f():|\n',
    answer: `\n${'    ...\n'.repeat(30)}`,
    taken: '\n    ...',
    language: 'python',
  },
  {
    what: 'a block to its end although its last lines stood there before',
    at: 'int f() {|\n\nint g();\n',
    answer: `\n  if (a) {\n    return b;\n  }\n  return c;\n}${'\n  return c;\n}'.repeat(9)}`,
    taken: '\n  if (a) {\n    return b;\n  }\n  return c;\n}',
    language: 'c',
  },
  {
    what: 'spaces where the lines around have them, in a file of tabs',
    at: `${'\tint a;\n'.repeat(40)}struct b {\n    int c;\n    int d;\n    int e;\n    |\n`,
    answer: 'struct {\n        int f;\n    } g;\n',
    taken: 'struct {\n        int f;\n    } g;\n'.trimEnd(),
    language: 'c',
  },
  {
    what: 'the bracket of the block around it where it is missing',
    at: 'function f() {\n  |\n',
    answer: 'return 1;\n}\n\ng();',
    taken: 'return 1;\n}',
  },
  {
    what: 'at most five lines',
    at: '|',
    answer: 'a();\nb();\nc();\nd();\ne();\nf();\n',
    taken: 'a();\nb();\nc();\nd();\ne();',
  },
];

function filterAt(at: string, language = 'typescript'): StreamFilter {
  const [prefix = '', suffix = ''] = at.split('|');
  return new StreamFilter(
    { prefix, suffix },
    { languageId: language, maxLines: at === '|' && language === 'typescript' ? 5 : 20 },
  );
}

describe('The stream filter takes', () => {
  for (const { what, at, answer, taken, language } of cases) {
    it(what, () => {
      const filter = filterAt(at, language);
      filter.push(answer);
      assert.equal(filter.finish(), taken);
    });

    it(`${what}, however the answer is cut into pieces`, () => {
      fc.assert(
        fc.property(fc.array(fc.nat({ max: answer.length })), (cuts) => {
          const filter = filterAt(at, language);
          const places = [0, ...cuts.sort((a, b) => a - b), answer.length];
          for (const [index, end] of places.entries()) filter.push(answer.slice(places[index - 1] ?? 0, end));
          assert.equal(filter.finish(), taken);
        }),
        { numRuns: 30 },
      );
    });
  }

  for (const [what, piece] of [
    ['brackets', '[('],
    ['words', 'word '],
    ['white space', '    '],
    ['lines that open blocks', 'f(() => {\n'],
  ] as const) {
    it(`no more than it could show of ${what} without an end`, () => {
      const filter = filterAt('a = |');
      let taken = 0;
      for (; !filter.isDone && taken < 1_000_000; taken += piece.length) filter.push(piece);
      assert.ok(taken < 5_000, `${taken} characters`);
    });
  }

  it('no piece more once it has enough', () => {
    const filter = filterAt('const a = |');
    filter.push('1;\n');
    assert.equal(filter.isDone, true);
    filter.push('const b = 2;');
    assert.equal(filter.text, '1;');
  });
});
