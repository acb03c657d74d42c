import assert from 'node:assert/strict';
import { readFindings, reviewPrompt } from '../../../../src/edits/instruct/reviewFindings.ts';

const diff = `diff --git a/a.ts b/a.ts
--- a/a.ts
+++ b/a.ts
@@ -9,3 +9,4 @@ function f() {
 keep
-old
+new
+newer
 last`;

describe('Findings of a review', () => {
  const { request, files } = reviewPrompt([{ path: 'a.ts', diff }]);
  const finding = (line: unknown, path = 'a.ts'): string =>
    JSON.stringify({ path, line, kind: 'bug', comment: 'It leaks.' });
  const linesOf = (answer: string): number[] => readFindings(answer, files).map(({ line }) => line);

  it('are asked for with the lines of the new text numbered', () => {
    const [{ text } = { text: '' }] = request.messages;
    assert.match(text, /^9 {2}keep$/m);
    assert.match(text, /^-old$/m);
    assert.match(text, /^10 \+new$/m);
    assert.match(text, /^12 {2}last$/m);
  });

  it('are read line by line, whatever stands between them', () => {
    assert.deepEqual(linesOf(`Sure:\n\`\`\`json\n${finding(10)}\n- ${finding(11)},\n\`\`\`\n`), [10, 11]);
  });

  it('stand at the nearest line that was shown, when the model miscounts', () => {
    assert.deepEqual(linesOf(finding(14)), [12]);
  });

  it('are left out for other files, made-up lines and half a line', () => {
    for (const answer of [
      finding(10, '../b.ts'),
      finding(400),
      finding('10'),
      finding(10).slice(0, -3),
      'null',
      '{}',
    ]) {
      assert.deepEqual(linesOf(answer), [], answer);
    }
  });
});
