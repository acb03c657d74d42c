import assert from 'node:assert/strict';
import { money } from '../../../src/protocol/usageText.ts';
import { mostUsed } from '../../../src/vscode/budget.ts';

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
