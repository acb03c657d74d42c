import { splitIdentifier } from '../../../src/base/words/splitIdentifier.ts';
import { stem } from '../../../src/index/keywords/terms.ts';
import type { Corpus } from './corpus.ts';
import type { Found } from './questions.ts';

const K1 = 1.2;
const B = 0.75;
const WINDOW_LINES = 40;
const OVERLAP_LINES = 10;

/**
 * What the goals are measured against: Okapi BM25 over windows of 40 lines with 10 lines of overlap, the path
 * included, identifiers split at case and underscore, lightly stemmed. It shares nothing with the index but
 * the splitting and the stemming.
 */
export class Reference {
  readonly #windows: Found[] = [];
  readonly #lengths: number[] = [];
  readonly #postings = new Map<string, { window: number; count: number }[]>();

  constructor({ files }: Corpus) {
    for (const { path, text } of files) {
      const lines = text.split('\n');
      for (let start = 0; start < lines.length; start += WINDOW_LINES - OVERLAP_LINES) {
        const end = Math.min(lines.length, start + WINDOW_LINES);
        this.#add({ path, startLine: start + 1, endLine: end }, `${path}\n${lines.slice(start, end).join('\n')}`);
        if (end === lines.length) break;
      }
    }
  }

  /** Best first, with its score. */
  search(query: string, limit: number): (Found & { score: number })[] {
    const scores = new Map<number, number>();
    const count = this.#windows.length;
    const average = this.#lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, count);
    for (const term of new Set(termsOf(query))) {
      const postings = this.#postings.get(term) ?? [];
      const rarity = Math.log(1 + (count - postings.length + 0.5) / (postings.length + 0.5));
      for (const { window, count: often } of postings) {
        const norm = K1 * (1 - B + (B * (this.#lengths[window] ?? 0)) / average);
        scores.set(window, (scores.get(window) ?? 0) + (rarity * often * (K1 + 1)) / (often + norm));
      }
    }
    const ranked = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return ranked.slice(0, limit).flatMap(([window, score]) => {
      const found = this.#windows[window];
      return found === undefined ? [] : [{ ...found, score }];
    });
  }

  #add(window: Found, text: string): void {
    const number = this.#windows.push(window) - 1;
    const terms = termsOf(text);
    this.#lengths.push(terms.length);
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) {
      const list = this.#postings.get(term);
      if (list === undefined) this.#postings.set(term, [{ window: number, count }]);
      else list.push({ window: number, count });
    }
  }
}

function termsOf(text: string): string[] {
  return (text.match(/[\p{L}\p{N}_$]+/gu) ?? []).flatMap(splitIdentifier).map(stem);
}
