import type { HistoryRequests } from '../protocol/historyIndex.ts';
import {
  describeHits,
  findMatches,
  historyChanges,
  historyConversations,
  historyEpoch,
  startHistory,
} from './historyRepository.ts';
import type { RequestHandlers, StoreAccess } from './storeAccess.ts';

/** Answers what the history search asks the store. */
export function historyHandlers({ read, write }: StoreAccess): RequestHandlers<HistoryRequests> {
  const start = async (): Promise<string> => {
    const number = newEpoch();
    return write(null, async (scope) => {
      const known = await historyEpoch(scope);
      if (known !== null) return known;
      await startHistory(scope, { number });
      return (await historyEpoch(scope)) ?? '';
    });
  };
  return {
    'history.changes': async (page) => {
      const { epoch, changes } = await read(async (scope) => ({
        epoch: await historyEpoch(scope),
        changes: await historyChanges(scope, page),
      }));
      return { epoch: epoch ?? (await start()), ...changes };
    },
    'history.conversations': (filter) => read((scope) => historyConversations(scope, filter)),
    'history.describe': async ({ query, matches }) =>
      describeHits(await read((scope) => findMatches(scope, matches)), query),
  };
}

/** 52 random bits: no two histories get the same. */
function newEpoch(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 20) * 2 ** 32 + low;
}
