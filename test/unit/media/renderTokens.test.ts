import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BlockSplitter } from '../../../media/chat/markdown/blockSplitter.ts';
import { linkTarget } from '../../../media/chat/markdown/linkTarget.ts';
import { renderTokens } from '../../../media/chat/markdown/renderTokens.ts';

describe('renderTokens', () => {
  const cases = [
    [
      'headings below those of the view, leaving out no level',
      '### A\n\n##### B\n\n# C',
      '<h3 data-depth="3">A</h3><h4 data-depth="5">B</h4><h3 data-depth="1">C</h3>',
    ],
    ['code with its language', '```TS x\na < b\n```', '<pre data-language="ts"><code>a &#60; b</code></pre>'],
    ['a citation as a link to a source', '[a.ts:1-2](sextant-source:2)', '<p><a data-source="2">a.ts:1-2</a></p>'],
    ['a citation of no source as text', '[a.ts:1-2](sextant-source:3)', '<p>a.ts:1-2</p>'],
    ['a web link without href', '[a](https://a.example/x)', '<p><a data-url="https://a.example/x">a</a></p>'],
    ['an address as a link', 'https://a.example', '<p><a data-url="https://a.example/">https://a.example</a></p>'],
    [
      'an image as a place for it',
      '![alt](https://a.example/i.png)',
      '<p><span data-picture="https://a.example/i.png">alt</span></p>',
    ],
    ['an image of a kind that can hold more as its text', '![alt](data:image/svg+xml;base64,AA)', '<p>alt</p>'],
    [
      'an image without encryption as a link',
      '![alt](http://a.example/i.png)',
      '<p><a data-url="http://a.example/i.png">alt</a></p>',
    ],
    ['formulas', 'a $x_1$ b', '<p>a <span data-math="inline">x_1</span> b</p>'],
    [
      'code that may name a place',
      '`src/a.ts:3` `the`',
      '<p><code data-place="src/a.ts:3">src/a.ts:3</code> <code>the</code></p>',
    ],
    ['tags as text', '<b onclick="x()">b</b>', '<p>&#60;b onclick=&#34;x()&#34;&#62;b&#60;/b&#62;</p>'],
    ['blocks of HTML as text', '<script>alert(1)</script>', '&#60;script&#62;alert(1)&#60;/script&#62;'],
    [
      'a line break in a cell',
      '|a|\n|-|\n|x<br>y|',
      '<div><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>x<br>y</td></tr></tbody></table></div>',
    ],
    [
      'the alignment of columns',
      '|a|\n|-:|',
      '<div><table><thead><tr><th data-align="right">a</th></tr></thead></table></div>',
    ],
    [
      'tasks without a form',
      '- [x] a\n- [ ] b',
      '<ul><li><span data-task="done"></span> a</li><li><span data-task="open"></span> b</li></ul>',
    ],
    ['where a list starts', '3. a', '<ol start="3"><li>a</li></ol>'],
  ] as const;
  for (const [name, markdown, expected] of cases) {
    it(`writes ${name}`, () => {
      assert.equal(render(markdown).replaceAll('\n', ''), expected);
    });
  }

  it('writes no tag and no attribute but its own, whatever the text is', () => {
    const hostile = fc.constantFrom(
      ...[
        '<script>',
        '<img src=x onerror=alert(1)>',
        '"',
        "'",
        '>',
        '<',
        '&lt;',
        '](',
        '[',
        ')',
        '![',
        '`',
        '```',
        '\n',
      ],
      ...[
        'javascript:alert(1)',
        'data:text/html,x',
        'sextant-source:1',
        'https://a',
        'onclick=',
        '<svg/onload=x>',
        '|',
        '-',
        '$',
        '\\(',
        '\\)',
        '$$',
        '[^a]',
        '[^a]: ',
        '![',
      ],
      ...['command:x', 'file:///etc', '\u0000', '<!--', '<a href="', '<style>', '&#106;avascript:', '\t', ' ', '\\'],
    );
    const tag =
      /<(?:\/?(?:p|br|hr|blockquote|code(?: data-place="[^"<>]*")?|ul|sup|li|div|table|thead|tbody|tr|strong|em|del)|\/(?:h[3-6]|pre|ol|th|td|a|span)|(?:th|td)(?: data-align="\w+")?|h[3-6] data-depth="\d"|ol(?: start="\d+")?|pre data-language="[^"<>]*"(?: data-file="[^"<>]*")?|a data-(?:source="\d+"|url="https?:[^"<>]*")|span data-task="\w+"|(?:span|div) data-math="\w+"|(?:a|div) data-note(?:-text|-back)?="[\w-]+"|a data-place="[^"<>]*"|span data-picture="(?:https:|data:image)[^"<>]*")>/g;
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 30 }), (parts) => {
        assert.doesNotMatch(render(parts.join('')).replaceAll(tag, ''), /[<>]/);
      }),
      { numRuns: process.env['SEXTANT_CAMPAIGN'] === '1' ? 100_000 : 2000 },
    );
  });
});

describe('linkTarget', () => {
  const cases: readonly (readonly [string, ReturnType<typeof linkTarget>])[] = [
    ['sextant-source:1', { type: 'source', number: 1 }],
    ['sextant-source:0', null],
    ['sextant-source:4', null],
    ['sextant-source:1x', null],
    ['sextant-source:1 ', null],
    ['https://a.example', { type: 'web', url: 'https://a.example/' }],
    ['HTTP://A.example/ä', { type: 'web', url: 'http://a.example/%C3%A4' }],
    ['https://user@a.example', null],
    ['https://good.example@bad.example', null],
    ['https://', null],
    ['https:a.example', null],
    ['//a.example', null],
    ['/etc/passwd', null],
    ['src/a.ts', null],
    ['javascript:alert(1)', null],
    [' javascript:alert(1)', null],
    ['java\nscript:alert(1)', null],
    ['data:text/html,<script>', null],
    ['vbscript:x', null],
    ['file:///etc/passwd', null],
    ['command:workbench.action.quit', null],
    ['vscode://x', null],
    ['mailto:a@b.example', null],
    ['#top', null],
    ['', null],
  ];
  for (const [href, target] of cases) {
    it(`${target === null ? 'takes for text' : 'lets through'}: ${JSON.stringify(href)}`, () => {
      assert.deepEqual(linkTarget(href, 3), target);
    });
  }
});

function render(markdown: string): string {
  return renderTokens(new BlockSplitter().append(markdown, true).finished, { sourceCount: 2, outline: [] });
}
