import type { Scope } from './scope.ts';

/**
 * The first time, from `fromMs` on, that no conversation of the user's has as that of its last message: the
 * list is paged by it, so no two may share one.
 */
export async function freeTime({ database, userId }: Scope, fromMs: number): Promise<number> {
  for (let time = fromMs; ; time++) {
    const taken = await database
      .selectFrom('conversations')
      .select('id')
      .where('user_id', '=', userId)
      .where('deleted_at', 'is', null)
      .where('last_message_at', '=', time)
      .executeTakeFirst();
    if (taken === undefined) return time;
  }
}
