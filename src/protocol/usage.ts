import type { RequestPurpose } from './egress.ts';

/** What asking a model came to once: an answer, a completion, a title. Holds no text of anybody's. */
export interface ModelUse {
  /** UUIDv7. */
  readonly id: string;
  /** When it was over, milliseconds since the epoch. */
  readonly at: number;
  /** The user's day, as `2026-11-22`. */
  readonly day: string;
  readonly purpose: RequestPurpose;
  readonly provider: string;
  readonly model: string;
  readonly workspaceUri: string | null;
  /** What the user called the persona that was asked. */
  readonly persona: string | null;
  readonly inputTokens: number;
  /** How many of those a provider had kept from a request before. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** The tokens are estimated from the length of the texts: the provider has not said how many it were. */
  readonly isEstimate: boolean;
  /** Millionths of a dollar; null where nobody knows the price. */
  readonly costMicrousd: number | null;
  /** The provider has said the cost itself; else it follows from a list of prices. */
  readonly isBilled: boolean;
  /** What a cache has saved, the provider's or Sextant's own; millionths of a dollar. */
  readonly savedMicrousd: number;
  /** Sextant had kept the answer and asked nobody. */
  readonly isCached: boolean;
  readonly firstTokenMs: number | null;
  readonly durationMs: number;
}

/** What uses are summed up by. */
export const usageDimensions = ['day', 'model', 'provider', 'workspace', 'persona', 'purpose'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** Days of the user's, the last one included. */
export interface UsageDays {
  readonly from: string;
  readonly to: string;
}

/** All uses that have one day, model or other in common. */
export interface UsageSum {
  /** A model's is `provider/model`; null where there was no workspace or no persona. */
  readonly name: string | null;
  readonly uses: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** Of those whose price is known. */
  readonly costMicrousd: number;
  readonly savedMicrousd: number;
  /** How many have no price. */
  readonly unpriced: number;
  /** How many of the costs follow from a list of prices or from estimated tokens. */
  readonly estimated: number;
  /** How many Sextant's own cache has answered. */
  readonly hits: number;
  /** How many came in pieces, what their first ones took together, and how long they came, with their tokens. */
  readonly streamed: number;
  readonly firstTokenMs: number;
  readonly streamedMs: number;
  readonly streamedTokens: number;
}

/** What became of inline completions; recorded only where the user has agreed to that. */
export interface CompletionCounts {
  readonly shown: number;
  readonly accepted: number;
  /** How much of what was accepted still stood after five minutes, 0 to 1; null where nothing was looked at. */
  readonly kept: number | null;
}

/** What the store answers about the use of models. */
export interface ModelUsageRequests {
  'modelUsage.record'(params: { uses: readonly ModelUse[] }): void;
  /** Days in their order, all else with the dearest first. */
  'modelUsage.sums'(params: UsageDays & { by: UsageDimension }): UsageSum[];
  /** How many there are. */
  'modelUsage.count'(params: UsageDays): number;
  /** Millionths of a dollar on a day, and in its month up to it. */
  'modelUsage.spent'(params: { day: string }): Spent;
  /** All of one day, oldest first. */
  'modelUsage.ofDay'(params: { day: string }): ModelUse[];
  /** Of events from `since` on, milliseconds since the epoch. */
  'usage.completions'(params: { since: number }): CompletionCounts;
}

export interface Spent {
  readonly day: number;
  readonly month: number;
}

const nothing: UsageSum = {
  name: null,
  uses: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  costMicrousd: 0,
  savedMicrousd: 0,
  unpriced: 0,
  estimated: 0,
  hits: 0,
  streamed: 0,
  firstTokenMs: 0,
  streamedMs: 0,
  streamedTokens: 0,
};

/** Several sums as one. */
export function totalOf(sums: readonly UsageSum[], name: string | null = null): UsageSum {
  const total: Record<string, number> = {};
  for (const sum of sums) {
    for (const [key, value] of Object.entries(sum)) {
      if (typeof value === 'number') total[key] = (total[key] ?? 0) + value;
    }
  }
  return { ...nothing, ...total, name };
}

/** What has cost most before what has cost less; of what has cost nothing, the one with the most tokens. */
export function dearestFirst(one: UsageSum, other: UsageSum): number {
  return other.costMicrousd - one.costMicrousd || tokensOf(other) - tokensOf(one);
}

function tokensOf({ inputTokens, outputTokens }: UsageSum): number {
  return inputTokens + outputTokens;
}

/** The user's day at a time, as `2026-11-22`. */
export function dayOf(timeMs: number): string {
  const date = new Date(timeMs);
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${String(date.getFullYear())}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}
