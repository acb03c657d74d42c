import { sql } from 'kysely';
import type { KeptAnswer, ResponseCacheRequests } from '../protocol/responseCache.ts';
import { parseJson } from './jsonText.ts';
import { removeCache } from './retentionRepository.ts';
import type { Scope } from './scope.ts';

type Request<K extends keyof ResponseCacheRequests> = Parameters<ResponseCacheRequests[K]>[0];

/** Whether an answer is kept; asked first, so that a request without one writes nothing. */
export async function isKept(scope: Scope, { key }: Request<'responseCache.find'>): Promise<boolean> {
  const row = await scope.database
    .selectFrom('response_cache')
    .select('cache_key')
    .where('user_id', '=', scope.userId)
    .where('cache_key', '=', key)
    .where('expires_at', '>', scope.nowMs)
    .executeTakeFirst();
  return row !== undefined;
}

/** The answer, counted as served; null where there is none. */
export async function serveKept(
  { database, userId, nowMs }: Scope,
  { key }: Request<'responseCache.find'>,
): Promise<KeptAnswer | null> {
  const row = await database
    .updateTable('response_cache')
    .set(({ eb }) => ({ hits: eb('hits', '+', 1), used_at: nowMs }))
    .where('user_id', '=', userId)
    .where('cache_key', '=', key)
    .where('expires_at', '>', nowMs)
    .returning(['response_data', 'created_at'])
    .executeTakeFirst();
  return row === undefined ? null : readAnswer(row.response_data, row.created_at);
}

/** Null for what is no answer: a backup that is restored may hold anything. */
function readAnswer(data: string, savedAt: number): KeptAnswer | null {
  const { text, reasoning, inputTokens, outputTokens } = (parseJson(data) ?? {}) as Partial<Record<string, unknown>>;
  if (typeof text !== 'string' || typeof reasoning !== 'string') return null;
  const count = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return { text, reasoning, inputTokens: count(inputTokens), outputTokens: count(outputTokens), savedAt };
}

/** See {@link ResponseCacheRequests}. */
export async function keepAnswer(
  scope: Scope,
  { key, answer, lifetimeMs, limitBytes }: Request<'responseCache.keep'>,
): Promise<void> {
  const { database, userId, nowMs } = scope;
  const { savedAt, ...kept } = answer;
  const data = JSON.stringify(kept);
  const size = new TextEncoder().encode(data).byteLength;
  await removeCache(scope, nowMs);
  await database.deleteFrom('response_cache').where('user_id', '=', userId).where('cache_key', '=', key).execute();
  if (size > limitBytes) return;
  await database
    .insertInto('response_cache')
    .values({
      user_id: userId,
      cache_key: key,
      response_data: data,
      size,
      created_at: savedAt,
      expires_at: savedAt + lifetimeMs,
      used_at: nowMs,
    })
    .execute();
  const newestFirst = sql<number>`sum(size) over (order by used_at desc rows unbounded preceding)`;
  await database
    .deleteFrom('response_cache')
    .where('user_id', '=', userId)
    .where('cache_key', 'in', (select) =>
      select
        .selectFrom((all) =>
          all
            .selectFrom('response_cache')
            .select(['cache_key', newestFirst.as('together')])
            .where('user_id', '=', userId)
            .as('numbered'),
        )
        .select('cache_key')
        .where('together', '>', limitBytes),
    )
    .execute();
}
