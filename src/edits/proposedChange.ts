/** A line of a hunk: it stays, it goes, or it comes. */
export interface HunkLine {
  readonly kind: 'keep' | 'remove' | 'add';
  readonly text: string;
}

/** One place of a file that a patch changes, as it was written: nothing about it is certain. */
export interface Hunk {
  /** `search`: what is there and what it becomes, so that the lines were sorted out by comparing the two. */
  readonly form: 'search' | 'diff';
  readonly lines: readonly HunkLine[];
  /** The line of the old file that it says to start at, from 1; null where it says none. */
  readonly line: number | null;
  /** True when the line counts of its header are those of its body: then a machine has made it. */
  readonly isCounted: boolean;
  /** Lines that stand somewhere above it, such as the head of the function that it is in. */
  readonly headings: readonly string[];
  /** What becomes of the line end at the end of the file, where the patch says so. */
  readonly finalLineEnd: 'added' | 'removed' | null;
  /** Where it starts in the answer, from 1. */
  readonly answerLine: number;
}

/** What an answer wants to make of one file. */
export type ProposedChange = {
  /** As it was written, never trusted; null where the answer names no file. */
  readonly path: string | null;
  /** Where it starts in the answer, from 1. */
  readonly answerLine: number;
  /** Why it cannot be used although it is one, as a sentence; null where nothing is wrong with it. */
  readonly problem: string | null;
} & ProposedContent;

export type ProposedContent =
  | { readonly kind: 'hunks'; readonly hunks: readonly Hunk[] }
  /** Lines of a code block: a whole file, a part of one, or one with “… existing code …” in it. */
  | { readonly kind: 'code'; readonly language: string; readonly lines: readonly string[] }
  | { readonly kind: 'new file'; readonly lines: readonly string[] }
  | { readonly kind: 'deletion' }
  | { readonly kind: 'move'; readonly to: string; readonly hunks: readonly Hunk[] };
