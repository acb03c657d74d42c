import * as v from 'valibot';
import type { IncomingChecks } from '../base/rpc.ts';
import { told } from './told.ts';
import type { UsagePageHostContract } from './usagePage.ts';

const count = v.number();
const day = v.pipe(v.string(), v.isoDate());

const sums = v.array(
  v.looseObject({
    name: v.nullable(v.string()),
    uses: count,
    inputTokens: count,
    cachedTokens: count,
    outputTokens: count,
    costMicrousd: count,
    savedMicrousd: count,
    unpriced: count,
    estimated: count,
    hits: count,
    streamed: count,
    firstTokenMs: count,
    streamedMs: count,
    streamedTokens: count,
  }),
);

/** Checks what the page about the use of models is told. */
export const usagePageChecks: IncomingChecks<UsagePageHostContract> = {
  events: { changed: told(v.null()) },
  results: {
    state: told(
      v.looseObject({
        from: day,
        to: day,
        by: v.looseObject({
          day: sums,
          model: sums,
          provider: sums,
          workspace: sums,
          persona: sums,
          purpose: sums,
        }),
        completions: v.nullable(v.looseObject({ shown: count, accepted: count, kept: v.nullable(count) })),
        budgets: v.looseObject({ day: count, month: count, stops: v.boolean() }),
        spent: v.looseObject({ day: count, month: count }),
        pricesDate: day,
      }),
    ),
  },
};
