/** What completion is doing, as the status bar says it. */
export type CompletionState =
  | { readonly kind: 'off'; readonly reason: 'no model' | 'no trust' }
  /** For so long; null: until the window is opened anew. */
  | { readonly kind: 'paused'; readonly leftMs: number | null }
  | { readonly kind: 'disabled'; readonly languageId: string }
  | { readonly kind: 'failing'; readonly reason: string }
  | { readonly kind: 'asking' }
  | { readonly kind: 'ready' };

/** What the state follows from. */
export interface CompletionFacts {
  readonly hasModel: boolean;
  readonly isTrusted: boolean;
  /** Undefined when it is not paused. */
  readonly pauseLeftMs: number | null | undefined;
  /** Of the active editor, when it is one of those that are switched off. */
  readonly disabledLanguage: string | undefined;
  /** Why the last request failed; undefined when it did not. */
  readonly failure: string | undefined;
  readonly isAsking: boolean;
}

/** What matters most to the user first: a pause is his own doing, whatever else there is. */
export function completionState(facts: CompletionFacts): CompletionState {
  if (!facts.isTrusted) return { kind: 'off', reason: 'no trust' };
  if (!facts.hasModel) return { kind: 'off', reason: 'no model' };
  if (facts.pauseLeftMs !== undefined) return { kind: 'paused', leftMs: facts.pauseLeftMs };
  if (facts.disabledLanguage !== undefined) return { kind: 'disabled', languageId: facts.disabledLanguage };
  if (facts.failure !== undefined) return { kind: 'failing', reason: facts.failure };
  return facts.isAsking ? { kind: 'asking' } : { kind: 'ready' };
}
