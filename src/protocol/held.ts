/** That a request waits before it goes out: for its provider’s limit, or before it is tried again after a failure. */
export interface Held {
  readonly why: 'limit' | 'retry';
  /** As the user knows it. */
  readonly provider: string;
  /** About when it goes. Milliseconds since the epoch. */
  readonly untilMs: number;
  /** Which attempt comes then, from 1, and how many there are at most. */
  readonly attempt: number;
  readonly attempts: number;
}

/** Hears that a request waits, and with null that it no longer does. */
export type OnHeld = (held: Held | null) => void;
