/** How a language writes comments and strings, as far as it takes to tell code from them. */
export type CodeStyle = 'c' | 'python' | 'hash' | 'php' | 'rust' | 'css' | 'prose';

const word = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;
const double = String.raw`"(?:[^"\\\n]|\\[^])*"?`;
const single = String.raw`'(?:[^'\\\n]|\\[^])*'?`;
const block = String.raw`\/\*[^]*?(?:\*\/|$)`;
const line = String.raw`\/\/[^\n]*`;
const hash = String.raw`#[^\n]*`;

const scanners: Readonly<Record<CodeStyle, RegExp>> = {
  c: scanner(block, line, double, single),
  python: scanner(hash, String.raw`"""[^]*?(?:"""|$)`, String.raw`'''[^]*?(?:'''|$)`, double, single),
  hash: scanner(hash, double, single),
  php: scanner(block, line, hash, double, single),
  // A quote that is not closed after one letter begins a lifetime.
  rust: scanner(block, line, String.raw`"(?:[^"\\]|\\[^])*"?`, String.raw`'(?:[^'\\\n]|\\[^']*)'`),
  css: scanner(block, double, single),
  prose: scanner(String.raw`https?:[^\s)>]*`),
};

function scanner(...skipped: string[]): RegExp {
  return new RegExp(`${skipped.join('|')}|(${word})`, 'gu');
}

/**
 * How often each word of a text stands where it is code: not in a comment, not in a string; in prose, where it is
 * marked as code or written as names are. A word that is asked of something else, as `b` in `a.b`, counts as `.b`.
 */
export function countCodeWords(text: string, style: CodeStyle): Map<string, number> {
  const counts = new Map<string, number>();
  for (const match of text.matchAll(scanners[style])) {
    // Undefined for a comment or a string.
    const found = match[1];
    if (found === undefined || found.length < 2) continue;
    if (style === 'prose' && text[match.index - 1] !== '`' && !nameLike.test(found)) continue;
    const word = style !== 'prose' && isMember(text, match.index) ? `.${found}` : found;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** True after `.`, `->` or `::`; three dots spread a name of its own. */
function isMember(text: string, at: number): boolean {
  const before = text[at - 1];
  if (before === '.') return text[at - 2] !== '.';
  return (before === '>' && text[at - 2] === '-') || (before === ':' && text[at - 2] === ':');
}

const nameLike = /[\p{L}\p{N}]_[\p{L}\p{N}]|\p{Ll}\p{Lu}/u;
