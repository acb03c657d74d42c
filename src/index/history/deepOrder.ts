import { parseHistoryQuery } from '../../base/words/historyQuery.ts';
import type { HistoryMatch } from '../../protocol/historyIndex.ts';
import { RANK_CONSTANT } from './rankMessages.ts';

/** The deep model reads so many of the best; a passage takes it some 40 ms. */
const READ = 40;
/** What its order counts beside those of `HistoryWeights`. Chosen by `npm run eval:history -- --sweep`. */
export const deepWeight = 2;
/** It has learned English and code: with less of a question’s letters in the Latin script its order is chance. */
const LEAST_LATIN = 0.5;

/** What a question means, for the deep model; undefined where it would not understand it. */
export function deepQuestion(query: string): string | undefined {
  const { plain } = parseHistoryQuery(query);
  const letters = plain.match(/\p{L}/gu) ?? [];
  const latin = letters.filter((letter) => /\p{Script=Latin}/u.test(letter));
  return letters.length > 0 && latin.length >= letters.length * LEAST_LATIN ? plain : undefined;
}

/** Those of the matches, best first, that the deep model reads. What has all words of the question stays where it is. */
export function movableMatches(matches: readonly HistoryMatch[]): HistoryMatch[] {
  return matches.filter(({ isRelated }) => isRelated).slice(0, READ);
}

/** The matches, best first, once those that were read have changed places by how near the deep model finds them. */
export function inDeepOrder(
  matches: readonly HistoryMatch[],
  similarities: ReadonlyMap<HistoryMatch, number>,
  weight = deepWeight,
): HistoryMatch[] {
  const nearest = [...similarities].sort(([, a], [, b]) => b - a);
  const scores = new Map(
    nearest.map(([match], rank) => [match, match.score + weight / (RANK_CONSTANT + rank + 1)] as const),
  );
  const moved = [...scores].sort(([, a], [, b]) => b - a).map(([match]) => match);
  let taken = 0;
  return matches.map((match) => {
    if (!scores.has(match)) return match;
    return { ...(moved[taken++] ?? match), score: match.score };
  });
}
