import { type CodeStyle, afterMark } from '../chunks/codeStyle.ts';

const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** A number for a word: FNV-1a over its UTF-16 units. Two words share one in four billions. */
export function hashWord(word: string): number {
  let hash = FNV_START;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), FNV_PRIME);
  return hash >>> 0;
}

/**
 * How often each word of a text, by {@link hashWord}, stands where it is code: not in a comment, not in a
 * string; in prose, where it is marked as code or written as names are. A word that is asked of something
 * else, as `b` in `a.b`, counts as `.b`. Made by hand, letter by letter, since it goes through every file.
 */
export function countCodeWords(text: string, style: CodeStyle): Map<number, number> {
  const counts = new Map<number, number>();
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isWord(code)) {
      const start = at;
      const isNumber = code <= 0x39 && code >= 0x30;
      const isMember = style.prose === undefined && followsOwner(text, start);
      let hash = isMember ? Math.imul(FNV_START ^ 0x2e, FNV_PRIME) : FNV_START;
      for (; at < text.length && isWord(text.charCodeAt(at)); at++) {
        hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
      }
      if (isNumber || at - start < 2) continue;
      if (style.prose === true && !isNameInProse(text, start, at)) continue;
      hash >>>= 0;
      counts.set(hash, (counts.get(hash) ?? 0) + 1);
    } else at = style.prose === true ? at + 1 : afterMark(text, at, code, style);
  }
  return counts;
}

/** ASCII letters, digits, `_`, `$`, and all that is beyond ASCII but for some marks. */
function isWord(code: number): boolean {
  if (code < 0x80) {
    return (
      (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x41 && code <= 0x5a) ||
      (code >= 0x30 && code <= 0x39) ||
      code === 0x5f ||
      code === 0x24
    );
  }
  return (
    code >= 0xaa &&
    code !== 0xd7 &&
    code !== 0xf7 &&
    (code < 0x2000 || code > 0x206f) &&
    (code < 0x3000 || code > 0x303f)
  );
}

/** True after `.`, `->` or `::`; three dots spread a name of its own. */
function followsOwner(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (before === 0x2e) return text.charCodeAt(at - 2) !== 0x2e;
  return (before === 0x3e && text[at - 2] === '-') || (before === 0x3a && text[at - 2] === ':');
}

function isNameInProse(text: string, start: number, end: number): boolean {
  if (text[start - 1] === '`') return true;
  if (text[start - 1] === '/') return false;
  return /[A-Za-z0-9]_[A-Za-z0-9]|[a-z][A-Z]/.test(text.slice(start, end));
}
