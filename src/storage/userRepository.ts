import type { Kysely } from 'kysely';
import type { ModelRef, User } from '../protocol/store.ts';
import { parseJson, toJson } from './jsonText.ts';
import type { StoreSchema } from './schema.ts';
import type { Scope } from './scope.ts';

const LOCAL_USERNAME = 'local';

/** The id of the one user of the local edition, who is made with `newId` where there is none yet. */
export async function ensureLocalUser(database: Kysely<StoreSchema>, newId: string, nowMs: number): Promise<string> {
  const known = await findLocalUser(database);
  if (known !== undefined) return known;
  const times = { created_at: nowMs, updated_at: nowMs };
  await database
    .insertInto('users')
    .values({ id: newId, username: LOCAL_USERNAME, ...times })
    .execute();
  return newId;
}

/** Undefined before the first opening that may write. */
export async function findLocalUser(database: Kysely<StoreSchema>): Promise<string | undefined> {
  const row = await database.selectFrom('users').select('id').where('username', '=', LOCAL_USERNAME).executeTakeFirst();
  return row?.id;
}

export async function getUser({ database, userId }: Scope): Promise<User> {
  const row = await database
    .selectFrom('users')
    .select(['id', 'preferred_model', 'active_conversation_id'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
  return {
    id: row.id,
    preferredModel: parseJson(row.preferred_model) as ModelRef | null,
    activeConversationId: row.active_conversation_id,
  };
}

export async function setPreferredModel(
  { database, userId, nowMs }: Scope,
  { model }: { model: ModelRef | null },
): Promise<void> {
  const changes = { preferred_model: toJson(model), updated_at: nowMs };
  await database.updateTable('users').set(changes).where('id', '=', userId).execute();
}

/** A conversation that is gone counts as none. */
export async function setActiveConversation(
  { database, userId, nowMs }: Scope,
  { conversationId }: { conversationId: string | null },
): Promise<void> {
  const known = database
    .selectFrom('conversations')
    .select('id')
    .where('id', '=', conversationId)
    .where('user_id', '=', userId);
  await database
    .updateTable('users')
    .set({ active_conversation_id: known, updated_at: nowMs })
    .where('id', '=', userId)
    .execute();
}

/** Null for a setting that was never set. */
export async function getSetting({ database, userId }: Scope, { key }: { key: string }): Promise<unknown> {
  const row = await database
    .selectFrom('settings')
    .select('value')
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst();
  return row === undefined ? null : parseJson(row.value);
}

/** `value` is plain JSON. */
export async function setSetting(
  { database, userId, nowMs }: Scope,
  setting: { key: string; value: unknown },
): Promise<void> {
  const row = { value: JSON.stringify(setting.value ?? null), updated_at: nowMs };
  await database
    .insertInto('settings')
    .values({ user_id: userId, key: setting.key, ...row })
    .onConflict((conflict) => conflict.columns(['user_id', 'key']).doUpdateSet(row))
    .execute();
}
