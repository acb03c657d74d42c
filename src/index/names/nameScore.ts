/** What somebody types to find a name: its words in lower case, each with the characters it needs. */
export interface NameQuery {
  readonly words: readonly { readonly text: string; readonly mask: number }[];
  readonly mask: number;
}

/** Longer queries are cut: nobody types them, and each word is looked for in every name. */
const LONGEST_QUERY = 200;

/** A query of words that all must fit; `\` means `/`. */
export function nameQuery(typed: string): NameQuery {
  const words = typed
    .slice(0, LONGEST_QUERY)
    .toLowerCase()
    .replaceAll('\\', '/')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map((text) => ({ text, mask: maskOf(text) }));
  return { words, mask: words.reduce((mask, word) => mask | word.mask, 0) };
}

/** A bit for each letter and for all digits: a name without the bits of a query cannot fit it. */
export function maskOf(lowerCase: string): number {
  let mask = 0;
  for (let at = 0; at < lowerCase.length; at++) {
    const code = lowerCase.charCodeAt(at);
    if (code >= 97 && code <= 122) mask |= 1 << (code - 97);
    else if (code >= 48 && code <= 57) mask |= 1 << 26;
    else if (code > 127) mask |= 1 << 27;
  }
  return mask;
}

/** Keeps names apart by their length alone. */
const NOTHING_TYPED = 100;
const EXACT = 1_000;
const PREFIX = 800;
const WORD = 600;
const INSIDE = 450;
const SCATTERED = 200;
/** What a match outside of the last part of a path is worth. */
const IN_FOLDER = 0.5;
/** A longer name says less about what was meant. */
const LENGTH_COST = 0.5;

/**
 * How well a name fits a query, 0 for not at all: best where a word of the query is the last part of the path
 * (from `nameStart` on) or begins it, then where it begins a word in it, stands in it, or is scattered over
 * the beginnings of words. `name` as it is written, `lower` the same in lower case. Letters that are scattered
 * over more than the last part count only with `isWide`, for such names are many and seldom meant.
 */
export function scoreName(
  name: string,
  lower: string,
  nameStart: number,
  { words }: NameQuery,
  isWide: boolean,
): number {
  let score = NOTHING_TYPED;
  for (const { text } of words) {
    const found = scoreWord(name, lower, nameStart, text, isWide);
    if (found === 0) return 0;
    score += found;
  }
  return Math.max(1, score - (lower.length - nameStart) * LENGTH_COST - nameStart * LENGTH_COST * 0.2);
}

function scoreWord(name: string, lower: string, nameStart: number, word: string, isWide: boolean): number {
  const inName = word.includes('/') ? -1 : lower.indexOf(word, nameStart);
  if (inName === nameStart) return isWhole(lower, nameStart, word) ? EXACT : PREFIX;
  if (inName !== -1 && beginsWord(name, wordStart(name, lower, inName, word))) return WORD;
  const scattered = Math.max(inName === -1 ? 0 : INSIDE, scatter(name, lower, nameStart, word));
  if (scattered > 0) return scattered;
  const inPath = lower.lastIndexOf(word);
  if (inPath !== -1) return (beginsWord(name, inPath) ? WORD : INSIDE) * IN_FOLDER + tailBonus(lower, inPath, word);
  return nameStart === 0 || !isWide ? 0 : scatter(name, lower, 0, word) * IN_FOLDER;
}

/** True for a name without its extension, or with it. */
function isWhole(lower: string, nameStart: number, word: string): boolean {
  const after = nameStart + word.length;
  return after === lower.length || (lower.charCodeAt(after) === 46 && !lower.slice(after + 1).includes('.'));
}

/** A path that ends as the word does is what was pasted. */
function tailBonus(lower: string, at: number, word: string): number {
  return at + word.length === lower.length ? INSIDE : 0;
}

/** Where the word stands first at the beginning of a word, else where it stands first. */
function wordStart(name: string, lower: string, first: number, word: string): number {
  for (let at = first; at !== -1; at = lower.indexOf(word, at + 1)) if (beginsWord(name, at)) return at;
  return first;
}

/** After a separator, a capital after a small letter, a digit after a letter. */
function beginsWord(name: string, at: number): boolean {
  if (at === 0) return true;
  const before = name.charCodeAt(at - 1);
  const code = name.charCodeAt(at);
  if (!isLetterOrDigit(before)) return true;
  return isUpper(code) && !isUpper(before);
}

/**
 * The letters of the word in their order, as near to the beginnings of words as a single look from left to right
 * finds them: each is taken at the next word that begins with it, where the rest still fits after it, else
 * where it stands next.
 */
function scatter(name: string, lower: string, from: number, word: string): number {
  let latest = lower.length - 1;
  // From the right: how far right the first letter can stand so that the others follow, which is most often nowhere.
  for (let index = word.length - 1; index >= 0; index--) {
    latest = lastPlace(lower, word.charCodeAt(index), latest, from);
    if (latest === -1) return 0;
    latestPlaces[index] = latest--;
  }
  let at = from;
  let starts = 0;
  let gaps = 0;
  let before = -2;
  for (let index = 0; index < word.length; index++) {
    const place = nextPlace(name, lower, word.charCodeAt(index), at, latestPlaces[index] ?? 0, before + 1);
    if (beginsWord(name, place)) starts++;
    else if (place !== before + 1) gaps++;
    before = place;
    at = place + 1;
  }
  return Math.max(1, SCATTERED + (starts / word.length) * 300 - gaps * 40);
}

/** How far right each letter of a word can stand; one for all words, for each is done with before the next begins. */
const latestPlaces = new Uint32Array(LONGEST_QUERY);

function lastPlace(lower: string, letter: number, from: number, to: number): number {
  for (let at = from; at >= to; at--) if (lower.charCodeAt(at) === letter) return at;
  return -1;
}

/** Right behind the letter before, else where a word begins with it, else where it stands first. */
function nextPlace(name: string, lower: string, letter: number, from: number, to: number, next: number): number {
  if (from === next && lower.charCodeAt(from) === letter) return from;
  let first = -1;
  for (let at = from; at <= to; at++) {
    if (lower.charCodeAt(at) !== letter) continue;
    if (beginsWord(name, at)) return at;
    if (first === -1) first = at;
  }
  return first;
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isLetterOrDigit(code: number): boolean {
  return isUpper(code) || (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code > 127;
}
