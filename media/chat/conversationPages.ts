import type { ConversationSummary } from '../../src/protocol/store.ts';

/**
 * The newest page of conversations over the older ones that were loaded before: what the page covers
 * in time is taken from it alone, so that what it no longer holds is gone. Newest first.
 */
export function withNewestPage(
  known: readonly ConversationSummary[],
  page: readonly ConversationSummary[],
): readonly ConversationSummary[] {
  const oldest = page.at(-1);
  if (oldest === undefined) return [];
  const ids = new Set(page.map(({ id }) => id));
  return [...page, ...known.filter(({ id, lastMessageAt }) => !ids.has(id) && lastMessageAt <= oldest.lastMessageAt)];
}

/** The known conversations with an older page after them. */
export function withOlderPage(
  known: readonly ConversationSummary[],
  page: readonly ConversationSummary[],
): readonly ConversationSummary[] {
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...page.filter(({ id }) => !ids.has(id))];
}
