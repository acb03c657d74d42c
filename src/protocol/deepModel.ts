import type { Contract } from '../base/rpc.ts';

/** What a deep model is. */
export interface DeepModelFacts {
  /** Names model and version: vectors of different ids are never compared. */
  readonly id: string;
  /** How many numbers a vector has; a multiple of 16. */
  readonly dimensions: number;
}

/** What the process has taken until now. */
export interface DeepModelUse {
  readonly memoryBytes: number;
  readonly processorMs: number;
}

/** What the process that computes with the deep model answers. It loads the model with the first of them. */
export interface DeepModelContract extends Contract {
  readonly requests: {
    /** Rejects with `not-found` where this edition has no deep model, and with `damaged` where its file is broken. */
    facts(params: null): DeepModelFacts;
    /**
     * One int8 vector for each passage, in order, one after the other: its direction counts, not its length. Put the path
     * before the passage's text. A cancelled request ends after the passage at hand; questions go first.
     */
    embedPassages(params: { texts: readonly string[] }): Int8Array;
    /** A unit vector. */
    embedQuery(params: { text: string }): Float32Array;
    /** Passages take at most this share of all cores, 1 to 100; at 100 there is no limit but while somebody types. */
    limitCpu(params: { percent: number }): void;
    /** Somebody types: passages take a quarter of their share for a moment. */
    userActive(params: null): void;
    use(params: null): DeepModelUse;
  };
  readonly events: Readonly<Record<never, never>>;
}
