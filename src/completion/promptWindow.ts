/** Where a completion is wanted: the text around the cursor, as much of it as the caller has at hand. */
export interface CursorText {
  /** Text before the cursor; may begin anywhere in the document. */
  readonly prefix: string;
  /** Text after the cursor; may end anywhere in the document. */
  readonly suffix: string;
}

/** How much of the budget the text before the cursor gets when there is enough on both sides. */
const PREFIX_SHARE = 0.75;

/**
 * The part of the text that fits into `budgetCharacters` (UTF-16 units). Both sides are cut at line
 * boundaries, a line longer than the budget inside itself but never inside a surrogate pair. What
 * one side does not need the other gets.
 */
export function promptWindow(text: CursorText, budgetCharacters: number): CursorText {
  const prefixShare = Math.floor(budgetCharacters * PREFIX_SHARE);
  const suffixShare = budgetCharacters - prefixShare;
  const prefixBudget = prefixShare + Math.max(0, suffixShare - text.suffix.length);
  const suffixBudget = suffixShare + Math.max(0, prefixShare - text.prefix.length);
  return { prefix: cutStart(text.prefix, prefixBudget), suffix: cutEnd(text.suffix, suffixBudget) };
}

function cutStart(text: string, budget: number): string {
  if (text.length <= budget) return text;
  const start = text.length - budget;
  const lineStart = text.indexOf('\n', start - 1) + 1;
  if (lineStart > 0 && lineStart < text.length) return text.slice(lineStart);
  return text.slice(isLowSurrogate(text, start) ? start + 1 : start);
}

function cutEnd(text: string, budget: number): string {
  if (text.length <= budget) return text;
  const lineEnd = budget === 0 ? 0 : text.lastIndexOf('\n', budget - 1) + 1;
  if (lineEnd > 0) return text.slice(0, lineEnd);
  return text.slice(0, isLowSurrogate(text, budget) ? budget - 1 : budget);
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
