import { splitIdentifier } from '../../base/words/splitIdentifier.ts';
import { EMPTY_HASH, TextBytes, hashWith, kindOfByte, letterKinds } from '../../base/words/textBytes.ts';

/**
 * Calls `visit` with the place of each word of a text, in order, whether it is known to be of ASCII letters alone, and if
 * so its hash, see `hashWith`: identifiers with their `_` and `$`, runs of digits, words of any script. `letters` are the
 * text's, or what it is read into.
 */
export function eachWord(
  text: string,
  visit: (start: number, end: number, isAscii: boolean, hash: number) => void,
  letters = new TextBytes(),
): void {
  const { bytes, length } = letters.read(text);
  let start = -1;
  let startKind = 0;
  let hash = EMPTY_HASH;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0;
    const kind = kindOfByte[byte] ?? 0;
    if (kind === letterKinds.none) {
      if (start !== -1) visit(start, at, true, hash);
      start = -1;
      continue;
    }
    if (kind === letterKinds.foreign) {
      eachForeignWord(text, start === -1 ? at : start, visit);
      return;
    }
    // `2px` is the number and the word.
    const isNext = start !== -1 && startKind === letterKinds.digit && kind === letterKinds.letter;
    if (isNext) visit(start, at, true, hash);
    if (isNext || start === -1) {
      start = at;
      startKind = kind;
      hash = EMPTY_HASH;
    }
    hash = hashWith(hash, byte);
  }
  if (start !== -1) visit(start, length, true, hash);
}

/**
 * What a word is found by: its parts (split at case and `_`) and, when it has several, the whole, all
 * lower-cased and lightly stemmed. Words that say nothing are left out.
 */
export function termsOfWord(word: string): string[] {
  if (word.charCodeAt(0) > 127 && unspaced.test(word)) return pairs(word);
  const parts = splitIdentifier(word);
  const terms: string[] = [];
  for (const part of parts) {
    if (part.length > 1 && part.length <= MAX_TERM_LENGTH && !stopWords.has(part)) terms.push(stem(part));
  }
  if (parts.length > 1 && word.length <= MAX_TERM_LENGTH) terms.push(word.toLowerCase());
  return terms;
}

/** The distinct terms of a text, in order of appearance, at most `limit`. */
export function termsOf(text: string, limit = Number.POSITIVE_INFINITY): string[] {
  const terms = new Set<string>();
  eachWord(text, (start, end) => {
    if (terms.size >= limit) return;
    for (const term of termsOfWord(text.slice(start, end))) terms.add(term);
  });
  return [...terms].slice(0, limit);
}

/** Cuts the commonest English endings, so that `parsing`, `parses` and `parse` meet. */
export function stem(word: string): string {
  if (word.length <= 4) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ing') && word.length > 5) return word.slice(0, -3);
  if (word.endsWith('ed') || word.endsWith('es')) return word.slice(0, -2);
  if (word.endsWith('s') && !word.endsWith('ss')) return word.slice(0, -1);
  if (word.endsWith('e')) return word.slice(0, -1);
  return word;
}

/** Longer ones are data, not words. */
const MAX_TERM_LENGTH = 64;

const stopWords = new Set(
  (
    'a an the of to in for is are be if and or on with by from this that it as at ' +
    'return returns function const let var def self'
  ).split(' '),
);

const foreignWords =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+|[\p{L}\p{M}_$](?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}_$])*|\p{N}+/gu;

/** Scripts that put no space between words. */
const unspaced = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

function eachForeignWord(
  text: string,
  from: number,
  visit: (start: number, end: number, isAscii: boolean, hash: number) => void,
): void {
  foreignWords.lastIndex = from;
  for (let match = foreignWords.exec(text); match !== null; match = foreignWords.exec(text)) {
    visit(match.index, match.index + match[0].length, false, EMPTY_HASH);
  }
}

function pairs(word: string): string[] {
  const letters = [...word].slice(0, 1000);
  if (letters.length === 1) return [word];
  return letters.slice(1).map((letter, index) => `${letters[index] ?? ''}${letter}`);
}
