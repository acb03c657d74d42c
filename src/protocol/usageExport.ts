import type { Caller } from '../base/rpc.ts';
import { toCsv } from './csv.ts';
import type { StoreContract } from './store.ts';
import type { ModelUse } from './usage.ts';

/** Before and after every day. */
export const allDays = { from: '0000-00-00', to: '9999-99-99' } as const;

/** All uses of models, oldest first, read day by day. */
export async function allUses(
  store: Caller<StoreContract>,
  days = allDays as { from: string; to: string },
): Promise<ModelUse[]> {
  const uses: ModelUse[] = [];
  for (const { name } of await store.call('modelUsage.sums', { ...days, by: 'day' })) {
    if (name !== null) uses.push(...(await store.call('modelUsage.ofDay', { day: name })));
  }
  return uses;
}

/** Money in dollars, `cost source` says where it comes from. */
export function usesToJson(uses: readonly ModelUse[]): string {
  return `${JSON.stringify(uses.map(plainUse), null, 2)}\n`;
}

/** The same as a table. */
export function usesToCsv(uses: readonly ModelUse[]): string {
  const rows = uses.map((use) => Object.values(plainUse(use)).map((value) => String(value ?? '')));
  return toCsv([[...COLUMNS], ...rows]);
}

const COLUMNS = [
  'time',
  'day',
  'purpose',
  'provider',
  'model',
  'workspace',
  'persona',
  'inputTokens',
  'cachedTokens',
  'outputTokens',
  'tokensAreEstimated',
  'costUsd',
  'costIsFromProvider',
  'savedUsd',
  'servedFromCache',
  'firstTokenMs',
  'durationMs',
] as const;

/** Its values stand in the order of the columns. */
function plainUse(use: ModelUse): Record<(typeof COLUMNS)[number], string | number | boolean | null> {
  return {
    time: new Date(use.at).toISOString(),
    day: use.day,
    purpose: use.purpose,
    provider: use.provider,
    model: use.model,
    workspace: use.workspaceUri,
    persona: use.persona,
    inputTokens: use.inputTokens,
    cachedTokens: use.cachedTokens,
    outputTokens: use.outputTokens,
    tokensAreEstimated: use.isEstimate,
    costUsd: use.costMicrousd === null ? null : use.costMicrousd / 1e6,
    costIsFromProvider: use.isBilled,
    savedUsd: use.savedMicrousd / 1e6,
    servedFromCache: use.isCached,
    firstTokenMs: use.firstTokenMs,
    durationMs: use.durationMs,
  };
}
