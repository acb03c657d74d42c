/** A change of a document, in UTF-16 units. */
export interface TextChange {
  readonly offset: number;
  readonly removed: number;
  readonly text: string;
}

/**
 * Where a range is after a change: what is inserted inside of it belongs to it, what is inserted at
 * its ends does not.
 */
export function moveRange(range: { start: number; end: number }, { offset, removed, text }: TextChange): void {
  const delta = text.length - removed;
  const changeEnd = offset + removed;
  if (offset >= range.end) return;
  if (changeEnd <= range.start) {
    range.start += delta;
    range.end += delta;
    return;
  }
  // What replaces a part of the range together with what is beside it is counted to the outside.
  const isInside = offset >= range.start && changeEnd <= range.end;
  const endsInside = changeEnd < range.end;
  range.end = isInside || endsInside ? range.end + delta : offset;
  if (offset < range.start) range.start = offset + text.length;
  range.end = Math.max(range.start, range.end);
}
