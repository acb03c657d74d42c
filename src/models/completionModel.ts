import type { ModelRef, TokenUsage } from './chatModel.ts';

/** A piece of code from elsewhere that helps to fill the gap. */
export interface CompletionSnippet {
  /** Where it is from, relative to the workspace. */
  readonly path: string;
  readonly text: string;
  readonly source: 'definition' | 'imports' | 'edited' | 'viewed' | 'similar' | 'clipboard';
}

export interface CompletionRequest {
  /** The file's path, relative to the workspace. */
  readonly path: string;
  /** As VS Code names languages. */
  readonly languageId: string;
  /** Text before the cursor, already cut to the budget. */
  readonly prefix: string;
  /** Text after the cursor, already cut to the budget. */
  readonly suffix: string;
  /** The most useful first. */
  readonly snippets: readonly CompletionSnippet[];
  readonly maxOutputTokens: number;
}

export type ReportUsage = (usage: TokenUsage) => void;

/** A fill-in-the-middle model. */
export interface CompletionModel {
  readonly ref: ModelRef;
  /**
   * Streams the text for the gap. Errors and abort as with {@link ChatModel}. `report` hears of the tokens, where the
   * provider tells them before the text is long enough.
   */
  complete(request: CompletionRequest, signal: AbortSignal, report?: ReportUsage): AsyncIterable<string>;
}
