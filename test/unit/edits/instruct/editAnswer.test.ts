import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type EditedPart, partWhileComing, readEditAnswer } from '../../../../src/edits/instruct/editAnswer.ts';

const part: EditedPart = {
  path: 'src/a.ts',
  above: ["import { x } from './x';", '', 'class Sum {'],
  lines: ['  add(a: number, b: number): number {', '    return a + b;', '  }'],
  below: ['}', '', 'export const other = 1;'],
};
const wanted = ['  add(a: number, b: number): number {', '    return a - b;', '  }'];
const fenced = (lines: readonly string[]): string => `\`\`\`ts\n${lines.join('\n')}\n\`\`\`\n`;

describe('Reading an answer that gives lines anew', () => {
  const samples: readonly [what: string, answer: string][] = [
    ['in a fence', fenced(wanted)],
    ['with prose around it', `Sure! Here it is:\n\n${fenced(wanted)}\nI have changed the sign.`],
    ['moved to the left edge', fenced(wanted.map((line) => line.slice(2)))],
    ['with tabs', fenced(wanted.map((line) => line.replaceAll('  ', '\t')))],
    ['with what stands above and below', fenced([...part.above, ...wanted, ...part.below])],
    ['without a fence', wanted.join('\n')],
    ['with the fence left open', `\`\`\`ts\n${wanted.join('\n')}\n`],
    ['with CRLF', fenced(wanted).replaceAll('\n', '\r\n')],
    ['with spaces at the ends', fenced(wanted.map((line) => `${line}  `))],
  ];
  for (const [what, answer] of samples) {
    it(`takes them ${what}`, () => {
      assert.deepEqual(readEditAnswer(answer, part, true), { kind: 'lines', lines: wanted });
    });
  }

  it('leaves out the brackets below of a function that was given anew for one of its lines', () => {
    const inner = {
      path: 'src/a.ts',
      above: ['class Sum {', '  add(a: number, b: number): number {'],
      lines: ['    return a + b;'],
      below: ['  }', '}'],
    };
    const code = ['  add(a: number, b: number): number {', '    return a - b;', '  }'];
    for (const answer of [code, [...code, '}'], code.map((line) => line.slice(2))]) {
      const read = readEditAnswer(fenced(answer), inner, true);
      assert.deepEqual(read, { kind: 'lines', lines: ['    return a - b;'] });
    }
    const block = { ...inner, lines: ['    if (a) {', '      return a;', '    }'] };
    const written = [inner.above[1] ?? '', '    if (b) {', '      return b;', '    }'];
    assert.deepEqual(readEditAnswer(fenced(written), block, true), { kind: 'lines', lines: written.slice(1) });
  });

  it('indents what is written where nothing stands as the cursor is', () => {
    const empty = { ...part, lines: ['  '] };
    const read = readEditAnswer(fenced(['sub(): void {', '  go();', '}']), empty, true);
    assert.deepEqual(read, { kind: 'lines', lines: ['  sub(): void {', '    go();', '  }'] });
  });

  for (const [what, answer] of [
    ['an empty answer', ''],
    ['a refusal', 'I’m sorry, but I cannot help with that.'],
    ['prose', 'The function adds two numbers. You could subtract instead.'],
  ] as const) {
    it(`finds no lines in ${what}`, () => {
      assert.deepEqual(readEditAnswer(answer, part, true), { kind: 'none' });
    });
  }

  for (const [what, answer] of [
    ['search and replace', '```\n<<<<<<< SEARCH\n    return a + b;\n=======\n    return a - b;\n>>>>>>> REPLACE\n```'],
    [
      'search and replace without a fence',
      '<<<<<<< SEARCH\n    return a + b;\n=======\n    return a - b;\n>>>>>>> REPLACE',
    ],
    ['a diff', '```diff\n@@ -1,3 +1,3 @@\n-    return a + b;\n+    return a - b;\n```'],
    [
      'code with a part left out',
      fenced(['  add(a: number, b: number): number {', '    // ... existing code ...', '  }']),
    ],
  ] as const) {
    it(`leaves it to others to find the place of ${what}`, () => {
      assert.deepEqual(readEditAnswer(answer, part, true), { kind: 'patch' });
    });
  }

  it('shows whole lines only while they come, and the old ones that are not reached yet', () => {
    const whole = fenced(wanted);
    let shown: readonly string[] = [];
    for (let end = 0; end <= whole.length; end++) {
      const read = readEditAnswer(whole.slice(0, end), part, false);
      if (read.kind !== 'lines') continue;
      shown = partWhileComing(part.lines, read.lines);
      for (const line of shown) assert.ok([...wanted, ...part.lines].includes(line), line);
      assert.equal(shown.at(-1), '  }');
    }
    assert.deepEqual(shown, wanted);
  });

  it('takes anything, and never throws', () => {
    const piece = fc.constantFrom(
      '```',
      '```ts\n',
      '\n',
      '  }',
      'return a',
      '<<<<<<< SEARCH',
      '\r',
      '…',
      '@@ ',
      '\0',
      '😀'.slice(0, 1),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, isOver) => {
        readEditAnswer(pieces.join(''), part, isOver);
      }),
    );
  });
});
