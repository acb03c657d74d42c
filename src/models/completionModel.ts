import type { ModelRef } from './chatModel.ts';

export interface CompletionRequest {
  /** Text before the cursor, already cut to the budget. */
  readonly prefix: string;
  /** Text after the cursor, already cut to the budget. */
  readonly suffix: string;
  readonly maxOutputTokens: number;
  readonly stop?: readonly string[];
}

/** A fill-in-the-middle model. */
export interface CompletionModel {
  readonly ref: ModelRef;
  /** Streams the text for the gap. Errors and abort as with {@link ChatModel}. */
  complete(request: CompletionRequest, signal: AbortSignal): AsyncIterable<string>;
}
