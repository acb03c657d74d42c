import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { type ModelUse, totalOf, usageDimensions } from '../../../src/protocol/usage.ts';
import { listText } from '../../../src/protocol/listText.ts';
import { allDays, allUses, useFormat } from '../../../src/protocol/usageExport.ts';
import { UsageSums } from '../../../src/vscode/usageSums.ts';
import { StoreFolder, finished } from './storeFixture.ts';

let number = 0;
function use(changes: Partial<ModelUse> = {}): ModelUse {
  number++;
  return {
    id: `use-${number}`,
    at: number,
    day: '2026-11-22',
    purpose: 'chat',
    provider: 'openai',
    model: 'gpt-5',
    workspaceUri: 'file:///work',
    persona: null,
    inputTokens: 100,
    cachedTokens: 40,
    outputTokens: 10,
    isEstimate: false,
    costMicrousd: 200,
    isBilled: false,
    savedMicrousd: 30,
    isCached: false,
    firstTokenMs: 500,
    durationMs: 1_500,
    ...changes,
  };
}

async function gathered<T>(pieces: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

describe('What models were used for', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
  });
  afterEach(() => folder.dispose());

  const exported = async (kind: 'csv' | 'json'): Promise<string> =>
    (await gathered(listText(allUses(store), kind, useFormat))).join('');
  const all = { from: '2026-01-01', to: '2026-12-31' };

  it('is summed up by day, model, provider, workspace, persona and purpose', async () => {
    const uses = [
      use({ day: '2026-11-20' }),
      use({ persona: 'Reviewer', costMicrousd: 900, isBilled: true }),
      use({ provider: 'ollama', model: 'qwen3', workspaceUri: null, costMicrousd: null, purpose: 'completion' }),
      use({ model: 'gpt-5-mini', costMicrousd: 0, isCached: true, savedMicrousd: 70, firstTokenMs: null }),
    ];
    await store.call('modelUsage.record', { uses });
    // Written twice, counted once.
    await store.call('modelUsage.record', { uses: uses.slice(0, 2) });
    const named = await Promise.all(
      usageDimensions.map(async (by) => {
        const sums = await store.call('modelUsage.sums', { ...all, by });
        return [by, sums.map(({ name, uses: count, costMicrousd }) => [name, count, costMicrousd])];
      }),
    );
    assert.deepEqual(Object.fromEntries(named), {
      day: [
        ['2026-11-20', 1, 200],
        ['2026-11-22', 3, 900],
      ],
      model: [
        ['openai/gpt-5', 2, 1_100],
        ['ollama/qwen3', 1, 0],
        ['openai/gpt-5-mini', 1, 0],
      ],
      provider: [
        ['openai', 3, 1_100],
        ['ollama', 1, 0],
      ],
      workspace: [
        ['file:///work', 3, 1_100],
        [null, 1, 0],
      ],
      persona: [
        ['Reviewer', 1, 900],
        [null, 3, 200],
      ],
      purpose: [
        ['chat', 3, 1_100],
        ['completion', 1, 0],
      ],
    });
    const total = totalOf(await store.call('modelUsage.sums', { ...all, by: 'day' }));
    assert.deepEqual(total, {
      name: null,
      uses: 4,
      inputTokens: 400,
      cachedTokens: 160,
      outputTokens: 40,
      costMicrousd: 1_100,
      savedMicrousd: 160,
      unpriced: 1,
      estimated: 1,
      hits: 1,
      streamed: 3,
      firstTokenMs: 1_500,
      streamedMs: 3_000,
      streamedTokens: 30,
    });
    const day = { from: '2026-11-20', to: '2026-11-21', by: 'model' } as const;
    assert.equal((await store.call('modelUsage.sums', day)).length, 1);
  });

  it('is set against budgets by day and month', async () => {
    const uses = ['2026-10-31', '2026-11-01', '2026-11-22', '2026-11-23'].map((day) => use({ day }));
    await store.call('modelUsage.record', { uses });
    assert.deepEqual(await store.call('modelUsage.spent', { day: '2026-11-22' }), { day: 200, month: 400 });
    assert.deepEqual(await store.call('modelUsage.spent', { day: '2026-12-01' }), { day: 0, month: 0 });
  });

  it('is exported as it was recorded, with nothing in it that a spreadsheet would run', async () => {
    const uses = [
      use({ day: '2026-11-01', persona: '=cmd|"/c calc"!A1' }),
      use({ model: '@SUM(1)', costMicrousd: null }),
    ];
    await store.call('modelUsage.record', { uses });
    assert.deepEqual((await gathered(allUses(store))).flat(), uses);
    const [head, first, second] = (await exported('csv')).split('\r\n');
    assert.match(head ?? '', /^"time","day","purpose","provider","model"/);
    assert.match(first ?? '', /"'=cmd\|""\/c calc""!A1","100","40","10","false","0.0002","false"/);
    assert.match(second ?? '', /"'@SUM\(1\)"/);
    const parsed = JSON.parse(await exported('json')) as readonly Record<string, unknown>[];
    assert.deepEqual(
      parsed.map(({ costUsd, model }) => [costUsd, model]),
      [
        [0.0002, 'gpt-5'],
        [null, '@SUM(1)'],
      ],
    );
  });

  it('is exported in pieces that are one text', async () => {
    assert.equal(await exported('json'), '[]\n');
    const uses = Array.from({ length: 1_700 }, (_, at) => use({ day: at < 1_300 ? '2026-11-01' : '2026-11-02' }));
    await store.call('modelUsage.record', { uses });
    const texts = await gathered(listText(allUses(store), 'json', useFormat));
    assert.ok(texts.length > 4);
    const parsed = JSON.parse(texts.join('')) as readonly object[];
    assert.equal(texts.join(''), `${JSON.stringify(parsed, null, 2)}\n`);
    assert.equal(parsed.length, uses.length);
    assert.equal((await exported('csv')).split('\r\n').length, uses.length + 2);
  });

  it('is summed up again without the days that are over, unless they have changed', async () => {
    await store.call('modelUsage.record', {
      uses: ['2026-11-01', '2026-11-21', '2026-11-22'].flatMap((day) => [
        use({ day }),
        use({ day, model: 'gpt-5-mini', costMicrousd: 900, persona: 'Reviewer' }),
      ]),
    });
    const asked: unknown[] = [];
    const watched: Caller<StoreContract> = {
      on: (...event) => store.on(...event),
      call: (method, params, ...more) => {
        if (method === 'modelUsage.sums') asked.push(params);
        return store.call(method, params, ...more);
      },
    };
    const page = new UsageSums(watched);
    const wanted = { from: allDays.from, to: '2026-11-22' };
    const direct = async (): Promise<unknown> =>
      Object.fromEntries(
        await Promise.all(
          usageDimensions.map(async (by) => [by, await store.call('modelUsage.sums', { ...wanted, by })]),
        ),
      );
    assert.deepEqual(await page.read(wanted), await direct());
    await store.call('modelUsage.record', { uses: [use({ model: 'gpt-5-nano' })] });
    asked.length = 0;
    assert.deepEqual(await page.read(wanted), await direct());
    assert.deepEqual(new Set(asked.map((days) => (days as { from: string }).from)), new Set(['2026-11-22']));
    await store.call('modelUsage.record', { uses: [use({ day: '2026-11-03' })] });
    assert.deepEqual(await page.read(wanted), await direct());
  });

  it('goes with the rest of the usage when that is cleared', async () => {
    await store.call('modelUsage.record', { uses: [use()] });
    const clear = { what: 'usage', keepsPinned: false, withBackups: false } as const;
    assert.equal((await store.call('library.clear', { ...clear, dryRun: true })).usageEvents, 1);
    await store.call('library.clear', { ...clear, dryRun: false });
    assert.deepEqual(await gathered(allUses(store)), []);
  });

  it('belongs to one user', async () => {
    await store.call('modelUsage.record', { uses: [use()] });
    await folder.asAnotherUser(async (other) => {
      assert.deepEqual(await gathered(allUses(other)), []);
      assert.equal(await other.call('modelUsage.count', allDays), 0);
      assert.deepEqual(await other.call('modelUsage.spent', { day: '2026-11-22' }), { day: 0, month: 0 });
    });
  });

  it('is kept with the answer too', async () => {
    const { assistant } = await store.call('turns.start', folder.turn());
    const figures = { costMicrousd: 1_234, isBilled: true, firstTokenMs: 300, tokensPerSecond: 45.5 };
    await store.call('turns.finish', { ...finished, messageId: assistant.id, figures });
    assert.deepEqual((await store.call('messages.get', { messageId: assistant.id }))?.figures, figures);
    assert.deepEqual(await folder.rows(`SELECT cost_microusd FROM messages WHERE id = '${assistant.id}'`), [[1_234]]);
  });

  it('counts what became of completions, where that is recorded', async () => {
    const nothing = { shown: 0, accepted: 0, kept: null };
    assert.deepEqual(await store.call('usage.completions', { since: 0 }), nothing);
    await store.call('user.setTelemetryOptIn', { optIn: true });
    const events = [
      { type: 'completionShown', payload: {}, at: 5 },
      { type: 'completionShown', payload: {}, at: 20 },
      { type: 'completionShown', payload: {}, at: 21 },
      { type: 'completionAccepted', payload: {}, at: 22 },
      { type: 'completionKept', payload: { afterSeconds: 30, share: 1 }, at: 23 },
      { type: 'completionKept', payload: { afterSeconds: 300, share: 0.5 }, at: 24 },
      { type: 'completionKept', payload: { afterSeconds: 300, share: 1 }, at: 25 },
    ] as const;
    await store.call('usage.add', { events });
    assert.deepEqual(await store.call('usage.completions', { since: 10 }), { shown: 2, accepted: 1, kept: 0.75 });
  });
}).timeout(20_000);
