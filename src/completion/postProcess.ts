import type { CursorText } from './promptWindow.ts';

/** Line ends as the document around the cursor has them. */
export function withLineEndsOf({ prefix, suffix }: CursorText, text: string): string {
  const isCrlf = prefix.includes('\r\n') || suffix.includes('\r\n');
  return isCrlf ? text.replaceAll(/\r?\n/g, '\r\n') : text.replaceAll('\r\n', '\n');
}

/** Control characters that no source has, and halves of characters. */
const GARBAGE = /[^\P{Cc}\t\r\n\f]|\p{Surrogate}/u;

/**
 * Makes a suggestion fit for insertion at the cursor: without what already follows there, without
 * white space at its end, without half a surrogate pair. Null when nothing worth showing is left.
 */
export function fitSuggestion(suggestion: string, { prefix, suffix }: CursorText): string | null {
  const text = withoutOverlap(wholeCharacters(suggestion), suffix).trimEnd();
  if (text.trim() === '' || GARBAGE.test(text)) return null;
  if (repeatsNeighbour(text, prefix, suffix) || isCommentSpam(text, prefix)) return null;
  return text;
}

/** Cuts off the end of `text` that the suffix begins with, and closing brackets that stand there already. */
function withoutOverlap(text: string, suffix: string): string {
  const rest = (suffix.split(/\r?\n/, 1)[0] ?? '').trimEnd();
  if (rest === '') return withoutFollowingLines(text, suffix);
  const { closer, openBefore } = bracketsOf(text);
  const wordEnd = endOf(/[\p{L}\p{N}]{2}/u, rest);
  const quoteEnd = endOf(/["'`]/, rest);
  const quote = rest.charAt(quoteEnd - 1);
  let quotes = 0;
  let counted = 0;
  for (const length of overlaps(text, rest.slice(0, text.length))) {
    if (length < endOf(/\S/, rest)) break;
    const kept = text.length - length;
    for (; counted < kept; counted++) if (text.charAt(counted) === quote) quotes++;
    // What is kept may need the overlap itself, as `call(` needs its own bracket.
    const isOpen = openBefore[kept] !== 0 || (length >= quoteEnd && quotes % 2 === 1);
    if (length >= wordEnd || !isOpen) return text.slice(0, kept);
  }
  return closer !== null && rest.trimStart().startsWith(text.charAt(closer)) ? text.slice(0, closer) : text;
}

/** Where the first match in `text` ends; infinite without one. */
function endOf(pattern: RegExp, text: string): number {
  const match = pattern.exec(text);
  return match === null ? Infinity : match.index + match[0].length;
}

/** The lengths, longest first, of all ends of `text` that `rest` begins with (Knuth, Morris and Pratt). */
function overlaps(text: string, rest: string): number[] {
  // For each beginning of `rest`, the longest shorter one that it ends with.
  const shorter = [0, 0];
  let length = 0;
  const extend = (character: string): void => {
    while (length > 0 && (length === rest.length || rest.charAt(length) !== character)) length = shorter[length] ?? 0;
    if (rest.charAt(length) === character) length++;
  };
  for (let at = 1; at < rest.length; at++) {
    extend(rest.charAt(at));
    shorter.push(length);
  }
  length = 0;
  for (let at = text.length - rest.length; at < text.length; at++) extend(text.charAt(at));
  const found: number[] = [];
  for (; length > 0; length = shorter[length] ?? 0) found.push(length);
  return found;
}

/** The document goes on below with lines that the suggestion ends with. */
function withoutFollowingLines(text: string, suffix: string): string {
  const following = suffix.split(/\r?\n/, 50).slice(1);
  while (following[0]?.trim() === '') following.shift();
  const lines = text.split(/(?<=\n)/);
  for (let count = Math.min(lines.length - 1, following.length); count > 0; count--) {
    const tail = lines.slice(-count).map((line) => line.trimEnd());
    if (tail.every((line, at) => line === following[at]?.trimEnd()) && tail.some((line) => line !== '')) {
      return lines.slice(0, -count).join('');
    }
  }
  return text;
}

/** The first closing bracket without its opening one, and how many are open before each character up to there. */
function bracketsOf(text: string): { readonly closer: number | null; readonly openBefore: Uint32Array } {
  const open: string[] = [];
  const openBefore = new Uint32Array(text.length + 1);
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if ('([{'.includes(character)) open.push(character);
    else if (character in pairs && open.pop() !== pairs[character]) {
      openBefore.fill(open.length, at + 1);
      return { closer: at, openBefore };
    }
    openBefore[at + 1] = open.length;
  }
  return { closer: null, openBefore };
}

/** A lone line that says again what the line above or below it says. */
function repeatsNeighbour(text: string, prefix: string, suffix: string): boolean {
  const startsBelow = /^\r?\n/.test(text);
  const lineStart = startsBelow ? prefix.length : prefix.lastIndexOf('\n') + 1;
  const line = (prefix.slice(lineStart) + text).trim();
  if (line.includes('\n') || !/[\p{L}\p{N}]{2}/u.test(line)) return false;
  const above = prefix.slice(0, lineStart).trimEnd();
  const below = suffix.slice(suffix.indexOf('\n') + 1).trimStart();
  const neighbours = [
    above.slice(above.lastIndexOf('\n') + 1),
    suffix.includes('\n') ? below.split('\n', 1)[0] : undefined,
  ];
  return neighbours.some((neighbour) => neighbour?.trim() === line);
}

const COMMENT = /^\s*(?:\/\/|\/\*|\*|--|#(?!\s*(?:include|define|if|ifdef|ifndef|else|elif|endif|pragma|undef)\b|\[))/;

/** Several lines of comment and no code, where nobody is writing a comment. */
function isCommentSpam(text: string, prefix: string): boolean {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length < 3 || !lines.every((line) => COMMENT.test(line))) return false;
  const written = prefix.trimEnd();
  const above = written.slice(written.lastIndexOf('\n') + 1);
  return !COMMENT.test(above) && !/(?:\/\*|"{3}|'{3})/.test(above);
}

function wholeCharacters(text: string): string {
  return text.replaceAll(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
}
