import type { Spent } from '../protocol/usage.ts';

/** What models may cost, millionths of a dollar; 0: as much as they do. */
export interface Budgets {
  readonly day: number;
  readonly month: number;
  /** Nothing more is sent once one is used up; else the user is only told. */
  readonly stops: boolean;
}

/** How much of a budget is used. */
export interface UsedUp {
  readonly period: 'day' | 'month';
  readonly spentMicrousd: number;
  readonly budgetMicrousd: number;
  readonly share: number;
}

/** The budgets that there are, the one that is used most first. */
export function mostUsed(spent: Spent, budgets: Budgets): UsedUp[] {
  return (['day', 'month'] as const)
    .filter((period) => budgets[period] > 0)
    .map((period) => {
      const [spentMicrousd, budgetMicrousd] = [spent[period], budgets[period]];
      return { period, spentMicrousd, budgetMicrousd, share: spentMicrousd / budgetMicrousd };
    })
    .sort((a, b) => b.share - a.share);
}
