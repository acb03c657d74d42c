import { eachTerm } from '../../../../src/base/words/eachTerm.ts';
import { type Clause, type Phrase, parseHistoryQuery } from '../../../../src/base/words/historyQuery.ts';
import type { HistoryMessage } from '../../../../src/protocol/historyIndex.ts';

/** A message and its BM25, as a search finds it that looks through every text. */
export interface NaiveHit {
  readonly message: HistoryMessage;
  readonly score: number;
  /** The words stand next to each other. */
  readonly isExact: boolean;
}

interface Read {
  readonly message: HistoryMessage;
  readonly terms: readonly { readonly term: string; readonly position: number }[];
  readonly words: number;
}

/** All messages with all words of the query, and without those that it excludes, best first. */
export function naiveSearch(messages: readonly HistoryMessage[], query: string): NaiveHit[] {
  const { clauses, exact } = parseHistoryQuery(query);
  const required = clauses.filter(({ isExcluded }) => !isExcluded);
  const excluded = clauses.filter(({ isExcluded }) => isExcluded);
  if (required.length === 0) return [];
  const read = messages.map((message): Read => {
    const terms: { term: string; position: number }[] = [];
    const words = eachTerm(message.text, (term, position) => terms.push({ term, position }));
    return { message, terms, words };
  });
  const averageWords =
    Math.max(
      1,
      read.reduce((sum, { words }) => sum + words, 0),
    ) / read.length;
  const scores = new Map<Read, number>(read.map((each) => [each, 0]));
  for (const clause of required) {
    const having = read.filter((each) => occurrences(each, clause) > 0).length;
    const rarity = Math.log(1 + (read.length - having + 0.5) / (having + 0.5));
    for (const each of read) {
      const count = occurrences(each, clause);
      const norm = 1.2 * (1 - 0.75 + (0.75 * each.words) / averageWords);
      scores.set(each, (scores.get(each) ?? 0) + (rarity * count * 2.2) / (count + norm));
    }
  }
  return read
    .filter((each) => required.every((clause) => occurrences(each, clause) > 0))
    .filter((each) => excluded.every((clause) => occurrences(each, clause) === 0))
    .map((each) => ({
      message: each.message,
      score: scores.get(each) ?? 0,
      isExact: exact === null || occurrences(each, exact) > 0,
    }))
    .sort((a, b) => Number(b.isExact) - Number(a.isExact) || b.score - a.score);
}

function occurrences(read: Read, clause: Clause): number {
  return clause.alternatives.reduce((sum, phrase) => sum + phraseOccurrences(read, phrase), 0);
}

/** A single term counts each time it occurs; a phrase counts once for each place where it begins. */
function phraseOccurrences({ terms, words }: Read, phrase: Phrase): number {
  const standsAt = (position: number, { term, isPrefix }: Phrase[number]): number =>
    terms.filter((each) => each.position === position && (isPrefix ? each.term.startsWith(term) : each.term === term))
      .length;
  let count = 0;
  for (let start = 0; start < words; start++) {
    const found = phrase.map((step) => standsAt(start + step.offset, step));
    if (found.every((each) => each > 0)) count += phrase.length === 1 ? (found[0] ?? 0) : 1;
  }
  return count;
}
