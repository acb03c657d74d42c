import assert from 'node:assert/strict';
import { marked } from 'marked';
import { answerOffline } from '../../../src/chat/offlineModel.ts';
import type { IndexStatus, SearchHit } from '../../../src/protocol/contextIndex.ts';
import { indexStatus, passage } from './passages.ts';

async function answer(question: string, passages: readonly SearchHit[], index = indexStatus()): Promise<string> {
  let text = '';
  let finished = 0;
  for await (const part of answerOffline(question, passages, index)) {
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'finish') finished += 1;
  }
  assert.equal(finished, 1, 'a stream ends with exactly one finish');
  return text;
}

describe('the Offline model', () => {
  it('quotes each passage under a link to its place, with its symbol, and says that it quotes', async () => {
    const text = await answer('how do sessions expire?', [passage(), passage({ path: 'docs/a.md', symbol: '' })]);
    assert.match(text, /does not generate/);
    assert.match(text, /\[src\/session\.ts:10-12\]\(sextant-source:1\) · `Session\.expire`/);
    assert.match(text, /```typescript\nexpire\(\) \{\n {2}this\.sessions\.clear\(\);\n\}\n```/);
    assert.match(text, /\[docs\/a\.md:10-12\]\(sextant-source:2\)\n/);
  });

  it('names the folder too where passages of several folders meet', async () => {
    const text = await answer('how do sessions expire?', [
      passage({ folder: '/work/harbour' }),
      passage({ folder: 'C:\\work\\airfield' }),
    ]);
    assert.match(text, /\[harbour\/src\/session\.ts:10-12\]\(sextant-source:1\)/);
    assert.match(text, /\[airfield\/src\/session\.ts:10-12\]\(sextant-source:2\)/);
  });

  it('shows the lines of a long passage in which the question’s words stand, and which lines they are', async () => {
    const lines = Array.from({ length: 100 }, (_, at) => (at === 70 ? 'purgeExpiredSessions();' : `step(${at});`));
    const text = await answer('where are expired sessions purged?', [
      passage({ startLine: 200, endLine: 299, text: lines.join('\n') }),
    ]);
    assert.match(text, /purgeExpiredSessions/);
    const [, first, last] = /\*Lines (\d+) to (\d+)\.\*/.exec(text) ?? [];
    assert.ok(Number(first) <= 270 && 270 <= Number(last), `${first}-${last} holds line 270`);
    const quoted = /```typescript\n([\s\S]*?)\n```/.exec(text)?.[1]?.split('\n') ?? [];
    assert.deepEqual(quoted, lines.slice(Number(first) - 200, Number(last) - 199));
  });

  it('lets no passage break out of its fence and no path out of its link', async () => {
    const text = await answer('x', [
      passage({ path: 'a](https://evil.example) <b>.md', text: '```\n[x](command:evil)\n````\n<script>' }),
    ]);
    const tokens = marked.lexer(text);
    const code = tokens.find((token) => token.type === 'code');
    assert.equal(code?.type === 'code' ? code.text : '', '```\n[x](command:evil)\n````\n<script>');
    const hrefs: string[] = [];
    void marked.walkTokens(tokens, (token) => {
      if (token.type === 'link') hrefs.push(String(token.href));
    });
    assert.deepEqual(hrefs, ['sextant-source:1']);
  });

  const silences: readonly { name: string; index: IndexStatus; says: RegExp }[] = [
    { name: 'no folder is open', index: indexStatus({ phase: 'none', chunks: 0 }), says: /No folder is open/ },
    { name: 'the folder has no text', index: indexStatus({ chunks: 0 }), says: /no text in this workspace/ },
    { name: 'nothing matches', index: indexStatus(), says: /Nothing in this workspace matches/ },
    {
      name: 'the index has only begun',
      index: indexStatus({ phase: 'indexing', filesDone: 3, filesTotal: 900, chunks: 0 }),
      says: /3 of 900 files so far\. Ask again/,
    },
    {
      name: 'indexing is paused at nothing',
      index: indexStatus({ phase: 'paused', filesDone: 0, filesTotal: 900, chunks: 0 }),
      says: /Resume indexing/,
    },
    {
      name: 'the index failed',
      index: indexStatus({ phase: 'failed', chunks: 0, message: 'The disk is full.' }),
      says: /The disk is full\./,
    },
  ];
  for (const { name, index, says } of silences) {
    it(`says so when ${name}`, async () => {
      assert.match(await answer('anything', [], index), says);
    });
  }
});
