/** Words of a segment that needs no merging for its size; larger ones are never merged. */
const SMALLEST = 4096;
/** Taking messages out of a segment costs writing the rest of it, so none becomes larger than this. */
const LARGEST = 4_000_000;
/** So many of about one size become one, which is as many times larger. */
const FANOUT = 4;

/**
 * Which segments to merge next, given the words of each: from `start` to before `end`, or undefined. Each
 * word is merged a few times only, and segments stay few: some of each size.
 */
export function nextMerge(words: readonly number[]): { start: number; end: number } | undefined {
  const sizes = words.map((each) => Math.max(0, Math.floor(Math.log(each / SMALLEST) / Math.log(FANOUT))));
  for (const size of [...new Set(sizes)].sort((a, b) => a - b)) {
    for (let start = 0; start < words.length; start++) {
      let end = start;
      let sum = 0;
      while (end < words.length && (sizes[end] ?? 0) <= size && sum + (words[end] ?? 0) <= LARGEST) {
        sum += words[end++] ?? 0;
      }
      if (end - start >= FANOUT) return { start, end };
    }
  }
  return undefined;
}
