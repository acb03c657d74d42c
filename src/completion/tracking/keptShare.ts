/** Steps of the comparison, each some nanoseconds: a millisecond at most. */
const MOST_STEPS = 200_000;
/** What has become so many times longer is something else. */
const MOST_GROWTH = 10;

/**
 * How much of a text is left in what it has become, from 0 to 1: one less the edit distance over the
 * longer length, in characters; of long texts in words, and of very long ones in lines.
 */
export function keptShare(before: string, now: string): number {
  if (now.length > before.length * MOST_GROWTH + 1_000) return 0;
  for (const split of [/(?:)/u, /(?<=\W)|(?=\W)/, /(?<=\n)/]) {
    const left = before.split(split);
    const right = now.split(split);
    const longest = Math.max(left.length, right.length);
    if (longest === 0 || before === now) return 1;
    const changed = withoutCommonEnds(left, right);
    if (changed.left.length * changed.right.length > MOST_STEPS) continue;
    return 1 - editDistance(changed.left, changed.right) / longest;
  }
  return 0;
}

function withoutCommonEnds(
  left: readonly string[],
  right: readonly string[],
): { readonly left: readonly string[]; readonly right: readonly string[] } {
  const most = Math.min(left.length, right.length);
  let head = 0;
  while (head < most && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < most - head && left.at(-1 - tail) === right.at(-1 - tail)) tail++;
  return { left: left.slice(head, left.length - tail), right: right.slice(head, right.length - tail) };
}

/** Levenshtein's, row by row. */
function editDistance(left: readonly string[], right: readonly string[]): number {
  let row = Uint32Array.from({ length: right.length + 1 }, (_, at) => at);
  for (const [at, item] of left.entries()) {
    const next = new Uint32Array(right.length + 1);
    next[0] = at + 1;
    for (const [column, other] of right.entries()) {
      const replaced = (row[column] ?? 0) + (item === other ? 0 : 1);
      next[column + 1] = Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1);
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
