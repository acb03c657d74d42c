import { buildSegment } from '../../../../src/index/history/segmentBuilder.ts';
import { HistoryTable } from '../../../../src/index/history/historyTable.ts';
import { mergeSegments } from '../../../../src/index/history/mergeSegments.ts';
import { type Meaning, searchHistory } from '../../../../src/index/history/searchHistory.ts';
import { VectorSearch } from '../../../../src/index/vectors/vectorSearch.node.ts';
import { VectorTable } from '../../../../src/index/vectors/vectorTable.ts';
import type { HistoryFilter, HistoryMatch, HistoryMessage } from '../../../../src/protocol/historyIndex.ts';

const DIMENSIONS = 16;

/** Nothing means anything. */
export const noMeaning: Meaning = {
  dimensions: DIMENSIONS,
  embedOne: () => new Float32Array(DIMENSIONS),
  nearest: () => [],
};

let made = 0;

export function message(text: string, changes: Partial<HistoryMessage> = {}): HistoryMessage {
  made++;
  return {
    messageId: `message-${made}`,
    conversationId: 'conversation-1',
    role: 'user',
    model: null,
    createdAt: 1_790_000_000_000 + made,
    text,
    ...changes,
  };
}

export function newTable(): HistoryTable {
  const vectors = new VectorTable(DIMENSIONS);
  return new HistoryTable(vectors, new VectorSearch(vectors, []));
}

/** Adds messages as one segment, without vectors. */
export async function addAll(table: HistoryTable, messages: readonly HistoryMessage[]): Promise<void> {
  if (messages.length > 0) table.add(await buildSegment(messages, [], 1, () => undefined));
}

/** Merges the segments from one number to before another. */
export async function merge(table: HistoryTable, from: number, to: number): Promise<void> {
  const sources = table.segments.slice(from, to);
  if (sources.length > 0) table.replace(sources, await mergeSegments(sources, () => undefined));
}

export function search(
  table: HistoryTable,
  query: string,
  options: { offset?: number; limit?: number; meaning?: Meaning; filter?: HistoryFilter; except?: string[] } = {},
): Promise<{ matches: HistoryMatch[]; total: number }> {
  const { offset = 0, limit = 50, meaning = noMeaning, filter = {}, except = [] } = options;
  const conversations = { kind: 'except' as const, ids: except };
  return searchHistory(table, meaning, { query, offset, limit, conversations, filter }, () => undefined);
}
