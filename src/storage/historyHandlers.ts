import { type HistoryRequests, PASSAGE_LENGTH } from '../protocol/historyIndex.ts';
import type { FileStore } from './files/fileStore.ts';
import {
  describeHits,
  findMatches,
  historyChanges,
  historyConversations,
  historyEpoch,
  startHistory,
} from './historyRepository.ts';
import { readLongText } from './longText.ts';
import type { RequestHandlers, StoreAccess } from './storeAccess.ts';

/** Answers what the history search asks the store. */
export function historyHandlers(
  { read, write }: StoreAccess,
  files: Pick<FileStore, 'get'>,
): RequestHandlers<HistoryRequests> {
  /** With the whole texts, where files have them. */
  const whole = <T extends { text: string; textFile: string | null }>(messages: readonly T[]) =>
    Promise.all(
      messages.map(async ({ textFile, ...message }) => ({
        ...message,
        text: await readLongText(files, textFile, message.text),
      })),
    );
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
      const changes = await read((scope) => historyChanges(scope, page));
      return { ...changes, epoch: changes.epoch ?? (await start()), messages: await whole(changes.messages) };
    },
    'history.conversations': (filter) => read((scope) => historyConversations(scope, filter)),
    'history.describe': async ({ query, matches }) =>
      describeHits(await whole(await read((scope) => findMatches(scope, matches))), query),
    'history.passages': async ({ matches }) => {
      const found = await whole(await read((scope) => findMatches(scope, matches)));
      return new Map(
        found.map(({ messageId, text, startOffset }) => [
          messageId,
          text.slice(startOffset, startOffset + PASSAGE_LENGTH),
        ]),
      );
    },
  };
}

/** 52 random bits: no two histories get the same. */
function newEpoch(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 20) * 2 ** 32 + low;
}
