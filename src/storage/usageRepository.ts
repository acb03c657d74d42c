import { uuidV7 } from '../base/identifiers.ts';
import type { UsageEvent } from '../protocol/store.ts';
import type { Scope } from './scope.ts';

/** An event is larger only by mistake: it holds counts and times. */
const PAYLOAD_CHARACTERS = 1_000;
const BATCH = 500;

/** Nothing is changed where the user has said so before. */
export async function setTelemetryOptIn(
  { database, userId, nowMs }: Scope,
  { optIn }: { optIn: boolean },
): Promise<void> {
  const flag = optIn ? 1 : 0;
  await database
    .updateTable('users')
    .set({ telemetry_opt_in: flag, updated_at: nowMs })
    .where('id', '=', userId)
    .where('telemetry_opt_in', '<>', flag)
    .execute();
}

/** Writes nothing unless the user has opted in. Returns how many were written. */
export async function addUsageEvents(
  { database, userId, nowMs }: Scope,
  events: readonly UsageEvent[],
): Promise<number> {
  const user = await database
    .selectFrom('users')
    .select('telemetry_opt_in')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
  if (user.telemetry_opt_in !== 1) return 0;
  const rows = events.slice(0, BATCH).flatMap(({ type, payload, at }) => {
    const text = JSON.stringify(payload);
    if (text.length > PAYLOAD_CHARACTERS) return [];
    return [{ id: uuidV7(nowMs), user_id: userId, event_type: type, payload: text, event_time: Math.round(at) }];
  });
  if (rows.length > 0) await database.insertInto('usage_events').values(rows).execute();
  return rows.length;
}
