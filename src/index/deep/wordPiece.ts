import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import { TextBytes, hashOf } from '../../base/words/textBytes.ts';
import { WordCache } from '../../base/words/wordCache.ts';

const CACHED_WORDS = 20_000;
/** Longer words are unknown. */
const LONGEST_WORD = 100;

/**
 * Cuts texts into the pieces of a vocabulary as the deep model was trained to read them: identifiers are split at `_`,
 * `$` and changes of case, ASCII punctuation is dropped; the rest is what BERT's WordPiece does in lower case and without
 * accents: the longest pieces from the left, `##` before those within a word.
 */
export class WordPiece {
  readonly #pieces: ReadonlyMap<string, number>;
  readonly #longestPiece: number;
  readonly #begin: number;
  readonly #end: number;
  readonly #unknown: number;
  readonly #words = new WordCache(CACHED_WORDS);
  /** The word at hand. */
  readonly #word = new TextBytes();

  /** Throws `damaged` when `[CLS]`, `[SEP]` or `[UNK]` is missing. */
  constructor(vocabulary: readonly string[]) {
    this.#pieces = new Map(vocabulary.map((piece, id) => [piece, id]));
    this.#longestPiece = vocabulary.reduce((longest, { length }) => Math.max(longest, length), 0);
    this.#begin = this.#mark('[CLS]');
    this.#end = this.#mark('[SEP]');
    this.#unknown = this.#mark('[UNK]');
  }

  /** The numbers of a text's first pieces, between the marks of its beginning and its end: `most` together. */
  encode(text: string, most: number): number[] {
    const ids = [this.#begin];
    const room = most - 1;
    for (let start = 0; start < text.length && ids.length < room;) {
      const { end, isAscii } = endOfPart(text, start);
      if (end === start) start++;
      else if (isAscii) this.#addWord(text, start, end, ids);
      else for (const word of wordsOf(text.slice(start, end))) if (ids.push(...this.#cut(word)) >= room) break;
      start = Math.max(start, end);
    }
    ids.length = Math.min(ids.length, room);
    ids.push(this.#end);
    return ids;
  }

  #addWord(text: string, start: number, end: number, ids: number[]): void {
    if (end - start > LONGEST_WORD) {
      ids.push(this.#unknown);
      return;
    }
    const { bytes, length } = this.#word.read(text.slice(start, end));
    const at = this.#words.find(bytes, 0, length, hashOf(bytes, 0, length), this.#cutAscii);
    const { numbers } = this.#words;
    const last = at + (numbers[at] ?? 0);
    for (let next = at + 1; next <= last; next++) ids.push(numbers[next] ?? 0);
  }

  readonly #cutAscii = (word: string): number[] => this.#cut(word.toLowerCase());

  #cut(word: string): number[] {
    if (word.length > LONGEST_WORD) return [this.#unknown];
    const ids: number[] = [];
    for (let start = 0; start < word.length;) {
      const prefix = start === 0 ? '' : '##';
      let end = Math.min(word.length, start + this.#longestPiece);
      let id: number | undefined;
      for (; end > start; end--) {
        id = this.#pieces.get(prefix + word.slice(start, end));
        if (id !== undefined) break;
      }
      if (id === undefined) return [this.#unknown];
      ids.push(id);
      start = end;
    }
    return ids;
  }

  #mark(name: string): number {
    const id = this.#pieces.get(name);
    if (id !== undefined) return id;
    throw new SextantError('damaged', t('The built-in embedding model is damaged. Install Sextant again.'));
  }
}

/** Where the part of an identifier ends that begins at a place; the place itself where there is none. */
function endOfPart(text: string, start: number): { end: number; isAscii: boolean } {
  let end = start;
  let isAscii = true;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code >= 128) isAscii = false;
    else if (separates[code] === 1 || (end > start && isUpper(code) && beginsPart(text, end))) break;
  }
  return { end, isAscii };
}

/** A capital does after a small letter or digit, and as the last of several where a small letter follows. */
function beginsPart(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return isLower(before) || isDigit(before) || (isUpper(before) && isLower(text.charCodeAt(at + 1)));
}

/** White space and punctuation. */
const separates = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\s!-/:-@[-`{-~]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Words, symbols and Chinese characters of a part that is not ASCII. */
function* wordsOf(part: string): Generator<string> {
  const plain = part
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '');
  const apart = plain.replaceAll(/[\u4e00-\u9fff\u3400-\u4dbf]/g, ' $& ');
  for (const [word] of apart.matchAll(/[\p{P}\p{S}]|[^\s\p{P}\p{S}]+/gu)) yield word;
}
