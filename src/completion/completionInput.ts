import type { CompletionSnippet } from '../models/completionModel.ts';
import type { CursorText } from './promptWindow.ts';

/** A cursor in a document, and why a completion is asked for. */
export interface CompletionInput extends CursorText {
  /** Tells documents apart, the cells of one notebook too. */
  readonly uri: string;
  /** As the model is told it: relative to the workspace where it is in it. */
  readonly path: string;
  /** As VS Code names languages. */
  readonly languageId: string;
  /** UTF-16 units between the start of the document and the cursor. */
  readonly offset: number;
  /** `explicit` when the user asked for it by a key or command. */
  readonly trigger: 'automatic' | 'explicit';
}

/** What is known around a cursor besides its own file. */
export interface CompletionContext {
  /** What has been gathered by now, the most useful first. Called for each request: it may not wait, nor take long. */
  ready(input: CompletionInput): readonly CompletionSnippet[];
}

/** For where there is nothing but the file. */
export const noContext: CompletionContext = { ready: () => [] };
