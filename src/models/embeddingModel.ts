/** What is embedded: some models weigh a question and a passage of code differently. */
export type EmbeddingKind = 'query' | 'code';

/** A model that turns text into vectors. */
export interface EmbeddingModel {
  /** Names model and version: vectors of different ids are never compared. */
  readonly id: string;
  readonly dimensions: number;
  /** One unit-length vector of `dimensions` floats for each text, in order. */
  embed(texts: readonly string[], kind: EmbeddingKind, signal: AbortSignal): Promise<Float32Array[]>;
}
