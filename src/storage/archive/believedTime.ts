/** What maintenance has seen of the clock, in milliseconds since the epoch. */
export interface SeenClock {
  /** When it looked last. */
  readonly seenAt: number;
  /** Since when the clock has not jumped. */
  readonly steadySince: number;
  /** The time by which chats are held to be old. */
  readonly believedAt: number;
}

const DAY_MS = 86_400_000;

/**
 * What to believe of a clock that says `nowMs`. A clock that is wrongly set ahead makes every chat look old, so one that
 * jumps is believed only when it has gone on for a day; until then it counts as it was before. After a pause of more
 * than half the time that chats are kept, and of more than two days, nobody can tell a jump from an absence.
 */
export function believeClock(seen: SeenClock | null, nowMs: number, retentionDays: number): SeenClock {
  // Nothing is old yet for a store that is maintained for the first time.
  if (seen === null) return { seenAt: nowMs, steadySince: nowMs, believedAt: 0 };
  const pauseMs = nowMs - seen.seenAt;
  if (pauseMs < 0) return { seenAt: nowMs, steadySince: nowMs, believedAt: Math.min(seen.believedAt, nowMs) };
  const hasJumped = pauseMs > Math.max(2, retentionDays / 2) * DAY_MS;
  if (hasJumped) return { seenAt: nowMs, steadySince: nowMs, believedAt: seen.seenAt };
  const isSteady = nowMs - seen.steadySince >= DAY_MS;
  return { seenAt: nowMs, steadySince: seen.steadySince, believedAt: isSteady ? nowMs : seen.believedAt };
}
