import type { HistoryIndexSearch } from '../../protocol/historyIndex.ts';
import type { LiveSegment } from './liveSegment.ts';
import { modelName } from './segmentBuilder.ts';
import { allStrings } from './stringTable.ts';

/** What a search wants of all messages. */
export type Wanted = Pick<HistoryIndexSearch, 'conversations' | 'filter'>;

/** 1 for each message of the segment that is there and that the filter means. */
export function filterDocuments(live: LiveSegment, { conversations, filter }: Wanted): Uint8Array {
  const { removed } = live;
  const { documents } = live.segment;
  const { role, model, from, to } = filter;
  const isEverything = [role, model, from, to].every((each) => each === undefined);
  if (isEverything && conversations.kind === 'except' && conversations.ids.length === 0) {
    return removed.map((each) => 1 - each);
  }
  const listed = new Set(conversations.ids);
  const isMeant = live.conversations.map((id) => listed.has(id) === (conversations.kind === 'only'));
  const wantedModel = model === undefined ? undefined : allStrings(documents.models).indexOf(modelName(model));
  const wanted = new Uint8Array(removed.length);
  for (let document = 0; document < wanted.length; document++) {
    const createdAt = documents.createdAt[document] ?? 0;
    const fits =
      removed[document] === 0 &&
      isMeant[documents.conversationOf[document] ?? 0] === true &&
      (role === undefined || (documents.isUser[document] === 1) === (role === 'user')) &&
      (wantedModel === undefined || documents.modelOf[document] === wantedModel) &&
      (from === undefined || createdAt >= from) &&
      (to === undefined || createdAt < to);
    if (fits) wanted[document] = 1;
  }
  return wanted;
}
