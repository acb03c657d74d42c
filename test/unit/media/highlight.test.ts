import assert from 'node:assert/strict';
import fc from 'fast-check';
import { highlight } from '../../../media/chat/markdown/highlight.ts';
import { type CodeSpan, highlightedLines } from '../../../media/chat/markdown/highlightedLines.ts';

describe('highlight', () => {
  it('keeps every character, whatever the language and the code', () => {
    const languages = ['typescript', 'python', 'html', 'cpp', 'markdown', 'yaml', 'php', 'diff', 'rust', 'bash'];
    const code = fc.array(
      fc.constantFrom(
        '"',
        "'",
        '`',
        '${',
        '}',
        '<',
        '>',
        '&',
        '&amp;',
        '/*',
        '*/',
        '//',
        '#',
        '\n',
        ' ',
        'class',
        'x',
        '1',
        '</span>',
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...languages), code, (language, parts) => {
        const highlighted = highlight(parts.join(''), language);
        assert.equal(highlighted?.lines.map((line) => line.map(textOf).join('')).join('\n'), parts.join(''));
      }),
      { numRuns: process.env['SEXTANT_CAMPAIGN'] === '1' ? 20_000 : 500 },
    );
  });

  for (const language of [
    'ts',
    'tsx',
    'py',
    'sh',
    'yml',
    'html',
    'c++',
    'cs',
    'typescriptreact',
    'shellscript',
    'jsonc',
    'vue',
  ]) {
    it(`knows “${language}”`, () => {
      assert.notEqual(highlight('x', language), null);
    });
  }

  it('leaves unknown languages plain', () => {
    assert.equal(highlight('x', 'klingon'), null);
    assert.equal(highlight('x', '__proto__'), null);
  });

  const openings: readonly (readonly [name: string, code: string, language: string, isClosed: boolean])[] = [
    ['a class and a method', 'class A {\n  b() {\n', 'ts', true],
    ['a comment', 'const a = 1; /* and\n', 'ts', false],
    ['a text of several lines', 'def a():\n  \"\"\"It says\n', 'python', false],
    ['a script in a page', '<p>a</p>\n<script>\nlet a;\n', 'html', false],
    ['a script that ended', '<script>\nlet a;\n</script>\n', 'html', true],
  ];
  for (const [name, code, language, isClosed] of openings) {
    it(`says whether what follows ${name} can be coloured by itself`, () => {
      assert.equal(highlight(code, language)?.isClosed, isClosed);
    });
  }
});

describe('highlightedLines', () => {
  const cases: readonly (readonly [string, string, CodeSpan[][]])[] = [
    ['plain text', 'a\nb', [['a'], ['b']]],
    ['the five entities', '&lt;&gt;&amp;&quot;&#x27;', [[`<>&"'`]]],
    ['an entity once', '&amp;lt;', [['&lt;']]],
    [
      'a span',
      'a <span class="hljs-keyword">b</span> c',
      [['a ', { className: 'hljs-keyword', children: ['b'] }, ' c']],
    ],
    [
      'a span over lines, in each of them',
      '<span class="hljs-comment">a\nb</span>c',
      [[{ className: 'hljs-comment', children: ['a'] }], [{ className: 'hljs-comment', children: ['b'] }, 'c']],
    ],
    [
      'spans in spans over lines',
      '<span class="hljs-string">a<span class="hljs-subst">b\nc</span></span>',
      [
        [{ className: 'hljs-string', children: ['a', { className: 'hljs-subst', children: ['b'] }] }],
        [{ className: 'hljs-string', children: [{ className: 'hljs-subst', children: ['c'] }] }],
      ],
    ],
    ['other tags as text', '<b>x</b>', [['<b>x</b>']]],
  ];
  for (const [name, html, lines] of cases) {
    it(`reads ${name}`, () => {
      assert.deepEqual(highlightedLines(html), lines);
    });
  }
});

function textOf(span: CodeSpan): string {
  return typeof span === 'string' ? span : span.children.map(textOf).join('');
}
