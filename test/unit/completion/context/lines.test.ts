import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Lines, cutAround, cutDefinition } from '../../../../src/completion/context/cutSnippet.ts';
import { importLines } from '../../../../src/completion/context/importLines.ts';
import { nearbySymbols } from '../../../../src/completion/context/nearbySymbols.ts';
import { type RecentRange, RecentRanges } from '../../../../src/completion/context/recentRanges.ts';

function linesOf(text: string): Lines {
  const lines = text.split('\n');
  return { count: lines.length, at: (line) => lines[line] ?? '' };
}

const source = `import { a } from './a';

export class Store {
  readonly #rows = new Map();

  add(row) {
    const key = row.key;
    if (key === '') {
      throw new Error('empty');
    }
    this.#rows.set(key, row);
  }

  get size() {
    return this.#rows.size;
  }
}

function after() {}`;

describe('A snippet is cut', () => {
  it('at the blank lines and blocks around it', () => {
    assert.equal(
      cutAround(linesOf(source), 7, 7, 20).text,
      source.slice(source.indexOf('  add(row)'), source.indexOf('\n\n  get size')),
    );
    assert.equal(cutAround(linesOf(source), 8, 8, 20).text.split('\n').length, 3);
    assert.equal(cutAround(linesOf(source), 18, 18, 20).text, 'function after() {}');
  });

  it('to its middle when it is too long', () => {
    const lines = linesOf(Array.from({ length: 100 }, (_, at) => `line ${at}`).join('\n'));
    assert.deepEqual(cutAround(lines, 20, 79, 4), { start: 48, text: 'line 48\nline 49\nline 50\nline 51' });
  });

  it('never longer than asked, with the lines of its file, whatever the file', () => {
    const line = fc.constantFrom('', 'a', '  b', '    c {', '  }', '}', '\t\td');
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1 }),
        fc.nat(60),
        fc.nat(60),
        fc.integer({ min: 1, max: 30 }),
        (all, start, length, limit) => {
          const text = all.join('\n');
          const cut = cutAround(linesOf(text), start, start + length, limit);
          const taken = cut.text.split('\n');
          assert.ok(taken.length <= limit);
          assert.deepEqual(taken, all.slice(cut.start, cut.start + taken.length));
        },
      ),
    );
  });

  it('as a whole definition, its end known or not', () => {
    const method = source.slice(source.indexOf('  add(row)'), source.indexOf('\n\n  get size'));
    assert.equal(cutDefinition(linesOf(source), 5, null, 30).text, method);
    assert.equal(cutDefinition(linesOf(source), 5, 11, 30).text, method);
    assert.equal(
      cutDefinition(linesOf('def a(b):\n    return b\n\nc = 1'), 0, null, 30).text,
      'def a(b):\n    return b',
    );
  });

  it('to the heads of its members where it is long', () => {
    assert.equal(
      cutDefinition(linesOf(source), 2, null, 6).text,
      'export class Store {\n  readonly #rows = new Map();\n  add(row) {\n  get size() {\n}',
    );
  });
});

describe('The imports of a file', () => {
  const files: [string, string, string][] = [
    [
      'TypeScript',
      "// Title\nimport {\n  a,\n  b,\n} from './a';\nimport c from 'c';\n\nconst d = 1;",
      "import {\n  a,\n  b,\n} from './a';\nimport c from 'c';",
    ],
    [
      'Python',
      'import os\nfrom a.b import (\n    c,\n)\n\nclass D:\n    pass',
      'import os\nfrom a.b import (\n    c,\n)',
    ],
    ['Go', 'package main\n\nimport (\n\t"fmt"\n)\n\nfunc main() {}', 'package main\nimport (\n\t"fmt"\n)'],
    ['Rust', 'use std::{\n    fmt,\n};\nmod a;\n\nmod tests {\n    fn b() {}\n}', 'use std::{\n    fmt,\n};\nmod a;'],
    ['C', '#include <stdio.h>\n#include "a.h"\n\nint main(void) {}', '#include <stdio.h>\n#include "a.h"'],
    ['Java', 'package a.b;\n\nimport java.util.List;\n\nclass C {}', 'package a.b;\nimport java.util.List;'],
  ];
  for (const [language, text, wanted] of files) {
    it(`are found in ${language}`, () => {
      assert.equal(importLines(linesOf(text))?.text, wanted);
    });
  }

  it('are none in a file without any', () => {
    assert.equal(importLines(linesOf('const a = 1;\nreturn a;')), null);
  });
});

describe('The names around a cursor', () => {
  function around(marked: string, limit = 20): string[] {
    const before = marked.slice(0, marked.indexOf('|')).split('\n');
    const cursor = { line: before.length - 1, character: before.at(-1)!.length };
    return nearbySymbols(linesOf(marked.replace('|', '')), cursor, limit).map(({ name, isReceiver }) =>
      isReceiver ? `${name}.` : name,
    );
  }

  it('begin with what stands before the dot', () => {
    assert.deepEqual(around('const store = open();\nreturn store.|'), ['store.', 'open']);
    assert.deepEqual(around('const store = open();\nreturn store?.fin|'), ['fin', 'store.', 'open']);
  });

  it('are no keywords, no words in strings or comments, and each only once', () => {
    assert.deepEqual(around('call(value, "not here"); // nor here\nif (value) |'), ['value', 'call']);
  });

  it('are as many as asked for, the nearest first', () => {
    assert.deepEqual(around(`first();\nsecond();\nthird();\n|\n`, 2), ['third', 'second']);
  });

  it('are where they are said to be', () => {
    const text = 'alpha(beta);\n\tgamma';
    for (const { name, line, character } of nearbySymbols(linesOf(text), { line: 1, character: 6 }, 9)) {
      assert.ok(text.split('\n')[line]?.slice(character).startsWith(name), name);
    }
  });
});

describe('The places of late', () => {
  const range = (start: number, end = start, path = 'a'): RecentRange => ({ path, start, end });

  it('are as many as fit, newest first', () => {
    const ranges = new RecentRanges(3);
    for (const start of [0, 100, 200, 300]) ranges.add(range(start));
    ranges.add(range(5, 6, 'b'));
    assert.deepEqual(ranges.newestFirst, [range(5, 6, 'b'), range(300), range(200)]);
  });

  it('grow together when they are near, and not without end', () => {
    const ranges = new RecentRanges(9);
    ranges.add(range(10, 12));
    ranges.add(range(50));
    ranges.add(range(14));
    assert.deepEqual(ranges.newestFirst, [range(10, 14), range(50)]);
    for (let line = 100; line < 400; line++) ranges.add(range(line));
    for (const { start, end } of ranges.newestFirst) assert.ok(end - start < 41);
  });

  it('move with the text', () => {
    const ranges = new RecentRanges(9);
    ranges.add(range(10, 12));
    ranges.shift('a', 3, 3, 5);
    ranges.shift('b', 3, 3, 50);
    ranges.shift('a', 100, 100, 50);
    assert.deepEqual(ranges.newestFirst, [range(15, 17)]);
    ranges.shift('a', 16, 16, 2);
    assert.deepEqual(ranges.newestFirst, [range(15, 19)]);
    ranges.shift('a', 5, 6, -1);
    assert.deepEqual(ranges.newestFirst, [range(14, 18)]);
    ranges.shift('a', 0, 100, -100);
    assert.deepEqual(
      ranges.newestFirst.filter(({ end }) => end > 18),
      [],
    );
  });

  it('never leave the file to the front, whatever happens', () => {
    const change = fc.record({ start: fc.nat(50), removed: fc.nat(20), added: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 8 }), fc.array(change, { maxLength: 30 }), (starts, changes) => {
        const ranges = new RecentRanges(5);
        for (const start of starts) ranges.add(range(start, start + 2));
        for (const { start, removed, added } of changes) ranges.shift('a', start, start + removed, added - removed);
        for (const { start, end } of ranges.newestFirst) assert.ok(start >= 0 && end >= start);
      }),
    );
  });
});
