import { type NameQuery, maskOf, nameQuery, scoreName } from './nameScore.ts';

/** A name that fits, and how well; higher is better. */
export interface FoundName {
  /** Its place in the list. */
  readonly at: number;
  readonly score: number;
}

/**
 * Names to be found by a few letters of them: paths, or symbols whose parts are joined by a dot. What is
 * compared with a query is worked out once, so that looking through 100,000 takes some milliseconds.
 */
export class NameList {
  readonly names: readonly string[];
  readonly #lower: readonly string[];
  readonly #masks: Int32Array;
  readonly #starts: Uint16Array;

  /** `separator` stands before the last part of a name, which counts most. */
  constructor(names: readonly string[], separator: '/' | '.') {
    this.names = names;
    // A letter whose lower case is longer would shift what comes after it.
    this.#lower = names.map((name) => {
      const lower = name.toLowerCase();
      return lower.length === name.length ? lower : name;
    });
    this.#masks = new Int32Array(names.length);
    this.#starts = new Uint16Array(names.length);
    for (const [at, lower] of this.#lower.entries()) {
      this.#masks[at] = maskOf(lower);
      this.#starts[at] = lower.lastIndexOf(separator) + 1;
    }
  }

  /** The best `limit` for what was typed, best first; shorter and then earlier ones first among equals. */
  find(typed: string, limit: number): FoundName[] {
    const query = nameQuery(typed);
    const near = this.#find(query, limit, false);
    return near.length < limit ? this.#find(query, limit, true) : near;
  }

  #find(query: NameQuery, limit: number, isWide: boolean): FoundName[] {
    const best: FoundName[] = [];
    let least = 0;
    for (let at = 0; at < this.names.length; at++) {
      if (((this.#masks[at] ?? 0) & query.mask) !== query.mask) continue;
      const score = scoreName(this.names[at] ?? '', this.#lower[at] ?? '', this.#starts[at] ?? 0, query, isWide);
      if (score === 0 || (best.length >= limit && score <= least)) continue;
      insert(best, { at, score }, limit);
      least = best.at(-1)?.score ?? 0;
    }
    return best;
  }
}

function insert(best: FoundName[], found: FoundName, limit: number): void {
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((best[middle]?.score ?? 0) >= found.score) low = middle + 1;
    else high = middle;
  }
  best.splice(low, 0, found);
  if (best.length > limit) best.pop();
}
