import { sql } from 'kysely';
import type { RequestPurpose } from '../protocol/egress.ts';
import {
  type CompletionCounts,
  type ModelUse,
  type Spent,
  type UsageDays,
  type UsageDimension,
  type UsageSum,
  dearestFirst,
} from '../protocol/usage.ts';
import type { StoreSchema } from './schema.ts';
import type { Scope } from './scope.ts';

/** Recording one again changes nothing. */
export async function recordUses({ database, userId }: Scope, uses: readonly ModelUse[]): Promise<void> {
  for (const use of uses) {
    await database
      .insertInto('model_usage')
      .values({
        id: use.id,
        user_id: userId,
        day: use.day,
        event_time: use.at,
        purpose: use.purpose,
        provider: use.provider,
        model: use.model,
        workspace_uri: use.workspaceUri,
        persona: use.persona,
        input_tokens: use.inputTokens,
        cached_tokens: use.cachedTokens,
        output_tokens: use.outputTokens,
        is_estimate: use.isEstimate ? 1 : 0,
        cost_microusd: use.costMicrousd,
        is_billed: use.isBilled ? 1 : 0,
        saved_microusd: use.savedMicrousd,
        is_cached: use.isCached ? 1 : 0,
        first_token_ms: use.firstTokenMs,
        duration_ms: use.durationMs,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

const columnsOf: Readonly<Record<UsageDimension, readonly (keyof StoreSchema['model_usage'])[]>> = {
  day: ['day'],
  model: ['provider', 'model'],
  provider: ['provider'],
  workspace: ['workspace_uri'],
  persona: ['persona'],
  purpose: ['purpose'],
};

export async function sumUses(
  { database, userId }: Scope,
  { from, to, by }: UsageDays & { by: UsageDimension },
): Promise<UsageSum[]> {
  const columns = columnsOf[by];
  const rows = await database
    .selectFrom('model_usage')
    .select(columns)
    .select(({ fn }) => [
      fn.countAll<number>().as('uses'),
      fn.sum<number>('input_tokens').as('inputTokens'),
      fn.sum<number>('cached_tokens').as('cachedTokens'),
      fn.sum<number>('output_tokens').as('outputTokens'),
      sql<number>`coalesce(sum(cost_microusd), 0)`.as('costMicrousd'),
      fn.sum<number>('saved_microusd').as('savedMicrousd'),
      sql<number>`sum(cost_microusd IS NULL)`.as('unpriced'),
      sql<number>`coalesce(sum(cost_microusd > 0 AND is_billed = 0), 0)`.as('estimated'),
      fn.sum<number>('is_cached').as('hits'),
      fn.count<number>('first_token_ms').as('streamed'),
      sql<number>`coalesce(sum(first_token_ms), 0)`.as('firstTokenMs'),
      sql<number>`coalesce(sum(duration_ms - first_token_ms), 0)`.as('streamedMs'),
      sql<number>`coalesce(sum(output_tokens) FILTER (WHERE first_token_ms IS NOT NULL), 0)`.as('streamedTokens'),
    ])
    .where('user_id', '=', userId)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .groupBy(columns)
    .execute();
  const sums = rows.map((row) => {
    const named = columns.map((column) => (row as Readonly<Record<string, unknown>>)[column]);
    return {
      name: named.includes(null) ? null : named.join('/'),
      uses: row.uses,
      inputTokens: row.inputTokens,
      cachedTokens: row.cachedTokens,
      outputTokens: row.outputTokens,
      costMicrousd: row.costMicrousd,
      savedMicrousd: row.savedMicrousd,
      unpriced: row.unpriced,
      estimated: row.estimated,
      hits: row.hits,
      streamed: row.streamed,
      firstTokenMs: row.firstTokenMs,
      streamedMs: row.streamedMs,
      streamedTokens: row.streamedTokens,
    };
  });
  return by === 'day' ? sums : sums.sort(dearestFirst);
}

/** Looks at the index alone. */
export async function countUses({ database, userId }: Scope, { from, to }: UsageDays): Promise<number> {
  const { uses } = await database
    .selectFrom('model_usage')
    .select(({ fn }) => fn.countAll<number>().as('uses'))
    .where('user_id', '=', userId)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .executeTakeFirstOrThrow();
  return uses;
}

export async function spentOn({ database, userId }: Scope, { day }: { day: string }): Promise<Spent> {
  const { today, month } = await database
    .selectFrom('model_usage')
    .select([
      sql<number>`coalesce(sum(cost_microusd), 0)`.as('month'),
      sql<number>`coalesce(sum(cost_microusd) FILTER (WHERE day = ${day}), 0)`.as('today'),
    ])
    .where('user_id', '=', userId)
    .where('day', '>=', `${day.slice(0, 7)}-01`)
    .where('day', '<=', day)
    .executeTakeFirstOrThrow();
  return { day: today, month };
}

export async function usesOfDay({ database, userId }: Scope, { day }: { day: string }): Promise<ModelUse[]> {
  const rows = await database
    .selectFrom('model_usage')
    .selectAll()
    .where('user_id', '=', userId)
    .where('day', '=', day)
    .orderBy('event_time')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    at: row.event_time,
    day: row.day,
    purpose: row.purpose as RequestPurpose,
    provider: row.provider,
    model: row.model,
    workspaceUri: row.workspace_uri,
    persona: row.persona,
    inputTokens: row.input_tokens,
    cachedTokens: row.cached_tokens,
    outputTokens: row.output_tokens,
    isEstimate: row.is_estimate === 1,
    costMicrousd: row.cost_microusd,
    isBilled: row.is_billed === 1,
    savedMicrousd: row.saved_microusd,
    isCached: row.is_cached === 1,
    firstTokenMs: row.first_token_ms,
    durationMs: row.duration_ms,
  }));
}

/** When it is looked for the last time how much of a completion still stands. */
const LAST_LOOK_SECONDS = 300;

export async function countCompletions(
  { database, userId }: Scope,
  { since }: { since: number },
): Promise<CompletionCounts> {
  const last = sql`json_extract(payload, '$.afterSeconds') = ${LAST_LOOK_SECONDS}`;
  const { shown, accepted, kept } = await database
    .selectFrom('usage_events')
    .select([
      sql<number>`coalesce(sum(event_type = 'completionShown'), 0)`.as('shown'),
      sql<number>`coalesce(sum(event_type = 'completionAccepted'), 0)`.as('accepted'),
      sql<
        number | null
      >`avg(json_extract(payload, '$.share')) FILTER (WHERE event_type = 'completionKept' AND ${last})`.as('kept'),
    ])
    .where('user_id', '=', userId)
    .where('event_time', '>=', since)
    .executeTakeFirstOrThrow();
  return { shown, accepted, kept };
}
