import type { LocatedBy } from './locate/locateHunk.ts';
import type { TextEdit } from './textEdit.ts';

/** Why a change, or a part of one, is not made. */
export type RefusalReason =
  /** What it is to replace is not there. */
  | 'not found'
  /** It fits in several places. */
  | 'ambiguous'
  /** It is cut off, contradicts itself, or leaves out what cannot be known. */
  | 'incomplete'
  /** Quotes or other characters were changed on its way. */
  | 'spoilt'
  /** The result would not be what the language allows, where the file was. */
  | 'broken result'
  /** It changes the same lines as another part. */
  | 'overlap'
  /** It is not for this file, or wants what is not a change of its text. */
  | 'not for this file'
  | 'too large';

/** What became of one part of a change: a hunk, or a run of lines that a code block changes. */
export type ResolvedHunk = {
  /** Where it starts in the answer, from 1. */
  readonly answerLine: number;
} & (
  | {
      readonly kind: 'located';
      readonly by: LocatedBy | 'syntax' | 'whole file';
      /** From 0 to 1. */
      readonly certainty: number;
      /** The rows of the document that it touches, from 1; the last is before the first where it only adds. */
      readonly startLine: number;
      readonly endLine: number;
      /** Offsets in the document that was given; rising. Each hunk’s can be made without the others. */
      readonly edits: readonly TextEdit[];
    }
  | { readonly kind: 'applied'; readonly startLine: number }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly message: string }
);

/** What a change comes to in one version of a document. Nothing has been written. */
export type ResolvedChange = { readonly hunks: readonly ResolvedHunk[] } &
  /** All of it has its place: `edits` are those of all hunks, rising, without overlaps. */
  (
    | { readonly kind: 'edits'; readonly edits: readonly TextEdit[] }
    /** The document is already as the change wants it. */
    | { readonly kind: 'nothing to do'; readonly message: string }
    /** A part has no certain place, so that none is to be made; `message` is a sentence for the user. */
    | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly message: string }
  );
