/** The usual constant of reciprocal rank fusion: how much the first places differ from the next. */
export const RANK_CONSTANT = 60;

/** A message in an order; `score` counts within that order only. */
export interface Ranked {
  readonly document: number;
  readonly score: number;
}

/**
 * The best of some documents, best first, at most `size`. `isBetter` is a strict order: of two different
 * documents exactly one is better.
 */
export function bestOf(
  documents: readonly number[],
  size: number,
  isBetter: (a: number, b: number) => boolean,
): number[] {
  const order = (a: number, b: number): number => (a === b ? 0 : isBetter(a, b) ? -1 : 1);
  if (documents.length <= size * 2) return [...documents].sort(order).slice(0, size);
  // The best so far, in no order, are cut down whenever there are twice as many; `worst` is the last that stays.
  let best = documents.slice(0, size).sort(order);
  let worst = best.at(-1);
  for (let i = size; i < documents.length; i++) {
    const document = documents[i] ?? 0;
    if (worst !== undefined && isBetter(worst, document)) continue;
    best.push(document);
    if (best.length < size * 2) continue;
    best = best.sort(order).slice(0, size);
    worst = best.at(-1);
  }
  return best.sort(order).slice(0, size);
}

/** Documents in an order, and how much that order counts beside others. */
export interface Order {
  readonly documents: readonly number[];
  readonly weight: number;
}

/** One order of several: reciprocal rank fusion. What is in one alone counts as well. */
export function fuse(orders: readonly Order[]): Ranked[] {
  const scores = new Map<number, number>();
  for (const { documents, weight } of orders) {
    for (const [rank, document] of documents.entries()) {
      scores.set(document, (scores.get(document) ?? 0) + weight / (RANK_CONSTANT + rank + 1));
    }
  }
  // Sorting is stable: equal scores stay in the order of the first.
  return [...scores].map(([document, score]) => ({ document, score })).sort((a, b) => b.score - a.score);
}
