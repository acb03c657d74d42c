import type { Caller, Handlers } from '../base/rpc.ts';
import type { StoreContract } from '../protocol/store.ts';
import type { Scope } from './scope.ts';

/** The topic of what belongs to no one conversation. */
export const GENERAL = '';

/** The ids of the conversations that a transaction changes, or how its result tells; null when nobody need know. */
export type About<T> = string | readonly string[] | null | ((result: T) => string | readonly string[]);

/** How requests reach the database: one read or one transaction each, for the local user, at one time. */
export interface StoreAccess {
  readonly read: <T>(work: (scope: Scope) => Promise<T>) => Promise<T>;
  /** Every window hears of what it is about. */
  readonly write: <T>(about: About<T>, work: (scope: Scope) => Promise<T>) => Promise<T>;
}

/** What answers some of the store's requests. */
export type RequestHandlers<R> = Pick<Handlers<StoreContract>, keyof R & keyof Handlers<StoreContract>>;

/** Answers a request elsewhere, so that no other has to wait for it. */
export type Aside = Caller<StoreContract>['call'];
