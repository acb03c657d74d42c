import type { Contract } from '../base/rpc.ts';
import type { EditToResolve, ResolvedEdit, TextsToCount } from '../protocol/contextIndex.ts';
import type { Chunk } from './chunks/chunk.ts';

/** A file's text and how it shall be chunked. */
export interface ParseRequest {
  /** Relative to its folder, with `/`. */
  readonly path: string;
  readonly text: string;
  /** `lines` for a file whose grammar crashed or hung. */
  readonly by: 'language' | 'lines';
}

/** A chunk, and what its vector is stored under. */
export interface HashedChunk extends Chunk {
  /** See `chunkHash`. */
  readonly textHash: string;
}

/** A file cut into passages, and what it has to do with others. */
export interface ParsedSource {
  /** See `packChunks`. */
  readonly chunks: Uint8Array;
  /** See `packOutline`. */
  readonly outline: Uint8Array;
}

/** What the parse worker answers: all that takes long, so that the main thread can answer searches. */
export interface ParseContract extends Contract {
  readonly requests: {
    /** With the time that it took, without waiting for others. */
    parse(params: ParseRequest): ParsedSource & { readonly milliseconds: number };
    /** One int8 vector for each text, in order, one after the other. See `quantise`. */
    embed(params: { texts: readonly string[] }): Int8Array;
    /** Tokens of each text in an encoding of OpenAI's, o200k_base by default. */
    countTokens(params: TextsToCount): number[];
    /** See `resolveAnswer`. */
    resolveEdit(params: EditToResolve): ResolvedEdit;
  };
  readonly events: Record<never, never>;
}

/** What the thread is started with. */
export interface ParseWorkerData {
  /** Where the grammars and other WASM files lie. */
  readonly assetDirectory: string;
  /** The bytes of the embedding model, shared with the main thread. */
  readonly model: Uint8Array;
}
