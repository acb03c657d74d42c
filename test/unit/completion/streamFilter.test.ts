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
    taken: '\n    if a:\n        return 1\n\n    return 2\n',
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
  { what: 'no second blank line', at: 'if (a) {|', answer: '\n  b();\n\n\n  c();\n}', taken: '\n  b();\n' },
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
  { what: 'at most five lines', at: '|', answer: 'x();\n'.repeat(50), taken: 'x();\n'.repeat(5).trimEnd() },
];

function filterAt(at: string, language = 'typescript'): StreamFilter {
  const [prefix = '', suffix = ''] = at.split('|');
  return new StreamFilter(
    { prefix, suffix },
    { languageId: language, maxLines: 5 + (at.includes('try') || language !== 'typescript' ? 10 : 0) },
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

  it('no piece more once it has enough', () => {
    const filter = filterAt('const a = |');
    filter.push('1;\n');
    assert.equal(filter.isDone, true);
    filter.push('const b = 2;');
    assert.equal(filter.text, '1;');
  });
});
