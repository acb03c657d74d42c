import { type CodeStyle, afterMark } from '../chunks/codeStyle.ts';

/** Where a word stands: in a path or symbol above the text, in a comment, in a string, or anywhere else. */
export type Field = 'head' | 'code' | 'comment' | 'string';

/** A run of text of one field. */
export interface FieldText {
  readonly field: Field;
  readonly text: string;
}

/** A text cut at its comments and strings; prose, and what is in a language without a style, is all one. */
export function fieldsOf(text: string, style: CodeStyle | undefined): FieldText[] {
  if (style === undefined || style.prose === true) return [{ field: 'code', text }];
  const parts: FieldText[] = [];
  let start = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    const end = isMark(code) ? afterMark(text, at, code, style) : at + 1;
    if (end > at + 1) {
      if (at > start) parts.push({ field: 'code', text: text.slice(start, at) });
      parts.push({ field: isString(text, at, style) ? 'string' : 'comment', text: text.slice(at, end) });
      start = end;
    }
    at = end;
  }
  if (start < text.length) parts.push({ field: 'code', text: text.slice(start) });
  return parts;
}

/** `"`, `#`, `'` or `/` */
function isMark(code: number): boolean {
  return code === 0x22 || code === 0x23 || code === 0x27 || code === 0x2f;
}

/** What documents a function of Python is a string between three quotes. */
function isString(text: string, at: number, style: CodeStyle): boolean {
  const quote = text[at] ?? '';
  return (quote === '"' || quote === "'") && !(style.triple === true && text.startsWith(quote.repeat(3), at));
}

/** How often a word stands in each field of a document: eight bits each, in the order of {@link places}. */
export type FieldCounts = number;

const places: Readonly<Record<Field, number>> = { head: 0, code: 8, comment: 16, string: 24 };
const MOST = 255;

/** One more in a field. */
export function counted(counts: FieldCounts, field: Field): FieldCounts {
  const place = places[field];
  return ((counts >>> place) & MOST) === MOST ? counts : (counts + (1 << place)) >>> 0;
}

// What one byte of a posting says: one bit for the head, three for the code, two each for comments and strings.
// Each number stands for those up to the next, since further occurrences soon stop to count.
const codeSteps = [0, 1, 2, 3, 4, 6, 10, 20];
const otherSteps = [0, 1, 2, 4];

/** The counts as one byte, which is not 0 where a count is not. */
export function packCounts(counts: FieldCounts): number {
  const of = (field: Field): number => (counts >>> places[field]) & MOST;
  return (
    Math.min(of('head'), 1) |
    (step(codeSteps, of('code')) << 1) |
    (step(otherSteps, of('comment')) << 4) |
    (step(otherSteps, of('string')) << 6)
  );
}

function step(steps: readonly number[], count: number): number {
  let at = 0;
  while ((steps[at + 1] ?? Infinity) <= count) at++;
  return at;
}

/** How much an occurrence in each field counts, chosen on the tuning halves of `npm run eval:retrieval`. */
const weights: Readonly<Record<Field, number>> = { head: 2, code: 1, comment: 1, string: 0.5 };

/** By packed counts, how many occurrences in the code they are worth. */
export const occurrences: Float64Array = Float64Array.from(
  { length: 256 },
  (_, packed) =>
    weights.head * (packed & 1) +
    weights.code * (codeSteps[(packed >> 1) & 7] ?? 0) +
    weights.comment * (otherSteps[(packed >> 4) & 3] ?? 0) +
    weights.string * (otherSteps[packed >> 6] ?? 0),
);
