import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HistoryMessage } from '../../../../src/protocol/historyIndex.ts';
import { addAll, merge, message, newTable, search } from './historyFixture.ts';
import { type NaiveHit, naiveSearch } from './naiveSearch.ts';

const words = [
  'a',
  'an',
  'and',
  'data',
  'database',
  'getData',
  'get_data',
  'Data',
  'pool',
  'École',
  '数据',
  '数据库',
  '据',
  'データ',
  '🚀',
];
const text = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(' ', ' ', ', ', '.', '\n', '')), { maxLength: 12 })
  .map((pairs) => pairs.flat().join(''));
const asked = fc
  .array(
    fc.tuple(
      fc.constantFrom('', '', '', '-'),
      fc.oneof(
        fc.constantFrom(...words, 'd', 'da', 'dat', 'ecole', 'getd', '数', '数据库连', 'data.pool', 'pool*'),
        fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((each) => `"${each.join(' ')}"`),
      ),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .chain((pieces) => fc.constantFrom('', ' ').map((end) => pieces.map((piece) => piece.join('')).join(' ') + end));

const campaign = process.env['SEXTANT_CAMPAIGN'] === '1';

describe('Full-text search of the history', function () {
  this.timeout(60_000);

  it('finds what a search through every text finds, in its order, however the index came about', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        fc.array(asked, { minLength: 1, maxLength: 5 }),
        async (pages, choices, queries) => {
          const choose = (below: number): number => (choices.next().value ?? 0) % below;
          const table = newTable();
          let kept: HistoryMessage[] = [];
          for (const page of pages) {
            const messages = page.map((each) => message(each));
            await addAll(table, messages);
            kept.push(...messages);
            if (choose(3) === 0) {
              const gone = kept[choose(kept.length)]!;
              assert.ok(table.remove(gone.messageId));
              assert.ok(!table.remove(gone.messageId));
              kept = kept.filter((each) => each !== gone);
            }
            if (choose(3) === 0) await merge(table, choose(table.segments.length), table.segments.length);
            if (kept.length === 0) return;
          }
          assert.equal(table.count, kept.length);
          for (const query of queries) await assertSame(table, kept, query);
        },
      ),
      { numRuns: campaign ? 20_000 : 300 },
    );
  });

  async function assertSame(
    table: ReturnType<typeof newTable>,
    kept: readonly HistoryMessage[],
    query: string,
  ): Promise<void> {
    const expected = naiveSearch(kept, query);
    const { matches, total } = await search(table, query);
    const found = matches.filter(({ isRelated }) => !isRelated).map(({ messageId }) => messageId);
    const byId = new Map(expected.map((hit): [string, NaiveHit] => [hit.message.messageId, hit]));
    assert.deepEqual([...found].sort(), [...byId.keys()].sort(), query);
    assert.ok(total >= found.length && total === matches.length);
    // Equal up to ties: the places of the naive order, by what decides it.
    const rank = ({ isExact, score }: NaiveHit): string => `${isExact} ${score.toFixed(9)}`;
    assert.deepEqual(
      found.map((id) => rank(byId.get(id)!)),
      expected.map(rank),
      query,
    );
  }

  it('gives the same hits page by page as at once', async () => {
    const table = newTable();
    for (let page = 0; page < 10; page++) {
      await addAll(
        table,
        Array.from({ length: 60 }, (_, i) =>
          message(`common ${'word '.repeat(i % 7)} ${page % 2 ? 'common pool' : 'pool'}`),
        ),
      );
    }
    const { matches: all, total } = await search(table, 'common pool', { limit: 1000 });
    assert.equal(total, 600);
    assert.equal(new Set(all.map(({ messageId }) => messageId)).size, 600);
    assert.ok(
      all.every(({ score }, i) => score <= (all[i - 1]?.score ?? Infinity)),
      'best first',
    );
    const pages: string[] = [];
    for (let offset = 0; offset < 650; offset += 50) {
      const { matches } = await search(table, 'common pool', { offset });
      pages.push(...matches.map(({ messageId }) => messageId));
    }
    assert.deepEqual(
      pages,
      all.map(({ messageId }) => messageId),
    );
  });

  it('puts the newer of equals first', async () => {
    const table = newTable();
    await addAll(table, [message('same', { messageId: 'older' }), message('same', { messageId: 'newer' })]);
    const { matches } = await search(table, 'same');
    assert.deepEqual(
      matches.map(({ messageId }) => messageId),
      ['newer', 'older'],
    );
  });

  const model = { provider: 'ollama', model: 'qwen3' };
  const filtered = [
    message('pool', { messageId: 'question', createdAt: 10 }),
    message('pool', { messageId: 'answer', role: 'assistant', model, createdAt: 20 }),
    message('pool', { messageId: 'elsewhere', conversationId: 'conversation-2', createdAt: 30 }),
  ];
  for (const [name, options, ids] of [
    ['role', { filter: { role: 'assistant' } }, ['answer']],
    ['model', { filter: { model } }, ['answer']],
    ['another model', { filter: { model: { provider: 'ollama', model: 'qwen' } } }, []],
    ['time', { filter: { from: 20, to: 30 } }, ['answer']],
    ['conversation', { except: ['conversation-1'] }, ['elsewhere']],
    ['nothing', {}, ['elsewhere', 'answer', 'question']],
  ] as const) {
    it(`filters by ${name}`, async () => {
      const table = newTable();
      await addAll(table, filtered);
      const { matches, total } = await search(table, 'pool', {
        ...options,
        except: [...('except' in options ? options.except : [])],
      });
      assert.deepEqual(
        matches.map(({ messageId }) => messageId),
        ids,
      );
      assert.equal(total, ids.length);
    });
  }

  for (const query of ['', '   ', '-x', '"', '""', '-', '!!', '-"a b"']) {
    it(`finds nothing for ${JSON.stringify(query)}`, async () => {
      const table = newTable();
      await addAll(table, [message('a b x')]);
      assert.deepEqual(await search(table, query), { matches: [], total: 0 });
    });
  }

  it('shows messages that have most of the words, after those with all', async () => {
    const table = newTable();
    await addAll(table, [
      message('how to close the connection pool of the database', { messageId: 'most' }),
      message('close every database connection pool quickly', { messageId: 'all' }),
      message('nothing of the kind', { messageId: 'none' }),
      message('unrelated words that fill the index', { messageId: 'more' }),
    ]);
    const { matches } = await search(table, 'quickly close database pool ');
    assert.deepEqual(
      matches.map(({ messageId, isRelated }) => [messageId, isRelated]),
      [
        ['all', false],
        ['most', true],
      ],
    );
  });
});
