/** Keeps the best of many: a heap whose worst stands first. */
export class TopList {
  readonly #size: number;
  readonly #items: number[] = [];
  readonly #scores: number[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  offer(item: number, score: number): void {
    const items = this.#items;
    const scores = this.#scores;
    if (items.length < this.#size) {
      items.push(item);
      scores.push(score);
      this.#rise(items.length - 1);
    } else if (score > (scores[0] ?? Number.POSITIVE_INFINITY)) {
      items[0] = item;
      scores[0] = score;
      this.#sink();
    }
  }

  /** Best first; equal scores in order of the items. */
  sorted(): [item: number, score: number][] {
    return this.#items
      .map((item, index): [number, number] => [item, this.#scores[index] ?? 0])
      .sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#scores[parent] ?? 0) <= (this.#scores[at] ?? 0)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= this.#scores.length) return;
      const right = left + 1;
      const less = (this.#scores[right] ?? Number.POSITIVE_INFINITY) < (this.#scores[left] ?? 0) ? right : left;
      if ((this.#scores[less] ?? 0) >= (this.#scores[at] ?? 0)) return;
      this.#swap(at, less);
      at = less;
    }
  }

  #swap(a: number, b: number): void {
    const item = this.#items[a] ?? 0;
    const score = this.#scores[a] ?? 0;
    this.#items[a] = this.#items[b] ?? 0;
    this.#scores[a] = this.#scores[b] ?? 0;
    this.#items[b] = item;
    this.#scores[b] = score;
  }
}
