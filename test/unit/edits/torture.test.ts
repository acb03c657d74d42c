import assert from 'node:assert/strict';
import { parseAnswer } from '../../../src/edits/answer/parseAnswer.ts';
import { resolveAnswer } from '../../../src/edits/resolveAnswer.ts';
import { resolveChange } from '../../../src/edits/resolveChange.ts';
import { WorkBudget } from '../../../src/edits/workBudget.ts';

const MEGABYTES = 1_000_000;

const repeated = (text: string, length: number): string =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);

/** Answers that nobody would write, each as long as is asked for. */
const answers: Readonly<Record<string, (length: number) => string>> = {
  'one line': (length) => repeated('x', length),
  'blank lines': (length) => repeated('\n', length),
  'search marks': (length) => repeated('<<<<<<< SEARCH\n', length),
  'separators after a search mark': (length) => `<<<<<<< SEARCH\n${repeated('=======\n', length)}`,
  'opening tags': (length) => repeated('<search>\n', length),
  'tags that are answered by nothing': (length) => repeated('<old_str>a</old_str>\n', length),
  fences: (length) => repeated('```ts\n', length),
  'fences that close each other': (length) => repeated('```\n', length),
  'hunk headers': (length) => repeated('@@ -1,1 +1,1 @@\n', length),
  'file headers': (length) => repeated('--- a\n+++ b\n', length),
  'headings of an envelope': (length) => `*** Begin Patch\n*** Update File: a\n${repeated('@@ a\n', length)}`,
  'added lines': (length) => `--- a\n+++ b\n@@ -1 +1 @@\n${repeated('+a\n', length)}`,
  'git headers': (length) => repeated('diff --git a/x b/x\n', length),
  'gap markers': (length) => `\`\`\`ts\n${repeated('// ... existing code ...\n', length)}\`\`\`\n`,
  'spaces in one line': (length) => `\`\`\`ts\n${repeated(' ', length)}x\n\`\`\`\n`,
  'half surrogates': (length) => repeated('\ud83d\n', length),
};

describe('Hostile answers', function () {
  this.timeout(60_000);

  for (const [what, make] of Object.entries(answers)) {
    it(`of ${what} are read in steps that grow with their length`, () => {
      const steps = [0.25, 1].map((megabytes) => {
        const work = new WorkBudget();
        const text = make(megabytes * MEGABYTES);
        parseAnswer(text, work);
        return work.spent / text.length;
      });
      assert.ok(
        steps.every((each) => each < 8),
        `${steps.join(', ')} steps a character`,
      );
    });

    it(`of ${what} come to an end in a file of many lines`, async () => {
      const file = repeated('const a = 1;\n}\n', 10_000);
      const resolved = await resolveAnswer(make(10_000), { path: 'a.ts', text: file }, null);
      assert.ok(['edits', 'refused', 'nothing to do'].includes(resolved.kind));
    });
  }

  it('are read at 5 MB', () => {
    for (const make of Object.values(answers)) assert.ok(parseAnswer(make(5 * MEGABYTES)).length > 0);
  });

  it('of more lines than can be compared are refused', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `const a${at} = ${at};`).join('\n');
    const hunk = Array.from({ length: 2000 }, (_, at) => ` const a${at * 7} = ${at};`).join('\n');
    const [change] = parseAnswer(`\`\`\`diff\n@@ -1 +1 @@\n${hunk}\n-const a5 = 5;\n+const b = 1;\n\`\`\`\n`);
    const work = new WorkBudget(2_000_000);
    const resolved = await resolveChange(change!, { path: 'a.ts', text: lines }, null, work);
    assert.equal(resolved.kind, 'refused');
    assert.ok(work.spent <= 2_000_000 + 50_000_000, `${work.spent} steps`);
  });

  it('cannot make a file with one line of a million characters slow', async () => {
    const file = `${repeated('word ', MEGABYTES)}\nconst a = 1;\n`;
    const answer = '<<<<<<< SEARCH\nconst a = 1;\n=======\nconst a = 2;\n>>>>>>> REPLACE\n';
    assert.equal((await resolveAnswer(answer, { path: 'a.ts', text: file }, null)).kind, 'edits');
  });
});
