/** A text with what is marked in it: UTF-16 offsets, end exclusive, in order, apart. */
interface MarkedText {
  readonly text: string;
  readonly highlights: readonly (readonly [start: number, end: number])[];
}

/** As much as a narrow sidebar shows. */
const IN_SIGHT = 24;
const BEFORE = 12;

/** The text from shortly before the first thing marked, where that would else be out of sight. */
export function nearHighlight({ text, highlights }: MarkedText): MarkedText {
  const first = highlights[0]?.[0] ?? 0;
  if (first <= IN_SIGHT) return { text, highlights };
  // At the beginning of a word.
  const space = text.lastIndexOf(' ', first - BEFORE);
  const from = space > first - 2 * BEFORE ? space + 1 : text.lastIndexOf(' ', first - 1) + 1 || first;
  const shift = from - 1;
  return { text: `…${text.slice(from)}`, highlights: highlights.map(([start, end]) => [start - shift, end - shift]) };
}
