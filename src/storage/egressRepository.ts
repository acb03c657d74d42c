import type { RequestFilter, RequestPurpose, RequestSum, SentRequest } from '../protocol/egress.ts';
import { parseJson } from './jsonText.ts';
import type { Scope } from './scope.ts';

/** A list of files is longer only by mistake. */
const MOST_FILES = 500;
const PAGE_LIMIT = 1_000;

export async function saveRequests({ database, userId }: Scope, requests: readonly SentRequest[]): Promise<void> {
  for (const { id, at, purpose, address, model, bytesOut, bytesIn, files } of requests) {
    await database
      .insertInto('egress_log')
      .values({
        id,
        user_id: userId,
        purpose,
        address,
        model,
        bytes_out: bytesOut,
        bytes_in: bytesIn,
        files: JSON.stringify(files.slice(0, MOST_FILES)),
        event_time: at,
      })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({ bytes_in: bytesIn }).where('egress_log.user_id', '=', userId),
      )
      .execute();
  }
}

/** Newest first. */
export async function listRequests(
  { database, userId }: Scope,
  wanted: RequestFilter & { limit: number; before?: { at: number; id: string } },
): Promise<SentRequest[]> {
  const { since, addresses, purpose, before, limit } = wanted;
  let query = database
    .selectFrom('egress_log')
    .selectAll()
    .where('user_id', '=', userId)
    .where('event_time', '>=', since)
    .orderBy('event_time', 'desc')
    .orderBy('id', 'desc')
    .limit(Math.min(Math.max(1, Math.trunc(limit)), PAGE_LIMIT));
  if (addresses !== undefined) query = query.where('address', 'in', addresses);
  if (purpose !== undefined) query = query.where('purpose', '=', purpose);
  if (before !== undefined) {
    query = query
      .where('event_time', '<=', before.at)
      .where((where) => where.or([where('event_time', '<', before.at), where('id', '<', before.id)]));
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    at: row.event_time,
    purpose: row.purpose as RequestPurpose,
    address: row.address,
    model: row.model,
    bytesOut: row.bytes_out,
    bytesIn: row.bytes_in,
    files: parseJson(row.files) as string[],
  }));
}

/** Those that sent most come first. */
export async function sumRequests({ database, userId }: Scope, since: number): Promise<RequestSum[]> {
  const rows = await database
    .selectFrom('egress_log')
    .select(({ fn }) => [
      'address',
      'purpose',
      fn.countAll<number>().as('requests'),
      fn.sum<number>('bytes_out').as('bytesOut'),
      fn.sum<number>('bytes_in').as('bytesIn'),
      fn.max('event_time').as('lastAt'),
    ])
    .where('user_id', '=', userId)
    .where('event_time', '>=', since)
    .groupBy(['address', 'purpose'])
    .execute();
  return rows
    .map((row) => ({ ...row, purpose: row.purpose as RequestPurpose }))
    .sort((a, b) => b.bytesOut - a.bytesOut);
}

/** Returns how many there were. */
export async function forgetRequests({ database, userId }: Scope, before: number): Promise<number> {
  const { numDeletedRows } = await database
    .deleteFrom('egress_log')
    .where('user_id', '=', userId)
    .where('event_time', '<', before)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
