import type { RequestOrigin } from '../protocol/egress.ts';
import type { OnHeld } from '../protocol/held.ts';
import type { AnswerFigures } from './meterModel.ts';

/** Names a model: the provider's name in the registry and the model's name at that provider. */
export interface ModelRef {
  readonly provider: string;
  readonly model: string;
}

/** `provider/model`; the model's own name may hold slashes. Null for a text that is not of this form. */
export function parseModelRef(text: string): ModelRef | null {
  const slash = text.indexOf('/');
  return slash <= 0 || slash === text.length - 1
    ? null
    : { provider: text.slice(0, slash), model: text.slice(slash + 1) };
}

/** One message of a prompt. */
export interface PromptMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Pictures that stand before the text; of the user's only. */
  readonly images?: readonly PromptImage[];
}

/** A picture of a prompt. */
export interface PromptImage {
  /** `image/png`, `image/jpeg`, `image/gif` or `image/webp`. */
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

export interface ChatRequest {
  readonly system: string;
  /** Oldest first; the last one is the user's. */
  readonly messages: readonly PromptMessage[];
  /** What of this goes out again, as it is, with the next question; left out where there is no next one. */
  readonly repeated?: RepeatedPrompt;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  /** An answer that is kept is not served; the new one takes its place. */
  readonly isFresh?: boolean;
  /** What the ledger says of the request. Where it is absent, a question in the chat without any file. */
  readonly origin?: Pick<RequestOrigin, 'purpose' | 'files'>;
  /** What the user calls the persona that answers; left out for Sextant itself. */
  readonly persona?: string;
  /** Hears that the request waits before it goes out. */
  readonly onHeld?: OnHeld;
  /** Hears what the answer came to, at its end, also where it broke off. */
  readonly onMeasured?: (figures: AnswerFigures) => void;
}

/** The beginning of a conversation’s prompts that stays the same, byte for byte: providers charge less for reading it again. */
export interface RepeatedPrompt {
  /** So many of the first messages, after the system’s. */
  readonly messages: number;
  /** The same for each question of a conversation, and for no other. Tells nothing of it. */
  readonly key: string;
}

/** Tokens as the provider reports them; absent where it does not. */
export interface TokenUsage {
  readonly inputTokens?: number;
  /** How many of those it had kept from a request before. */
  readonly cachedTokens?: number;
  readonly outputTokens?: number;
  /** How many of the input tokens it keeps for the next request, where it charges for that. */
  readonly cacheWriteTokens?: number;
  /** What it charges, millionths of a dollar, where it says so. */
  readonly costMicrousd?: number;
}

export type FinishReason = 'stop' | 'length' | 'content-filter' | 'other';

/** That another model answers than the one that was asked, and what that one has said. */
export interface HandedOn {
  readonly from: ModelRef;
  /** A sentence. */
  readonly because: string;
}

/** A piece of a streamed answer. A stream ends with exactly one `finish`, or throws. */
export type ChatPart =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly text: string }
  /** Before all text: who answers from here on. */
  | ({ readonly type: 'handed-on'; readonly to: ModelRef } & HandedOn)
  | {
      readonly type: 'finish';
      readonly reason: FinishReason;
      readonly usage: TokenUsage;
      /** When the answer was written that is served again, milliseconds since the epoch; then `usage` is what it cost then. */
      readonly savedAt?: number;
    };

/** A model that answers a conversation. */
export interface ChatModel {
  readonly ref: ModelRef;
  /**
   * Streams the answer. Throws a {@link ModelError} (see modelError.ts); when `signal` aborts the
   * iteration ends with an error for which `isAbort` holds.
   */
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatPart>;
}
