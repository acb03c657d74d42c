import type { Caller } from '../base/rpc.ts';
import type { ListFormat } from './listText.ts';
import type { StoreContract } from './store.ts';
import type { ModelUse } from './usage.ts';

/** Before and after every day. */
export const allDays = { from: '0000-00-00', to: '9999-99-99' } as const;

/** All uses of models, oldest first, day by day. */
export async function* allUses(store: Caller<StoreContract>): AsyncGenerator<readonly ModelUse[]> {
  for (const { name } of await store.call('modelUsage.sums', { ...allDays, by: 'day' })) {
    if (name !== null) yield await store.call('modelUsage.ofDay', { day: name });
  }
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

/** Money in dollars; `costIsFromProvider` says where it comes from. */
export const useFormat: ListFormat<ModelUse> = {
  head: COLUMNS,
  cells: (use) => Object.values(plainUse(use)).map((value) => String(value ?? '')),
  plain: plainUse,
};

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
