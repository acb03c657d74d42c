import type { Contract } from '../base/rpc.ts';
import type { CompletionCounts, Spent, UsageDimension, UsageSum } from './usage.ts';

/** What the page about the use of models draws. */
export interface UsagePageState {
  /** The first and the last of the days that are summed up, as `2026-11-22`; the first one of all where all were asked for. */
  readonly from: string;
  readonly to: string;
  readonly by: Readonly<Record<UsageDimension, readonly UsageSum[]>>;
  /** Null where the user has not agreed to their being counted. */
  readonly completions: CompletionCounts | null;
  /** Millionths of a dollar; 0 where there is no budget. */
  readonly budgets: { readonly day: number; readonly month: number; readonly stops: boolean };
  readonly spent: Spent;
  /** When the built-in prices were looked up, as `2026-11-22`. */
  readonly pricesDate: string;
}

/** Commands that the page may ask VS Code to run. */
export const usagePageCommands = ['exportUsage', 'openBudgets', 'openPrices', 'openTelemetry'] as const;
export type UsagePageCommand = (typeof usagePageCommands)[number];

/** What the extension host answers and says to the page about the use of models. */
export interface UsagePageHostContract extends Contract {
  readonly requests: {
    /** Of today and the days before, so many together; 0 for all. */
    state(params: { days: number }): UsagePageState;
    runCommand(params: { command: UsagePageCommand }): void;
  };
  readonly events: {
    /** Something may be new. */
    changed: null;
  };
}

/** What the page about the use of models answers: nothing. It only asks. */
export interface UsagePageContract extends Contract {
  readonly requests: Record<never, never>;
  readonly events: Record<never, never>;
}
