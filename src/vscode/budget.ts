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

/** From this share of a budget on the user is warned. */
const WARNING = 0.8;

/** What the user has been warned of, by period. */
export type Warned = Readonly<Record<string, string>>;

/** A budget that is nearly or wholly used up, of which the user has not been warned yet. */
export interface DueWarning {
  readonly used: UsedUp;
  readonly isUsedUp: boolean;
  /** What is to be kept of it. */
  readonly warned: Warned;
}

/** Each warning is due once for a day or month, and once more when a budget that is nearly used up is used up. */
export function dueWarnings(used: readonly UsedUp[], day: string, warned: Warned): DueWarning[] {
  return used
    .filter(({ share }) => share >= WARNING)
    .map((each) => {
      const [isUsedUp, when] = [each.share >= 1, each.period === 'day' ? day : day.slice(0, 7)];
      const said = `${when} ${isUsedUp ? 'used up' : 'nearly'} ${each.budgetMicrousd}`;
      return { used: each, isUsedUp, warned: { [each.period]: said } };
    })
    .filter(({ used: { period }, warned: now }) => warned[period] !== now[period]);
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
