import assert from 'node:assert/strict';
import { resolveAnswer } from '../../../src/edits/resolveAnswer.ts';
import type { RefusalReason } from '../../../src/edits/resolvedChange.ts';
import { applyTextEdits } from '../../../src/edits/textEdit.ts';

interface Sample {
  readonly what: string;
  readonly file: string;
  readonly answer: string;
  readonly path?: string;
}

const file = `import { a } from './a';

export function first(x: number): number {
  const y = x + 1;
  return y;
}

export function second(x: number): number {
  const y = x + 1;
  return y * 2;
}
`;

const many = Array.from({ length: 12 }, (_, at) => `export const value${at} = ${at};`).join('\n');

const search = (before: string, after: string): string =>
  `<<<<<<< SEARCH\n${before}\n=======\n${after}\n>>>>>>> REPLACE\n`;

describe('Applying an answer', () => {
  describe('makes exactly the change', () => {
    const changed = file.replace('return y * 2;', 'return y * 3;');
    const samples: readonly Sample[] = [
      { what: 'of a search/replace block', file, answer: search('  return y * 2;', '  return y * 3;') },
      { what: 'whose search lost its indentation', file, answer: search('return y * 2;', 'return y * 3;') },
      {
        what: 'in tags',
        file,
        answer: '<old_str>\n  return y * 2;\n</old_str>\n<new_str>\n  return y * 3;\n</new_str>\n',
      },
      {
        what: 'of a diff with wrong line numbers',
        file,
        answer:
          '--- a/a.ts\n+++ b/a.ts\n@@ -90,3 +90,3 @@\n   const y = x + 1;\n-  return y * 2;\n+  return y * 3;\n }\n',
      },
      {
        what: 'of a diff without headers',
        file,
        answer: '```diff\n   const y = x + 1;\n-  return y * 2;\n+  return y * 3;\n }\n```\n',
      },
      {
        what: 'of an envelope with a heading for a place that is there twice',
        file,
        answer:
          '*** Begin Patch\n*** Update File: a.ts\n@@ export function second(x: number): number {\n   const y = x + 1;\n-  return y * 2;\n+  return y * 3;\n*** End Patch\n',
      },
      {
        what: 'of a misremembered context',
        file,
        answer: search(
          'export function second(value: number): number {\n  const y = x + 1;\n  return y * 2;\n}',
          'export function second(value: number): number {\n  const y = x + 1;\n  return y * 3;\n}',
        ),
      },
      {
        what: 'of code with a gap',
        file,
        answer:
          '```ts\n// ... existing code ...\nexport function second(x: number): number {\n  // ... existing code ...\n  return y * 3;\n}\n```\n',
      },
      { what: 'of the whole file', file, answer: `\`\`\`ts\n${changed}\`\`\`\n` },
      { what: 'of the whole file, named in a comment', file, answer: `\`\`\`ts\n// src/a.ts\n${changed}\`\`\`\n` },
      {
        what: 'in a file with CRLF',
        file: file.replaceAll('\n', '\r\n'),
        answer: search('  return y * 2;', '  return y * 3;'),
      },
    ];
    for (const { what, file: before, answer } of samples) {
      it(what, async () => {
        const resolved = await resolveAnswer(answer, { path: 'src/a.ts', text: before }, null);
        assert.equal(resolved.kind, 'edits', JSON.stringify(resolved));
        const expected = before.includes('\r') ? changed.replaceAll('\n', '\r\n') : changed;
        assert.equal(applyTextEdits(before, resolved.kind === 'edits' ? resolved.edits : []), expected);
      });
    }
  });

  describe('changes nothing and says why', () => {
    const samples: readonly (Sample & { readonly reason: RefusalReason; readonly says: RegExp })[] = [
      {
        what: 'where the place is there twice',
        file,
        answer: search('  const y = x + 1;', '  const y = x + 2;'),
        reason: 'ambiguous',
        says: /2 times \(lines 4, 9\)/,
      },
      {
        what: 'where the lines are not in the file',
        file,
        answer: search('  throw new Error();', '  return 1;'),
        reason: 'not found',
        says: /not in the file/,
      },
      {
        what: 'where the answer is cut off',
        file,
        answer: '<<<<<<< SEARCH\n  return y * 2;\n=======\n  return',
        reason: 'incomplete',
        says: /cut off/,
      },
      {
        what: 'where a code block is cut off',
        file,
        answer: `\`\`\`ts\n${file.slice(0, 150)}`,
        reason: 'incomplete',
        says: /cut off/,
      },
      {
        what: 'for another file',
        file,
        answer: '`src/b.ts`\n```ts\nexport const b = 1;\n```\n',
        reason: 'not for this file',
        says: /src\/b\.ts/,
      },
      {
        what: 'where the middle of the file is left out without a word',
        file: `${file}${many}\n${file.replaceAll('first', 'third').replaceAll('second', 'fourth')}`,
        answer: `\`\`\`ts\n${file}\n${file.replaceAll('first', 'third').replaceAll('second', 'fourth')}\`\`\`\n`,
        reason: 'incomplete',
        says: /leaves out lines 12 to 23/,
      },
      { what: 'for prose', file, answer: 'I am sorry, but I cannot do that.', reason: 'not found', says: /Nothing/ },
      { what: 'for an empty block', file, answer: '```ts\n```\n', reason: 'incomplete', says: /empty/ },
      {
        what: 'for a deletion',
        file,
        answer: '*** Begin Patch\n*** Delete File: a.ts\n*** End Patch\n',
        reason: 'not for this file',
        says: /Delete it yourself/,
      },
    ];
    for (const { what, file: before, answer, reason, says } of samples) {
      it(what, async () => {
        const resolved = await resolveAnswer(answer, { path: 'src/a.ts', text: before }, null);
        assert.equal(resolved.kind, 'refused', JSON.stringify(resolved));
        if (resolved.kind !== 'refused') return;
        assert.equal(resolved.reason, reason);
        assert.match(resolved.message, says);
      });
    }
  });
});
