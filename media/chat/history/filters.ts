import type { MessageFilter } from '../../../src/protocol/chatHistory.ts';
import type { ConversationSummary, MessageRole, ModelRef } from '../../../src/protocol/store.ts';

/** How long ago the oldest message may be. */
export type Age = 'day' | 'week' | 'month' | 'year';

/** What the history is narrowed to; null does not narrow. */
export interface Filters {
  readonly isThisWorkspace: boolean;
  readonly isArchived: boolean;
  /** The chat in which alone is searched. */
  readonly chat: { readonly id: string; readonly title: string } | null;
  readonly folderId: string | null;
  readonly model: ModelRef | null;
  readonly role: MessageRole | null;
  readonly age: Age | null;
}

export const noFilters: Filters = {
  isThisWorkspace: false,
  isArchived: false,
  chat: null,
  folderId: null,
  model: null,
  role: null,
  age: null,
};

const dayMs = 86_400_000;
const agesMs: Readonly<Record<Age, number>> = {
  day: dayMs,
  week: 7 * dayMs,
  month: 30 * dayMs,
  year: 365 * dayMs,
};

/** True when single chats are asked for, so that they are shown as a result and not as a tree. */
export function narrows({ chat, folderId, model, role, age }: Filters): boolean {
  return chat !== null || folderId !== null || model !== null || role !== null || age !== null;
}

/** What the host is asked to search. */
export function messageFilter(filters: Filters, nowMs: number): MessageFilter {
  const { isThisWorkspace, isArchived, chat, folderId, model, role, age } = filters;
  return {
    // Where the chat lies does not matter to who is in it.
    ...(chat === null ? { isArchived } : { conversationId: chat.id }),
    ...(isThisWorkspace ? { isThisWorkspace } : {}),
    ...(folderId === null ? {} : { folderId }),
    ...(model === null ? {} : { model }),
    ...(role === null ? {} : { role }),
    ...(age === null ? {} : { from: nowMs - agesMs[age] }),
  };
}

/** True for a chat that fits; `inFolder` tells the wanted folder with those in it. The role is a matter of messages. */
export function fitsFilters(
  chat: ConversationSummary,
  { chat: only, model, age }: Filters,
  inFolder: ReadonlySet<string> | null,
  nowMs: number,
): boolean {
  return (
    (only === null || chat.id === only.id) &&
    (inFolder === null || (chat.folderId !== null && inFolder.has(chat.folderId))) &&
    (model === null || (chat.model?.provider === model.provider && chat.model.model === model.model)) &&
    (age === null || chat.lastMessageAt >= nowMs - agesMs[age])
  );
}
