/**
 * A word of a text: letters and digits with the `_` and `$` of an identifier, or one emoji; or a `run` of
 * letters of a script that puts no space between words.
 */
export type WordKind = 'word' | 'run';

/** Calls `visit` with the place of each word of a text, in order. */
export function eachWord(text: string, visit: (kind: WordKind, start: number, end: number) => void): void {
  let at = 0;
  while (at < text.length) {
    const start = at;
    while (at < text.length && isWordCode(text.charCodeAt(at))) at++;
    const isForeign = at < text.length && text.charCodeAt(at) > 127;
    if (isForeign) {
      const end = foreignWord(text, start, visit);
      // Where nothing begins the character is skipped, both halves of it.
      at = end > start ? end : start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
    } else if (at > start) visit('word', start, at);
    else at++;
  }
}

/** The letters of a run, each with the marks that belong to it. */
export function lettersOf(run: string): readonly string[] {
  return run.match(letters) ?? [];
}

const unspaced =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}' +
  '\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ーｰ';
const marks = '\\p{M}ﾞﾟ';
const letters = new RegExp(`[^${marks}][${marks}]*|[${marks}]+`, 'gu');
const foreign = new RegExp(
  `([${unspaced}](?:[${unspaced}${marks}])*)|[\\p{L}\\p{N}_$](?:(?![${unspaced}])[\\p{L}\\p{M}\\p{N}_$])*|\\p{Extended_Pictographic}`,
  'uy',
);

/** Visits the word that begins at `from`; gives its end, or `from` where none begins. */
function foreignWord(text: string, from: number, visit: (kind: WordKind, start: number, end: number) => void): number {
  foreign.lastIndex = from;
  const match = foreign.exec(text);
  if (match === null) return from;
  const end = from + match[0].length;
  visit(match[1] === undefined ? 'word' : 'run', from, end);
  return end;
}

function isWordCode(code: number): boolean {
  const letter = code | 32;
  return (letter >= 97 && letter <= 122) || (code >= 48 && code <= 57) || code === 95 || code === 36;
}
