import type { Item } from './recallTexts.ts';

/** How well the right texts were found. */
export interface Recall {
  /** Share among the first ten. */
  readonly found: number;
  readonly reciprocalRank: number;
}

/** Asks all questions; `find` gives the numbers of the first ten texts. */
export async function recallOf(
  items: readonly Item[],
  texts: readonly string[],
  find: (question: string) => Promise<readonly number[]>,
): Promise<Recall> {
  let found = 0;
  let ranks = 0;
  for (const { question, text } of items) {
    const rank = (await find(question)).findIndex((number) => texts[number] === text);
    if (rank < 0) continue;
    found++;
    ranks += 1 / (rank + 1);
  }
  return { found: found / items.length, reciprocalRank: ranks / items.length };
}
