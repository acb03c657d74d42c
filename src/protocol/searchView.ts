import type { Contract } from '../base/rpc.ts';
import type { IndexStatus } from './contextIndex.ts';

/** A place in a file of the workspace. */
export interface PassagePlace {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** Relative to it, with `/`. */
  readonly path: string;
  /** Counted from 1. */
  readonly startLine: number;
  /** Inclusive. */
  readonly endLine: number;
}

/** A passage that was found, with the line of it that shows best why. */
export interface PassageRow extends PassagePlace {
  /** Enclosing symbol, outermost first; empty where there is none. */
  readonly symbol: string;
  readonly kind: string;
  /** Of the line that is shown. */
  readonly line: number;
  readonly text: string;
  /** What was found in `text`: UTF-16 offsets, end exclusive, in order, apart. */
  readonly highlights: readonly (readonly [start: number, end: number])[];
}

/** A file with the passages that were found in it, best first. */
export interface FileRow {
  readonly name: string;
  /** Where it lies, with the folder's name before it where there are several; empty for the top. */
  readonly place: string;
  readonly passages: readonly PassageRow[];
}

/** What may be typed next, as the whole text that would then stand in the box. */
export interface QueryHint {
  readonly text: string;
  readonly label: string;
  readonly detail: string;
}

export interface SearchViewState {
  readonly status: IndexStatus;
  readonly hasWorkspace: boolean;
}

/** Commands that the view may ask VS Code to run. */
export type SearchViewCommand = 'indexWorkspace' | 'resumeIndexing' | 'showIndex' | 'openFolder';

/** What the extension host answers and says to the search view. */
export interface SearchViewHostContract extends Contract {
  readonly requests: {
    state(params: null): SearchViewState;
    /** Files in the order of their best passages. */
    search(params: { typed: string }): FileRow[];
    hints(params: { typed: string }): QueryHint[];
    /** With `keepFocus` only to look at it. */
    open(params: PassagePlace & { keepFocus: boolean }): void;
    /** Puts the passage into the input of the chat. */
    askAbout(params: PassagePlace & { symbol: string }): void;
    runCommand(params: { command: SearchViewCommand }): void;
  };
  readonly events: {
    state: SearchViewState;
    /** Puts text into the box and the cursor behind it; null only asks for the focus. */
    query: { typed: string | null };
    /** What was asked a moment ago has a better answer now. */
    refined: null;
  };
}

/** What the search view answers: nothing. It only asks. */
export interface SearchViewContract extends Contract {
  readonly requests: Record<never, never>;
  readonly events: {
    /** The view is drawn. */
    ready: null;
  };
}
