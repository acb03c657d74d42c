import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitSuggestion, withLineEndsOf } from '../../../src/completion/postProcess.ts';

const cases: { what: string; at: string; suggestion: string; fit: string | null }[] = [
  { what: 'what belongs stays as it is', at: 'const a = |', suggestion: '1;', fit: '1;' },
  { what: 'a closing bracket that stands there goes', at: 'call(|)', suggestion: 'a, b)', fit: 'a, b' },
  { what: 'with what follows it', at: 'call(|);', suggestion: 'a, b);', fit: 'a, b' },
  { what: 'also when the suggestion goes on behind it', at: 'call(|)', suggestion: 'a, b);', fit: 'a, b' },
  { what: 'a bracket of the suggestion’s own stays', at: 'call(|)', suggestion: 'f()', fit: 'f()' },
  { what: 'own and standing bracket are told apart', at: 'call(|)', suggestion: 'f())', fit: 'f()' },
  { what: 'a closing quote that stands there goes', at: "say('|')", suggestion: "hello'", fit: 'hello' },
  { what: 'a quoted word keeps its quotes', at: 'say(|")', suggestion: '"a"', fit: '"a"' },
  { what: 'a semicolon is not doubled', at: 'a = |;', suggestion: 'b;', fit: 'b' },
  { what: 'words that follow go', at: 'return | + tax;', suggestion: 'price + tax;', fit: 'price' },
  { what: 'lines that follow go', at: 'a();\n|\nb();\nc();\n', suggestion: 'x();\nb();\nc();', fit: 'x();' },
  { what: 'only white space is nothing', at: 'a();|', suggestion: '\n   \n', fit: null },
  { what: 'nothing is nothing', at: 'a();|', suggestion: '', fit: null },
  { what: 'white space at the end goes', at: 'a = |', suggestion: '1;  \n\n', fit: '1;' },
  {
    what: 'indentation and line end at the start stay',
    at: 'if (a) {|',
    suggestion: '\n  b();\n}',
    fit: '\n  b();\n}',
  },
  { what: 'the line above again is nothing', at: 'import a;\n|', suggestion: 'import a;', fit: null },
  { what: 'the cursor’s own line again is nothing', at: 'import a;|', suggestion: '\nimport a;', fit: null },
  { what: 'the line below again is nothing', at: 'x\n|\n\nimport b;\n', suggestion: 'import b;', fit: null },
  { what: 'what is already there is nothing', at: 'call(|)', suggestion: ')', fit: null },
  {
    what: 'a heap of comments is nothing',
    at: 'a();\n|',
    suggestion: '// TODO: b\n// TODO: c\n// TODO: d',
    fit: null,
  },
  {
    what: 'the rest of a comment is what somebody writes',
    at: '// One\n|',
    suggestion: '// two\n// three\n// four',
    fit: '// two\n// three\n// four',
  },
  {
    what: 'preprocessor lines are code',
    at: 'int a;\n|',
    suggestion: '#ifdef B\n#include "b.h"\n#endif',
    fit: '#ifdef B\n#include "b.h"\n#endif',
  },
  { what: 'half a surrogate pair goes', at: "a = '|", suggestion: 'x😀'.slice(0, 2), fit: 'x' },
];

describe('A suggestion is made fit', () => {
  for (const { what, at, suggestion, fit } of cases) {
    it(what, () => {
      const [prefix = '', suffix = ''] = at.split('|');
      assert.equal(fitSuggestion(suggestion, { prefix, suffix }), fit);
    });
  }

  it('property: only ever cuts, and leaves text of whole characters', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '(', ')', '"', ';', '😀'), maxLength: 30 });
    fc.assert(
      fc.property(text, text, text, (suggestion, prefix, suffix) => {
        const fit = fitSuggestion(suggestion, { prefix, suffix });
        assert.ok(fit === null || (suggestion.startsWith(fit) && fit.trim() !== '' && !/\p{Surrogate}/u.test(fit)));
      }),
    );
  });
});

describe('Line ends', () => {
  it('are the document’s', () => {
    assert.equal(withLineEndsOf({ prefix: 'a\r\n', suffix: '' }, 'x\ny\r\nz'), 'x\r\ny\r\nz');
    assert.equal(withLineEndsOf({ prefix: '', suffix: '\r\n' }, 'x\ny'), 'x\r\ny');
    assert.equal(withLineEndsOf({ prefix: 'a\n', suffix: '' }, 'x\r\ny'), 'x\ny');
  });
});
