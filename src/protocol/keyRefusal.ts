/** `refused`: the provider does not know the key. `no-credit`: its account is empty. `limit`: it was used too often. */
export const refusalReasons = ['refused', 'no-credit', 'limit'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Why a provider did not serve a key. */
export interface KeyRefusal {
  readonly reason: RefusalReason;
  /** For how long it asks to be left alone; null where it does not say. */
  readonly retryAfterMs: number | null;
}

/** A key for one request. */
export interface RequestKey {
  readonly key: string;
  /**
   * Another one of the same provider, in place of one that it did not serve; null where none is left. Left out where
   * there is but one.
   */
  readonly other?: OtherKey;
}

export type OtherKey = (refused: string, why: KeyRefusal) => Promise<string | null>;

/** That a key is left alone for a while. Milliseconds since the epoch. */
export interface KeyRest {
  readonly reason: RefusalReason;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** One of several keys, by a name that tells nothing of it and holds until the window closes. */
export interface StoredKey {
  readonly id: string;
  /** Null while it is used. */
  readonly rest: KeyRest | null;
}
