import type { Caller } from '../base/rpc.ts';
import type { ResponseCache } from '../models/responseCache.ts';
import type { StoreContract } from '../protocol/store.ts';

/** Which answers are kept, for how long and in how much space, as the user has it now. */
export interface KeptResponses {
  responseCache(): ReturnType<ResponseCache['which']>;
  responseCacheLimits(): { readonly days: number; readonly megabytes: number };
}

const DAY_MS = 86_400_000;
const MEGABYTE = 1024 * 1024;

/** Keeps answers in the store. */
export function storedResponses(store: Caller<StoreContract>, kept: KeptResponses): ResponseCache {
  return {
    which: () => kept.responseCache(),
    find: (key) => store.call('responseCache.find', { key }),
    keep: async (key, answer) => {
      const { days, megabytes } = kept.responseCacheLimits();
      const limits = { lifetimeMs: days * DAY_MS, limitBytes: megabytes * MEGABYTE };
      await store.call('responseCache.keep', { key, answer, ...limits });
    },
  };
}
