import { groupBy } from '../../../src/base/groupBy.ts';
import { orderOf } from '../../bench/retrieval/questions.ts';
import type { Pair } from './pairs.ts';

/** Of one language no package gives a larger share of what a language may give. */
const LARGEST_SHARE = 0.15;
/** Sentences that are asked more often say nothing of the code. */
const SAME_QUESTION = 2;
/** What a pair teaches goes down in this order; what is behind fills up what is left of a language's share. */
const kinds: readonly Pair['kind'][] = ['documented', 'mentioned', 'test', 'section', 'named'];

/**
 * At most so many pairs of each language, from its packages as evenly as they allow, no code twice. Which ones is
 * told by their text alone, so that it is the same at each run.
 */
export function balanced(pairs: readonly Pair[], perLanguage: number): Pair[] {
  const seen = new Set<string>();
  const asked = new Map<string, number>();
  const ordered = pairs.map((pair) => ({ pair, kind: kinds.indexOf(pair.kind), order: orderOf(idOf(pair)) }));
  ordered.sort((a, b) => a.kind - b.kind || a.order - b.order);
  const fresh = ordered
    .map(({ pair }) => pair)
    .filter(({ query, code }) => {
      const text = code.replaceAll(/\s+/g, '');
      const count = (asked.get(query.toLowerCase()) ?? 0) + 1;
      if (seen.has(text) || count > SAME_QUESTION) return false;
      seen.add(text);
      asked.set(query.toLowerCase(), count);
      return true;
    });
  return [...groupBy(fresh, ({ language }) => language).values()].flatMap((own) => {
    const perPackage = new Map<string, number>();
    const most = Math.ceil(perLanguage * LARGEST_SHARE);
    const spread = own.filter((pair) => {
      const count = (perPackage.get(pair.package) ?? 0) + 1;
      perPackage.set(pair.package, count);
      return count <= most;
    });
    return spread.slice(0, perLanguage);
  });
}

function idOf({ package: name, path, query }: Pair): string {
  return `${name}/${path}#${query}`;
}
