import { type StringTable, countBefore, countStrings, stringAt } from './stringTable.ts';

/** What is known of the messages of a segment; they are numbered from 0 in the order in which they came. */
export interface SegmentDocuments {
  readonly ids: StringTable;
  /** Ids of the conversations that occur, and the one of each message. */
  readonly conversations: StringTable;
  readonly conversationOf: Uint32Array;
  /** Names of the models that occur, the first one empty for none, and the one of each message. */
  readonly models: StringTable;
  readonly modelOf: Uint32Array;
  /** 1 for what the user has written. */
  readonly isUser: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly createdAt: Float64Array;
  /** Where the index stood when it took the message. */
  readonly revisions: Float64Array;
  /** Words of each. */
  readonly words: Uint32Array;
}

/**
 * The terms of the messages in order of their UTF-16 units. A term's postings are, for each message that
 * has it, a varint of twice the distance to the message before, plus one where the term occurs more often
 * than once, and then a varint of how often. Its positions are, for each of these messages, the distances
 * from each occurrence to the one before, as varints.
 *
 * What begins like many terms is found by a term of its own, {@link PREFIX_MARK} and the first one or two
 * units of longer terms; that of one unit has no positions.
 */
export interface SegmentTerms {
  readonly names: StringTable;
  /** Messages that have each term. */
  readonly counts: Uint32Array;
  /** Where the postings of each begin, and where the last ones end. */
  readonly postingStarts: Uint32Array;
  readonly postings: Uint8Array;
  readonly positionStarts: Uint32Array;
  readonly positions: Uint8Array;
}

/** The parts of the messages that have a vector. */
export interface SegmentParts {
  readonly documentOf: Uint32Array;
  /** Where each begins in the text of its message. */
  readonly startOffsets: Uint32Array;
  /** Where the vector of each lies in the table of all vectors. */
  readonly slots: Uint32Array;
}

/** Some messages, ready to be searched. It never changes; several are merged to a larger one. */
export interface Segment {
  readonly documents: SegmentDocuments;
  readonly terms: SegmentTerms;
  readonly parts: SegmentParts;
}

/** Stands before the beginnings of terms, and in no term. */
export const PREFIX_MARK = '\u0001';
/** Longer beginnings have few enough terms to go through them. */
export const LONGEST_MARKED_PREFIX = 2;

/** Numbers of terms: from `start` to before `end`. */
export interface TermRange {
  readonly start: number;
  readonly end: number;
}

/** The term itself, if it is there. */
export function findTerm({ names }: SegmentTerms, term: string): TermRange {
  const start = countBefore(names, term);
  const isThere = start < countStrings(names) && stringAt(names, start) === term;
  return { start, end: isThere ? start + 1 : start };
}

/** All terms that begin like this. */
export function findPrefix({ names }: SegmentTerms, prefix: string): TermRange {
  const start = countBefore(names, prefix);
  // No unit of a term is as high as this one, which stands for nothing.
  return { start, end: Math.max(start, countBefore(names, `${prefix}\uffff`)) };
}

/**
 * Terms whose positions together are those of all terms that begin like this. A short beginning has many
 * terms, and few that say which two letters come first.
 */
export function findPositions(terms: SegmentTerms, prefix: string): number[] {
  const { start, end } = findPrefix(terms, prefix);
  if (prefix.length > LONGEST_MARKED_PREFIX) return Array.from({ length: end - start }, (_, index) => start + index);
  const found: number[] = [];
  const marked = findPrefix(terms, PREFIX_MARK + prefix);
  for (let term = marked.start; term < marked.end; term++) if (hasPositions(terms, term)) found.push(term);
  // Terms that are no longer than what is marked have no mark. UTF-8 has at most three bytes a unit.
  for (let term = start; term < end; term++) {
    const bytes = (terms.names.starts[term + 1] ?? 0) - (terms.names.starts[term] ?? 0);
    if (bytes > 3 * LONGEST_MARKED_PREFIX) continue;
    if (stringAt(terms.names, term).length <= LONGEST_MARKED_PREFIX) found.push(term);
  }
  return found;
}

function hasPositions({ positionStarts }: SegmentTerms, term: number): boolean {
  return (positionStarts[term + 1] ?? 0) > (positionStarts[term] ?? 0);
}

export function countDocuments({ documents }: Segment): number {
  return documents.words.length;
}

export function countWords({ documents }: Segment): number {
  return documents.words.reduce((sum, words) => sum + words, 0);
}
