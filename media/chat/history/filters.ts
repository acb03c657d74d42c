import type { MessageFilter } from '../../../src/protocol/chatHistory.ts';
import type { ConversationSummary, MessageRole, ModelRef } from '../../../src/protocol/store.ts';

/** How long ago the oldest message may be. */
export type Age = 'day' | 'week' | 'month' | 'year';

/** Days of the reader’s calendar as `YYYY-MM-DD`, both included; null where it is open. */
export interface Days {
  readonly from: string | null;
  readonly to: string | null;
}

/** What the history is narrowed to; null does not narrow. */
export interface Filters {
  readonly isThisWorkspace: boolean;
  readonly isArchived: boolean;
  /** The chat in which alone is searched. */
  readonly chat: { readonly id: string; readonly title: string } | null;
  readonly folderId: string | null;
  readonly model: ModelRef | null;
  readonly role: MessageRole | null;
  /** When its messages were written. */
  readonly when: Age | Days | null;
}

export const noFilters: Filters = {
  isThisWorkspace: false,
  isArchived: false,
  chat: null,
  folderId: null,
  model: null,
  role: null,
  when: null,
};

const dayMs = 86_400_000;
const agesMs: Readonly<Record<Age, number>> = {
  day: dayMs,
  week: 7 * dayMs,
  month: 30 * dayMs,
  year: 365 * dayMs,
};

/** True when single chats are asked for, so that they are shown as a result and not as a tree. */
export function narrows({ chat, folderId, model, role, when }: Filters): boolean {
  return chat !== null || folderId !== null || model !== null || role !== null || when !== null;
}

/** What the host is asked to search. */
export function messageFilter(filters: Filters, nowMs: number): MessageFilter {
  const { isThisWorkspace, isArchived, chat, folderId, model, role, when } = filters;
  return {
    // Where the chat lies does not matter to who is in it.
    ...(chat === null ? { isArchived } : { conversationId: chat.id }),
    ...(isThisWorkspace ? { isThisWorkspace } : {}),
    ...(folderId === null ? {} : { folderId }),
    ...(model === null ? {} : { model }),
    ...(role === null ? {} : { role }),
    ...timesOf(when, nowMs),
  };
}

/** True for a chat that fits; `inFolder` tells the wanted folder with those in it. The role is a matter of messages. */
export function fitsFilters(
  chat: ConversationSummary,
  { chat: only, model, when }: Filters,
  inFolder: ReadonlySet<string> | null,
  nowMs: number,
): boolean {
  const { from = -Infinity, to = Infinity } = timesOf(when, nowMs);
  return (
    (only === null || chat.id === only.id) &&
    (inFolder === null || (chat.folderId !== null && inFolder.has(chat.folderId))) &&
    (model === null || (chat.model?.provider === model.provider && chat.model.model === model.model)) &&
    chat.lastMessageAt >= from &&
    chat.lastMessageAt < to
  );
}

/** The first moment that counts and the first that does not any more, in milliseconds since the epoch. */
function timesOf(when: Filters['when'], nowMs: number): { readonly from?: number; readonly to?: number } {
  if (when === null) return {};
  if (typeof when === 'string') return { from: nowMs - agesMs[when] };
  return {
    ...(when.from === null ? {} : { from: startOf(when.from).getTime() }),
    ...(when.to === null ? {} : { to: dayAfter(startOf(when.to)) }),
  };
}

/** Where a day begins for the reader. */
export function startOf(day: string): Date {
  return new Date(`${day}T00:00:00`);
}

/** Not every day has 24 hours. */
function dayAfter(day: Date): number {
  return new Date(day).setDate(day.getDate() + 1);
}
