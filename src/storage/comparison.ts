import { parseJson } from './jsonText.ts';
import type { StoredMessage } from './longText.ts';
import { getMessage } from './messageRepository.ts';
import type { Scope } from './scope.ts';

/*
 * Answers that stand side by side until one is kept: their ids are in the conversation's `extra`, and the first one is
 * what is shown of the conversation meanwhile.
 */

/** In their order; none where nothing is compared any more. `leaf` is the last message that is shown. */
export async function readComparison(
  scope: Scope,
  extra: string,
  leaf: { readonly id: string; readonly parent_id: string | null } | undefined,
): Promise<StoredMessage[]> {
  const ids = idsIn(extra);
  if (leaf === undefined || leaf.parent_id === null || !ids.includes(leaf.id)) return [];
  const found: StoredMessage[] = [];
  for (const messageId of ids) {
    const message = await getMessage(scope, { messageId });
    if (message?.role === 'assistant' && message.parentId === leaf.parent_id) found.push(message);
  }
  return found.length < 2 ? [] : found;
}

/** From now on these are compared, or, where there are fewer than two, nothing is. */
export function setComparison(scope: Scope, conversationId: string, ids: readonly string[]): Promise<void> {
  return changeComparison(scope, conversationId, () => ids);
}

/** Puts one answer in another one's place; where that one is not compared, nothing is any more. */
export function replaceCompared(
  scope: Scope,
  conversationId: string,
  { from, to }: { readonly from: string | undefined; readonly to: string },
): Promise<void> {
  return changeComparison(scope, conversationId, (ids) =>
    from !== undefined && ids.includes(from) ? ids.map((id) => (id === from ? to : id)) : [],
  );
}

async function changeComparison(
  { database, userId }: Scope,
  conversationId: string,
  change: (ids: readonly string[]) => readonly string[],
): Promise<void> {
  const row = await database
    .selectFrom('conversations')
    .select('extra')
    .where('id', '=', conversationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (row === undefined) return;
  const before = idsIn(row.extra);
  const ids = change(before);
  if (before.length === 0 && ids.length < 2) return;
  // What is undefined is left out of JSON.
  const extra = JSON.stringify({ ...(parseJson(row.extra) as object), comparison: ids.length < 2 ? undefined : ids });
  await database
    .updateTable('conversations')
    .set({ extra })
    .where('id', '=', conversationId)
    .where('user_id', '=', userId)
    .execute();
}

function idsIn(extra: string): readonly string[] {
  const { comparison } = (parseJson(extra) ?? {}) as { readonly comparison?: unknown };
  return Array.isArray(comparison) ? comparison.filter((id) => typeof id === 'string').slice(0, 3) : [];
}
