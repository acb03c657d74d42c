import type { UsageEvent } from '../protocol/store.ts';
import type { ClaimedEvents } from '../protocol/telemetry.ts';
import { addAuditEntry } from './auditRepository.ts';
import { parseJson } from './jsonText.ts';
import type { Scope } from './scope.ts';
import { getSetting, setSetting } from './userRepository.ts';

const BATCH = 1_000;
/** The setting that holds until when all events were sent. */
const SENT_UNTIL = 'telemetry.sentUntil';

/** Oldest first. */
export async function waitingEvents(scope: Scope, { until }: { until: number }): Promise<UsageEvent[]> {
  return await eventsBetween(scope, await sentUntil(scope), until);
}

export async function claimEvents(scope: Scope, { until }: { until: number }): Promise<ClaimedEvents> {
  const after = await sentUntil(scope);
  const found = await eventsBetween(scope, after, until);
  if (found.length === 0) return { events: [], after, until: after };
  const last = found.at(-1)?.at ?? until;
  // Where there are more, those of the last millisecond may not be complete.
  const isCut = found.length === BATCH && found[0]?.at !== last;
  const events = isCut ? found.filter(({ at }) => at < last) : found;
  const claimed = isCut ? last - 1 : last;
  await setSetting(scope, { key: SENT_UNTIL, value: claimed });
  return { events, after, until: claimed };
}

export async function unclaimEvents(scope: Scope, { after, until }: { after: number; until: number }): Promise<void> {
  if ((await sentUntil(scope)) === until) await setSetting(scope, { key: SENT_UNTIL, value: after });
}

export async function countEvents({ database, userId }: Scope): Promise<number> {
  const { count } = await database
    .selectFrom('usage_events')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Also writes it down in the audit log. */
export async function purgeEvents(scope: Scope): Promise<number> {
  const { database, userId } = scope;
  const { numDeletedRows } = await database
    .deleteFrom('usage_events')
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  const usageEvents = Number(numDeletedRows);
  await addAuditEntry(scope, { action: 'data purged', subject: 'events of use', detail: { usageEvents } });
  return usageEvents;
}

async function eventsBetween({ database, userId }: Scope, after: number, until: number): Promise<UsageEvent[]> {
  const rows = await database
    .selectFrom('usage_events')
    .select(['event_type', 'payload', 'event_time'])
    .where('user_id', '=', userId)
    .where('event_time', '>', after)
    .where('event_time', '<=', until)
    .orderBy('event_time')
    .limit(BATCH)
    .execute();
  return rows.map(({ event_type, payload, event_time }) => ({
    type: event_type as UsageEvent['type'],
    payload: parseJson(payload) as UsageEvent['payload'],
    at: event_time,
  }));
}

async function sentUntil(scope: Scope): Promise<number> {
  const until = await getSetting(scope, { key: SENT_UNTIL });
  return typeof until === 'number' ? until : 0;
}
