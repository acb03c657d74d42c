/** What is embedded: some models weigh a question and a passage of code differently. */
export type EmbeddingKind = 'query' | 'code';

/** A model that turns text into vectors. */
export interface EmbeddingModel {
  /** Names model and version: vectors of different ids are never compared. */
  readonly id: string;
  /** One vector for each text, in order, all of one length. `files` are those that the texts are from, for the ledger. */
  embed(
    texts: readonly string[],
    kind: EmbeddingKind,
    signal: AbortSignal,
    files?: readonly string[],
  ): Promise<Float32Array[]>;
}
