import { splitIdentifier } from '../../base/words/splitIdentifier.ts';
import { WordCache } from '../../base/words/wordCache.ts';

const MAX_SUBWORD_LENGTH = 14;
const CACHED_IDENTIFIERS = 50_000;

/** Cuts texts into the subwords of a vocabulary: how the static model reads, in training as in use. */
export class Subwords {
  /** How often each subword occurs in the text at hand; zero between texts. */
  readonly counts: Uint32Array;
  readonly #vocabulary: ReadonlyMap<string, number>;
  /** Of each word of an identifier how many subwords it has, and those. */
  readonly #identifiers = new WordCache(CACHED_IDENTIFIERS);

  constructor(vocabulary: readonly string[]) {
    this.counts = new Uint32Array(vocabulary.length);
    this.#vocabulary = new Map(vocabulary.map((subword, index) => [subword, index]));
  }

  /**
   * The distinct subwords of a text's first words, in order of appearance; how often each occurs is left in `counts`,
   * for the caller to set to zero again.
   */
  count(text: string, mostWords: number): number[] {
    const { counts } = this;
    const distinct: number[] = [];
    let wordsLeft = mostWords;
    for (let at = 0; at < text.length && wordsLeft > 0;) {
      const end = endOfWord(text, at);
      if (end === at) {
        at++;
        continue;
      }
      let next = this.#identifiers.find(text, at, end, this.#identifier);
      const { numbers } = this.#identifiers;
      const last = next + (numbers[next] ?? 0);
      while (next < last) {
        if (wordsLeft-- === 0) return distinct;
        const lastOfWord = ++next + (numbers[next] ?? 0);
        while (next < lastOfWord) {
          const subword = numbers[++next] ?? 0;
          if (counts[subword] === 0) distinct.push(subword);
          counts[subword] = (counts[subword] ?? 0) + 1;
        }
      }
      at = end;
    }
    return distinct;
  }

  readonly #identifier = (identifier: string): number[] =>
    splitIdentifier(identifier).flatMap((word) => {
      const subwords = this.#segment(word);
      return [subwords.length, ...subwords];
    });

  /** The word itself where it is in the vocabulary, else the longest entries from the left. */
  #segment(word: string): readonly number[] {
    const whole = this.#vocabulary.get(word);
    if (whole !== undefined) return [whole];
    const segments: number[] = [];
    let start = 0;
    while (start < word.length) {
      let end = Math.min(word.length, start + MAX_SUBWORD_LENGTH);
      let found: number | undefined;
      for (; end > start + 1; end--) {
        found = this.#vocabulary.get(word.slice(start, end));
        if (found !== undefined) break;
      }
      if (found !== undefined) segments.push(found);
      start = found === undefined ? start + 1 : end;
    }
    return segments;
  }
}

/** Where the word ends that begins at a place, `[A-Za-z][A-Za-z0-9_$]*` or `[0-9]+`; the place itself where none does. */
function endOfWord(text: string, start: number): number {
  const first = text.charCodeAt(start);
  let end = start;
  if (isLetter(first)) while (isInWord(text.charCodeAt(end))) end++;
  else while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

function isLetter(code: number): boolean {
  const small = code | 32;
  return small >= 97 && small <= 122;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Also `_` and `$`. */
function isInWord(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 95 || code === 36;
}
