import assert from 'node:assert/strict';
import { blockInAnswer } from '../../../media/chat/markdown/blockInAnswer.ts';

describe('A code block with what names its file', () => {
  const answer =
    'Change this:\n\n`src/a.ts`\n\n```ts\nsame();\n```\n\nand `src/b.ts`:\n```ts title="x"\nsame();\n```\n';

  it('is found by its place among blocks alike', () => {
    assert.equal(blockInAnswer(answer, 'same();', 'ts', 0), 'Change this:\n\n`src/a.ts`\n\n```ts\nsame();\n```');
    assert.equal(blockInAnswer(answer, 'same();', 'ts', 1), '\nand `src/b.ts`:\n```ts title="x"\nsame();\n```');
  });

  it('is the code alone where the answer has it in another way', () => {
    assert.equal(blockInAnswer('- x\n  ```\n  indented\n  ```', 'indented', '', 0), '```\nindented\n```');
    assert.equal(blockInAnswer('', 'a ``` b', 'md', 0), '````md\na ``` b\n````');
  });
});
