import { splitIdentifier } from '../../../src/base/words/splitIdentifier.ts';
import type { Pair } from './pairs.ts';

/** What is written in fewer pairs cannot be learnt. */
const FEWEST_PAIRS = 3;
/** Longer runs of letters are data. */
const LONGEST_WORD = 24;

/**
 * The words that most pairs have, up to so many, the most frequent first. What is not among them is cut into pieces
 * that are.
 */
export function chooseVocabulary(pairs: readonly Pick<Pair, 'query' | 'code'>[], size: number): string[] {
  const counts = new Map<string, number>();
  for (const { query, code } of pairs) {
    const words = new Set(`${query}\n${code}`.match(/[A-Za-z][A-Za-z0-9_$]*|\d+/g)?.flatMap(splitIdentifier));
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts]
    .filter(([word, count]) => count >= FEWEST_PAIRS && word.length <= LONGEST_WORD)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, size)
    .map(([word]) => word);
}
