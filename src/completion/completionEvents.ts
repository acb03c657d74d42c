import type { ModelRef } from '../models/chatModel.ts';
import type { CompletionRequest } from '../models/completionModel.ts';
import type { CompletionInput } from './completionInput.ts';

/** What the engine hands out: one answer of a model, or what is left of it at the cursor. */
export interface Suggestion {
  /** Of the answer: what is left of it after typing along, or after deleting back, keeps its id. */
  readonly id: number;
  /** To be inserted at the cursor, with the document's line ends. */
  readonly text: string;
}

/** How long the stages of one request took, milliseconds; null for a stage that was not reached. */
export interface StageTimes {
  /** From the keystroke until the request was made, without the debounce. */
  readonly engineMs: number;
  /** From the request to the first text of the answer: key, connection, model. */
  readonly firstTextMs: number | null;
  /** From the request to its end. */
  readonly totalMs: number;
}

/** What the engine did, for whoever keeps count. It holds code: nothing of it may be stored or sent as it is. */
export type CompletionEvent =
  /** A request goes out. A prefetch is one that no keystroke has asked for yet. */
  | {
      readonly type: 'requested';
      readonly suggestionId: number;
      readonly ref: ModelRef;
      readonly request: CompletionRequest;
      readonly isPrefetch: boolean;
    }
  /** A request is over: with its answer, called off because it could no longer serve, or with the model's error. */
  | {
      readonly type: 'answered';
      readonly suggestionId: number;
      readonly outcome: 'complete' | 'cancelled' | 'failed';
      readonly stages: StageTimes;
      /** The error of `failed`. */
      readonly error?: unknown;
    }
  /** A suggestion is handed to the editor, which may show it. */
  | {
      readonly type: 'offered';
      readonly suggestion: Suggestion;
      readonly input: CompletionInput;
      /** Whether this call had to wait for a request, joined one, or was served from what is known. */
      readonly from: 'request' | 'cache';
      /** From the keystroke to the suggestion, milliseconds. */
      readonly elapsedMs: number;
    };
