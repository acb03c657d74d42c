import type { ModelRef } from '../models/chatModel.ts';

/** What of a prompt takes tokens, in the order in which it stands there. */
export type WindowPartKind = 'instructions' | 'rules' | 'history' | 'attachedBefore' | 'attached';

/** How full the window of a model is with the shown chat, before the next question is written. All in tokens. */
export interface WindowReport {
  readonly model: ModelRef;
  /** Prompt and answer together. */
  readonly window: number;
  /** The provider does not say how large it is. */
  readonly isAssumed: boolean;
  /** Counted as the model does; else it is estimated. */
  readonly isExact: boolean;
  readonly parts: readonly { readonly kind: WindowPartKind; readonly tokens: number }[];
  /** Passages of the workspace take no more, and no more than there is room for. */
  readonly passages: number;
  /** What is kept free for the answer. */
  readonly reserve: number;
  /** From here on the beginning of the chat is summarised. */
  readonly compactAt: number;
  /** What the provider has reported of the last question; null where there was none or it does not say. */
  readonly last: { readonly tokens: number; readonly cached: number | null } | null;
  /** There are questions and answers that a summary could stand for. */
  readonly canCompact: boolean;
  readonly isCompacting: boolean;
}

/** What the view asks about the window of the model and what stands in it. */
export interface ChatWindowRequests {
  /** Has the beginning of the shown chat summarised now. Resolves when it is. */
  compact(params: null): void;
  /** Changes the summary that stands with a message. */
  changeSummary(params: { messageId: string; text: string }): void;
  /** Takes a summary back, so that what was said goes along itself; or uses it again. */
  useSummary(params: { messageId: string; isUsed: boolean }): void;
  /** Answers a question again whose prompt was too long: what was said is summarised, or the largest attachment left out or cut. */
  refit(params: { messageId: string; how: 'compact' | 'leave-out' | 'send-part' }): void;
}
