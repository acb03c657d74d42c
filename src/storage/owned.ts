import type { Expression, Kysely, RawBuilder } from 'kysely';
import type { StoreSchema } from './schema.ts';
import type { Scope } from './scope.ts';

/*
 * A row that belongs to another is the user's when that one is. Asked for by the owner's id, and not by the
 * user's beside it: of two such terms SQLite may well choose the index that finds all that the user has.
 */

/** The conversation's id, if it is the user's: what `conversation_id` has to be equal to. */
export function ownConversation(
  { database, userId }: { readonly database: Kysely<StoreSchema>; readonly userId: string | RawBuilder<string> },
  id: string | RawBuilder<string>,
): Expression<string | null> {
  return database
    .selectFrom('conversations')
    .select('conversations.id')
    .where('conversations.id', '=', id)
    .where('conversations.user_id', '=', userId)
    .$asScalar();
}

/** The folder's id, if it is the user's: what `folder_id` has to be equal to. */
export function ownFolder({ database, userId }: Scope, id: string): Expression<string | null> {
  return database
    .selectFrom('folders')
    .select('folders.id')
    .where('folders.id', '=', id)
    .where('folders.user_id', '=', userId)
    .$asScalar();
}
