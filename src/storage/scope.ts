import type { Kysely } from 'kysely';
import type { StoreSchema } from './schema.ts';

/** What a query runs with: within one read or transaction, for one user, at one time. */
export interface Scope {
  readonly database: Kysely<StoreSchema>;
  readonly userId: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}
