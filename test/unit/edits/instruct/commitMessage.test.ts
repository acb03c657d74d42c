import assert from 'node:assert/strict';
import { commitPrompt, readCommitMessage } from '../../../../src/edits/instruct/commitMessage.ts';
import { splitDiff } from '../../../../src/edits/instruct/fileDiffs.ts';

const message = 'Add the tide table\n\nIt was missing.';

describe('A commit message in an answer', () => {
  for (const [what, answer] of [
    ['as it is', message],
    ['in a fence', `\`\`\`\n${message}\n\`\`\``],
    ['in a fence after an announcement', `Here is the commit message:\n\n\`\`\`text\n${message}\n\`\`\`\nLet me know!`],
    ['after an announcement', `Here is a commit message:\n\n${message}`],
    ['in quotes', `"${message}"`],
    ['with CRLF and spaces at the ends', `${message.replaceAll('\n', '  \r\n')}\n\n`],
    ['with its name', `Commit message: ${message}`],
  ] as const) {
    it(`is read ${what}`, () => {
      assert.equal(readCommitMessage(answer), message);
    });
  }

  it('keeps code in its text', () => {
    const withCode = 'Use `a` in b\n\nSo that:\n\n```\nx\n```\n\nholds.';
    assert.equal(readCommitMessage(withCode), withCode);
  });

  it('is nothing for nothing, and never endless', () => {
    assert.equal(readCommitMessage(' \n'), '');
    assert.ok(readCommitMessage('word '.repeat(10_000)).length <= 4_000);
  });
});

describe('The prompt for a commit message', () => {
  it('has the diffs of all files, however large one is', () => {
    const diff = (name: string, body: string): string =>
      `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n${body}\n`;
    const files = splitDiff(diff('big.lock', '+x\n'.repeat(50_000)) + diff('src/a b.ts', '+small'));
    assert.deepEqual(
      files.map(({ path }) => path),
      ['big.lock', 'src/a b.ts'],
    );
    const [{ text } = { text: '' }] = commitPrompt(files, ['Fix it'], '').messages;
    assert.match(text, /\+small/);
    assert.match(text, /the rest of big\.lock is left out/);
    assert.match(text, /Fix it/);
    assert.ok(text.length < 30_000);
  });
});
