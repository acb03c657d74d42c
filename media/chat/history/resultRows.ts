import { t } from '../../../src/base/texts.ts';
import type { HistoryHit } from '../../../src/protocol/historyIndex.ts';
import type { ConversationSummary } from '../../../src/protocol/store.ts';
import { type Row, type RowDraft, type TextRange, amongSiblings } from './rows.ts';

/** A chat that was found by its title. */
export interface FoundChat {
  readonly conversation: ConversationSummary;
  /** Its index in the list of titles. */
  readonly at: number;
  readonly highlights: readonly TextRange[];
}

/** What a search has come to. */
export interface ResultState {
  readonly chats: readonly FoundChat[];
  readonly hits: readonly HistoryHit[];
  /** Of all hits, also those that were not asked for yet. */
  readonly total: number;
  readonly failure: string | null;
  readonly foldedSections: ReadonlySet<string>;
}

/** The lines of a search: chats by their titles, then messages. */
export function resultRows({ chats, hits, total, failure, foldedSections }: ResultState): Row[] {
  const drafts: RowDraft[] = [];
  const section = (id: string, label: string, count: number): boolean => {
    const isOpen = !foldedSections.has(id);
    const key = `section ${id}`;
    if (count > 0) drafts.push({ type: 'section', key, parent: null, level: 1, id, label, isOpen, count });
    return isOpen;
  };
  if (section('found-chats', t('Titles'), chats.length)) {
    for (const { conversation, at, highlights } of chats) {
      drafts.push({
        ...{ type: 'chat', key: `chat titles ${conversation.id}`, parent: 'section found-chats', level: 2 },
        ...{ conversation, list: 'titles', at, highlights },
      });
    }
  }
  const parent = 'section found-messages';
  const end = { parent: hits.length === 0 ? null : parent, level: 2, list: 'hits' } as const;
  if (section('found-messages', t('Messages'), hits.length === 0 ? 0 : total)) {
    for (const [at, hit] of hits.entries()) {
      drafts.push({ type: 'hit', key: `hit ${hit.messageId}`, parent, level: 2, hit, at });
    }
    if (failure === null && hits.length < total) drafts.push({ type: 'more', key: 'more hits', ...end });
  }
  if (failure !== null) drafts.push({ type: 'failed', key: 'failed hits', ...end, message: failure });
  const openEnded = new Set<string | null>(hits.length < total ? [parent] : []);
  return amongSiblings(drafts, openEnded);
}
