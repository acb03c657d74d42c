import assert from 'node:assert/strict';
import { money } from '../../../src/protocol/usageText.ts';
import { type Warned, dueWarnings, mostUsed } from '../../../src/vscode/budget.ts';

describe('A budget', () => {
  it('is looked at where there is one, the one that is used most first', () => {
    const spent = { day: 500_000, month: 9_000_000 };
    const shares = (day: number, month: number): unknown[] =>
      mostUsed(spent, { day, month, stops: true }).map(({ period, share }) => [period, share]);
    assert.deepEqual(shares(0, 0), []);
    assert.deepEqual(shares(1_000_000, 0), [['day', 0.5]]);
    assert.deepEqual(shares(1_000_000, 10_000_000), [
      ['month', 0.9],
      ['day', 0.5],
    ]);
  });
});

describe('A warning of a budget', () => {
  const budgets = { day: 1_000_000, month: 10_000_000, stops: true };
  const due = (day: number, month: number, warned: Warned, on = '2026-11-22'): unknown[] =>
    dueWarnings(mostUsed({ day, month }, budgets), on, warned).map((each) => [each.used.period, each.isUsedUp]);

  it('is due from four fifths on, and again when all is used up', () => {
    assert.deepEqual(due(799_999, 0, {}), []);
    assert.deepEqual(due(800_000, 0, {}), [['day', false]]);
    assert.deepEqual(due(1_000_000, 9_000_000, {}), [
      ['day', true],
      ['month', false],
    ]);
  });

  it('is given once for a day or a month and for a budget', () => {
    const [first] = dueWarnings(mostUsed({ day: 900_000, month: 0 }, budgets), '2026-11-22', {});
    assert.deepEqual(due(950_000, 0, first?.warned ?? {}), []);
    assert.deepEqual(due(1_200_000, 0, first?.warned ?? {}), [['day', true]]);
    assert.deepEqual(due(950_000, 0, first?.warned ?? {}, '2026-11-23'), [['day', false]]);
  });
});

describe('Money', () => {
  const amounts: readonly (readonly [microusd: number, text: string])[] = [
    [0, '$0.00'],
    [1, '<$0.0001'],
    [123, '$0.0001'],
    [4_567, '$0.0046'],
    [99_000, '$0.099'],
    [120_000, '$0.12'],
    [1_234_567_890, '$1,234.57'],
  ];
  for (const [microusd, text] of amounts) {
    it(`is written so that a little can be told from nothing: ${text}`, () => {
      assert.equal(money(microusd), text);
    });
  }
});
