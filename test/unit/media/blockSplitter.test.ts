import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Tokens } from 'marked';
import type { SplitToken } from '../../../media/chat/markdown/blockItems.ts';
import { BlockSplitter, languageOf } from '../../../media/chat/markdown/blockSplitter.ts';
import { renderTokens } from '../../../media/chat/markdown/renderTokens.ts';

describe('BlockSplitter', () => {
  const fragments = [
    'word ',
    'another line\n',
    '\n',
    '\n\n',
    '# Heading\n',
    'under\n===\n',
    '- item\n',
    '  - nested\n',
    '- [x] done\n',
    '1. one\n',
    '2',
    '. ',
    '> quote\n',
    '>\n',
    '> > in it\n>\n',
    '> - item\n',
    '> # Heading\n',
    '> ```\n',
    '```ts\n',
    '```\n',
    '``',
    '~~~~\n',
    '    indented\n',
    '| a | b |\n',
    '|---|---|\n',
    '| a | b |\n|---|---|\n| c | d |\n',
    '- one\n- two\n\n- three\n',
    '  in it\n',
    '-\n',
    '* other\n',
    '<div>\n',
    '<!-- comment\n',
    '-->\n',
    '**bold',
    '** `code` ',
    '[link](https://a.example) ',
    '***\n',
    '\t',
    '\\',
    ' ',
    'é😀',
  ];
  const markdown = fc
    .array(fc.constantFrom(...fragments), { maxLength: 40 })
    // marked takes a line with nothing but a tab for a row of a table.
    .map((parts) => parts.join('').replaceAll(/^[ \t]+$/gm, ''));

  it('gives the same blocks however the text arrives', () => {
    fc.assert(
      fc.property(markdown, fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 30 }), (text, lengths) => {
        const splitter = new BlockSplitter();
        let finished: readonly SplitToken[] = [];
        for (const piece of pieces(text, lengths)) finished = joined(finished, splitter.append(piece, false).finished);
        finished = joined(finished, splitter.append('', true).finished);
        assert.equal(withoutSpace(html(finished)), withoutSpace(html(new BlockSplitter().append(text, true).finished)));
      }),
      { numRuns: runs(1000) },
    );
  });

  it('shows at every moment what the text so far would show', () => {
    fc.assert(
      fc.property(markdown, fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 30 }), (text, lengths) => {
        const splitter = new BlockSplitter();
        let finished: readonly SplitToken[] = [];
        let soFar = '';
        for (const piece of pieces(text, lengths)) {
          soFar += piece;
          const split = splitter.append(piece, false);
          finished = joined(finished, split.finished);
          // An open code block is shown from a shortcut of its own, tested below.
          if (split.open.type === 'code') continue;
          const whole = html(new BlockSplitter().append(soFar, true).finished);
          assert.equal(withoutSpace(html(joined(finished, split.open.tokens))), withoutSpace(whole));
        }
      }),
      { numRuns: runs(1000) },
    );
  });

  it('parses a block that is finished never again', () => {
    const splitter = new BlockSplitter();
    const paragraphs = Array.from({ length: 200 }, (_, at) => `Paragraph ${at} with *some* text.\n\n`);
    const finished = paragraphs.map((paragraph) => splitter.append(paragraph, false).finished);
    // Each is finished when the next one is there, and told once.
    for (const [at, tokens] of finished.entries()) {
      const texts = tokens.filter(({ type }) => type !== 'space').map(({ raw }) => raw.trim());
      assert.deepEqual(texts, at === 0 ? [] : [paragraphs[at - 1]?.trim()]);
    }
  });

  const growing = {
    'rows of a table': { start: '| a | b |\n|---|---|\n', item: (at: number) => `| ${at} | *c* |\n` },
    'items of a list': { start: '', item: (at: number) => `- item ${at} with *some* text\n  - and one in it\n` },
    'blocks of a quote': { start: '', item: (at: number) => `> Block ${at} with *some* text\n>\n` },
    'steps with space between them': { start: '', item: (at: number) => `${at}. step\n\n     more of it\n\n` },
  };
  for (const [name, { start, item }] of Object.entries(growing)) {
    it(`parses ${name} once`, () => {
      const splitter = new BlockSplitter();
      splitter.append(start + item(1), false);
      for (let at = 2; at < 200; at++) {
        const { finished, open } = splitter.append(item(at), false);
        assert.equal(finished.length, 1);
        assert.ok((finished[0]?.raw.length ?? 0) <= (start + item(at - 1) + item(at)).length);
        assert.ok(at === 2 || finished[0]?.goesOn);
        assert.ok(open.type === 'blocks' && open.tokens.filter(({ type }) => type !== 'space').length <= 1);
      }
    });
  }

  const openCode = [
    { name: 'what is there of it', text: '```ts\nconst a = 1;\ncons', info: 'ts', code: 'const a = 1;\ncons' },
    { name: 'nothing yet', text: '~~~\n', info: '', code: '' },
    { name: 'no part of a closing line', text: '```\na\n``', info: '', code: 'a' },
    { name: 'no line end before one', text: '```\na\n', info: '', code: 'a' },
    { name: 'a shorter fence as code', text: '````md\n```\nx', info: 'md', code: '```\nx' },
    {
      name: 'what it says of itself',
      text: '```TypeScript title="a.ts"\nx',
      info: 'TypeScript title="a.ts"',
      code: 'x',
    },
  ];
  for (const { name, text, info, code } of openCode) {
    it(`shows of an open code block: ${name}`, () => {
      assert.deepEqual(new BlockSplitter().append(text, false).open, { type: 'code', info, code });
    });
  }

  it('finishes a code block at its closing line', () => {
    const splitter = new BlockSplitter();
    splitter.append('```ts\na\n', false);
    const { finished, open } = splitter.append('```\n', false);
    assert.deepEqual(
      finished.map(({ type }) => type),
      ['code'],
    );
    assert.deepEqual(open, { type: 'blocks', tokens: [] });
  });

  it('knows the definitions that came before a reference', () => {
    const splitter = new BlockSplitter();
    splitter.append('[a]: https://a.example\n\n', false);
    assert.match(html(splitter.append('See [a].', true).finished), /data-url="https:\/\/a\.example\/"/);
  });

  const torture = {
    'quotes nested 50,000 deep': '>'.repeat(50_000),
    'lists nested 10,000 deep':
      Array.from({ length: 300 }, (_, at) => `${'  '.repeat(at)}- a\n`).join('') + '1) '.repeat(20_000),
    'open brackets': '['.repeat(100_000),
    'emphasis that never closes': '*a **b '.repeat(30_000),
    'code ticks of every length': Array.from({ length: 400 }, (_, at) => '`'.repeat(at)).join(' '),
    'a paragraph of one megabyte': 'word '.repeat(200_000),
    'a table of 50,000 columns': `${'|a'.repeat(50_000)}\n${'|-'.repeat(50_000)}\n`,
    'unclosed tags': '<a '.repeat(100_000),
  };
  for (const [name, text] of Object.entries(torture)) {
    it(`survives ${name}`, () => {
      assert.notEqual(html(new BlockSplitter().append(text, true).finished), '');
    });
  }
});

describe('languageOf', () => {
  for (const [info, language] of Object.entries({
    ts: 'ts',
    ' Python ': 'python',
    'c++': 'c++',
    'js{1,3}': 'js',
    'ts:src/a.ts': 'ts',
    '': '',
    'rust,ignore': 'rust',
  })) {
    it(`finds “${language}” in “${info}”`, () => {
      assert.equal(languageOf(info), language);
    });
  }
});

/** As if what goes on had come at once. */
function joined(before: readonly SplitToken[], next: readonly SplitToken[]): readonly SplitToken[] {
  const [first, ...others] = next;
  const last = before.at(-1);
  if (first?.goesOn !== true || last === undefined) return [...before, ...next];
  return [...before.slice(0, -1), bothOf(last, first), ...others];
}

function bothOf(last: SplitToken, first: SplitToken): SplitToken {
  if (last.type === 'list') {
    return { ...last, items: [...(last as Tokens.List).items, ...(first as Tokens.List).items] };
  }
  if (last.type === 'blockquote') {
    return {
      ...last,
      tokens: [...(last as Tokens.Blockquote).tokens, ...(first as Tokens.Blockquote).tokens],
    };
  }
  return { ...last, rows: [...(last as Tokens.Table).rows, ...(first as Tokens.Table).rows] };
}

function html(tokens: Parameters<typeof renderTokens>[0], outline: number[] = []): string {
  return renderTokens(tokens, { sourceCount: 0, outline });
}

/** Blank space between blocks says nothing. */
function withoutSpace(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?(<[^>]*>) ?/g, '$1')
    .trim();
}

function* pieces(text: string, lengths: readonly number[]): Generator<string> {
  let at = 0;
  for (let turn = 0; at < text.length; turn += 1) {
    const length = (lengths[turn % lengths.length] ?? 0) + 1;
    yield text.slice(at, at + length);
    at += length;
  }
}

function runs(usual: number): number {
  return process.env['SEXTANT_CAMPAIGN'] === '1' ? usual * 50 : usual;
}
