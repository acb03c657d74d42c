/** What is embedded: some models weigh a question and a passage of code differently. */
export type EmbeddingKind = 'query' | 'code';

/** A model that turns text into vectors. */
export interface EmbeddingModel {
  /** Names model and version: vectors of different ids are never compared. */
  readonly id: string;
  /** One vector for each text, in order, all of one length. */
  embed(texts: readonly string[], kind: EmbeddingKind, signal: AbortSignal): Promise<Float32Array[]>;
}
