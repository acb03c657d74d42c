/** A part of a message, small enough that one vector says what it is about. */
export interface MessagePart {
  readonly startOffset: number;
  readonly text: string;
}

/** The embedding model reads 300 words; a part of so many characters has fewer. */
const PART_LENGTH = 1200;
/** A part ends at the last line, or else word, in this share of its end. */
const CUT_SHARE = 0.4;
/** What stands later in a very long message has no vector. */
const MAX_PARTS = 100;

/** The parts of a text, in order, without what has no letter that the model could know. */
export function splitMessage(text: string): MessagePart[] {
  const parts: MessagePart[] = [];
  for (let start = 0; start < text.length && parts.length < MAX_PARTS;) {
    const end = endOfPart(text, start);
    const part = text.slice(start, end);
    if (/[A-Za-z]{2}/.test(part)) parts.push({ startOffset: start, text: part });
    start = end;
  }
  return parts;
}

function endOfPart(text: string, start: number): number {
  const most = start + PART_LENGTH;
  // A rest that would be a small part of its own is no part of its own.
  if (text.length - start <= PART_LENGTH * 1.25) return text.length;
  const least = most - PART_LENGTH * CUT_SHARE;
  for (const separator of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(separator, most - separator.length);
    if (at >= least) return at + separator.length;
  }
  return /[\ud800-\udbff]/.test(text[most - 1] ?? '') ? most - 1 : most;
}
