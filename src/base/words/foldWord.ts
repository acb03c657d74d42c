/**
 * A word as it is compared: without case, accents and the other ways of writing the same letters (full
 * and half width, ligatures). What makes another letter of a Japanese one, or a vowel of an Indian one,
 * is no accent and stays.
 */
export function foldWord(word: string): string {
  if (isAscii(word)) return word.toLowerCase();
  return word
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(accents, '')
    .normalize('NFC')
    .replace(otherLetters, (letter) => plain[letter] ?? letter);
}

const accents = /[\u0300-\u036f]/g;

/** Letters that Unicode does not take apart. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
  ς: 'σ',
};
const otherLetters = new RegExp(`[${Object.keys(plain).join('')}]`, 'g');

function isAscii(word: string): boolean {
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) > 127) return false;
  return true;
}
