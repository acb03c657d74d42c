import type { UsageEvent } from './store.ts';

/** Events of use that a window is about to send. */
export interface ClaimedEvents {
  /** Oldest first, at most a thousand. */
  readonly events: readonly UsageEvent[];
  /** They are all that was recorded after the one time and until the other, milliseconds since the epoch. */
  readonly after: number;
  readonly until: number;
}

/** What the store answers about events of use that are sent. */
export interface TelemetryRequests {
  /** All that was recorded until then and not sent, oldest first, at most a thousand. */
  'usage.waiting'(params: { until: number }): UsageEvent[];
  /** The same, for who sends them: from now on they count as sent, so that no other window sends them too. */
  'usage.claim'(params: { until: number }): ClaimedEvents;
  /** They were not sent after all; changes nothing where later ones were claimed meanwhile. */
  'usage.unclaim'(params: { after: number; until: number }): void;
  'usage.count'(params: null): number;
  /** Deletes all events, sent or not, and says how many. */
  'usage.purge'(params: null): number;
}
