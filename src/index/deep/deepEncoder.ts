import type { DeepModelFacts, DeepModelUse } from '../../protocol/deepModel.ts';

/** What the deep model's process does for the index. */
export interface DeepEncoder {
  /** Undefined where this edition has no deep model. */
  readonly facts: DeepModelFacts | undefined;
  readonly isRunning: boolean;
  /** One vector for each text, in order: its direction counts. Rejects with code `closed` when the process dies. */
  embedPassages(texts: readonly string[], signal: AbortSignal): Promise<readonly Int8Array[]>;
  embedQuery(text: string): Promise<Float32Array>;
  /** What the process has taken until now; undefined where none runs. */
  use(): Promise<DeepModelUse | undefined>;
  /** Ends the process; the next request starts it. */
  stop(): void;
}
