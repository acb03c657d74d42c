import { splitIdentifier } from '../../base/words/splitIdentifier.ts';
import { EMPTY_HASH, TextBytes, hashWith, kindOfByte, letterKinds } from '../../base/words/textBytes.ts';
import { WordCache } from '../../base/words/wordCache.ts';
import { Vocabulary } from './vocabulary.ts';

const CACHED_IDENTIFIERS = 50_000;

/** Cuts texts into the subwords of a vocabulary: how the static model reads, in training as in use. */
export class Subwords {
  /** How often each subword occurs in the text at hand; zero between texts. */
  readonly counts: Uint32Array;
  readonly #vocabulary: Vocabulary;
  /** Of each word of an identifier how many subwords it has, and those. */
  readonly #identifiers = new WordCache(CACHED_IDENTIFIERS);
  /** Of the text at hand, and of the word of it. */
  readonly #letters = new TextBytes();
  readonly #word = new TextBytes();

  constructor(vocabulary: readonly string[]) {
    this.counts = new Uint32Array(vocabulary.length);
    this.#vocabulary = new Vocabulary(vocabulary);
  }

  /**
   * The distinct subwords of a text's first words, in order of appearance; how often each occurs is left in `counts`,
   * for the caller to set to zero again.
   */
  count(text: string, mostWords: number): number[] {
    const { counts } = this;
    const distinct: number[] = [];
    let wordsLeft = mostWords;
    const { bytes, length } = this.#letters.read(text);
    for (let at = 0; at < length && wordsLeft > 0;) {
      const start = at;
      const kind = kindOfByte[bytes[at] ?? 0];
      const first = bytes[at] ?? 0;
      // `[A-Za-z][A-Za-z0-9_$]*` or `[0-9]+`
      let hash = hashWith(EMPTY_HASH, first);
      at++;
      if (kind === letterKinds.letter && first !== UNDERSCORE && first !== DOLLAR) {
        for (; at < length && isInWord(kindOfByte[bytes[at] ?? 0]); at++) hash = hashWith(hash, bytes[at] ?? 0);
      } else if (kind === letterKinds.digit) {
        for (; at < length && kindOfByte[bytes[at] ?? 0] === letterKinds.digit; at++)
          hash = hashWith(hash, bytes[at] ?? 0);
      } else continue;
      let next = this.#identifiers.find(bytes, start, at, hash, this.#identifier);
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
    }
    return distinct;
  }

  readonly #identifier = (identifier: string): number[] =>
    splitIdentifier(identifier).flatMap((word) => {
      const subwords = this.#segment(this.#word.read(word));
      return [subwords.length, ...subwords];
    });

  /** The word itself where it is in the vocabulary, else the longest entries from the left. */
  #segment({ bytes, length }: TextBytes): readonly number[] {
    const whole = this.#vocabulary.find(bytes, 0, length);
    if (whole !== -1) return [whole];
    const segments: number[] = [];
    for (let start = 0; start < length;) {
      const found = this.#vocabulary.longest(bytes, start, length);
      if (found !== -1) segments.push(found);
      start += found === -1 ? 1 : this.#vocabulary.lengthOf(found);
    }
    return segments;
  }
}

const UNDERSCORE = 0x5f;
const DOLLAR = 0x24;

function isInWord(kind: number | undefined): boolean {
  return kind === letterKinds.letter || kind === letterKinds.digit;
}
