import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resolveAnswer } from '../../../src/edits/resolveAnswer.ts';
import { applyTextEdits } from '../../../src/edits/textEdit.ts';
import { unifiedDiff } from '../../../src/edits/unifiedDiff.ts';

const numRuns = process.env['SEXTANT_CAMPAIGN'] === '1' ? 5000 : 200;

/** Files of few different lines, so that a place is often there twice. */
const line = fc.constantFrom(
  'a',
  'b',
  '  c',
  '\td();',
  '{',
  '}',
  '',
  'if (x) {',
  'return 1;',
  '=======',
  '```',
  '+a',
  '-b',
);
const file = fc.array(line, { minLength: 1, maxLength: 25 }).map((lines) => `${lines.join('\n')}\n`);

describe('Any diff', () => {
  it('makes of the file that it was made from the other one', async () => {
    await fc.assert(
      fc.asyncProperty(file, file, async (before, after) => {
        fc.pre(before !== after);
        const diff = unifiedDiff('a.txt', before, after);
        const resolved = await resolveAnswer(diff, { path: 'a.txt', text: before }, null);
        if (resolved.kind === 'edits') assert.equal(applyTextEdits(before, resolved.edits), after);
      }),
      { numRuns },
    );
  });

  it('touches in any file only lines that it is located at', async () => {
    await fc.assert(
      fc.asyncProperty(file, file, file, async (before, after, other) => {
        const diff = unifiedDiff('a.txt', before, after);
        fc.pre(diff !== '');
        const resolved = await resolveAnswer(diff, { path: 'a.txt', text: other }, null);
        if (resolved.kind !== 'edits') return;
        const rows = other.split('\n');
        const kept = resolved.hunks.flatMap((hunk) =>
          hunk.kind === 'located' ? [[hunk.startLine, hunk.endLine]] : [],
        );
        const first = Math.min(...kept.map(([start]) => start!));
        const last = Math.max(...kept.map(([, end]) => end!));
        const result = applyTextEdits(other, resolved.edits).split('\n');
        assert.deepEqual(result.slice(0, first - 1), rows.slice(0, first - 1));
        const below = rows.slice(last);
        assert.deepEqual(below.length === 0 ? [] : result.slice(-below.length), below);
      }),
      { numRuns },
    );
  });
});
