/** Where a completion is wanted: the text around the cursor, as much of it as the caller has at hand. */
export interface CursorText {
  /** Text before the cursor; may begin anywhere in the document. */
  readonly prefix: string;
  /** Text after the cursor; may end anywhere in the document. */
  readonly suffix: string;
}

/** How much of the budget the text before the cursor gets when there is enough on both sides. */
const PREFIX_SHARE = 0.75;
/** How much of a side may be given up so that it begins, or ends, between two declarations. */
const BOUNDARY_SHARE = 0.2;

/**
 * The part of the text that fits into `budgetCharacters` (UTF-16 units). Both sides are cut between declarations, as
 * indentation and blank lines show them, where there is a place near enough, else at a line boundary; a line longer
 * than the budget inside itself but never inside a surrogate pair. What one side does not need the other gets. While
 * somebody types, the cut stays where it is for as long as it can, so that a server need not read the text anew.
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
  const first = text.indexOf('\n', start - 1) + 1;
  if (first === 0 || first === text.length) return text.slice(isLowSurrogate(text, start) ? start + 1 : start);
  const last = first + budget * BOUNDARY_SHARE;
  let best = { at: first, depth: Infinity };
  for (let at = first; at !== 0 && at <= last && at < text.length; at = text.indexOf('\n', at) + 1) {
    const depth = depthOf(text, at);
    if (depth < best.depth) best = { at, depth };
  }
  return text.slice(best.at);
}

function cutEnd(text: string, budget: number): string {
  if (text.length <= budget) return text;
  const last = budget === 0 ? 0 : text.lastIndexOf('\n', budget - 1) + 1;
  if (last === 0) return text.slice(0, isLowSurrogate(text, budget) ? budget - 1 : budget);
  const first = Math.max(2, last - budget * BOUNDARY_SHARE);
  let best = { at: last, depth: Infinity };
  for (let at = last; at >= first; at = text.lastIndexOf('\n', at - 2) + 1) {
    const depth = depthOf(text, at);
    if (depth < best.depth) best = { at, depth };
  }
  return text.slice(0, best.at);
}

/** How deep in other code a line begins: less behind a blank line; infinite where no statement begins. */
function depthOf(text: string, lineStart: number): number {
  const line = /[ \t]*(?![)\]}])\S/y;
  line.lastIndex = lineStart;
  const indent = line.exec(text)?.[0].length;
  if (indent === undefined) return Infinity;
  return 2 * indent - Number(/\n\r?\n$/.test(text.slice(Math.max(0, lineStart - 3), lineStart)));
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
