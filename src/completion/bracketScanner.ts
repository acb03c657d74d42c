import { indentOf } from './indentation.ts';
import type { LexicalStyle } from './lexicalStyle.ts';

/** A bracket that is open. */
export interface OpenBracket {
  readonly closer: string;
  /** Columns before the text of the line on which its statement began: a heading may go over several. */
  readonly indent: number;
}

/** Deeper than people nest: what opens more is no code, and must not cost more with every line. */
const DEEPEST = 200;

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * Follows code line by line and knows which brackets are open, without those in strings and comments. It is no
 * parser: what it is unsure of it takes for code, and a line end brings it back from an unclosed string.
 */
export class BracketScanner {
  readonly #style: LexicalStyle;
  #open: readonly OpenBracket[];
  /** What ends the string or comment that the next line begins in. */
  #until: string | null;
  #lowest: number;

  constructor(style: LexicalStyle, open: readonly OpenBracket[] = [], until: string | null = null) {
    this.#style = style;
    this.#open = open;
    this.#until = until;
    this.#lowest = open.length;
  }

  /** At the end of `lines`, which may begin anywhere in a file. */
  static behind(lines: readonly string[], style: LexicalStyle): BracketScanner {
    const scanner = new BracketScanner(style, [], quoteAround(lines, style));
    for (const line of lines) scanner.take(line);
    return scanner;
  }

  /** The innermost last. */
  get open(): readonly OpenBracket[] {
    return this.#open;
  }

  /** True when the next line begins inside a string or comment. */
  get isInText(): boolean {
    return this.#until !== null;
  }

  /** The fewest brackets that were open at any time during the last line. */
  get lowest(): number {
    return this.#lowest;
  }

  copy(): BracketScanner {
    return new BracketScanner(this.#style, this.#open, this.#until);
  }

  /** Takes a line, or its beginning when what follows is not wanted. */
  take(line: string): void {
    const open = [...this.#open];
    this.#lowest = open.length;
    let indent = indentOf(line);
    let at = 0;
    while (at < line.length) {
      if (this.#until !== null) {
        const end = endOfText(line, at, this.#until);
        if (end === -1) break;
        at = end + this.#until.length;
        this.#until = null;
        continue;
      }
      const skipped = this.#skip(line, at);
      if (skipped === null) break;
      if (skipped > at) {
        at = skipped;
        continue;
      }
      const character = line.charAt(at++);
      const closer = CLOSERS[character];
      if (closer !== undefined && open.length < DEEPEST) open.push({ closer, indent });
      else if (character === ')' || character === ']' || character === '}') {
        // A bracket that fits none is a slip, or a string that was not seen as one.
        if (open.at(-1)?.closer === character) indent = Math.min(indent, open.pop()?.indent ?? indent);
        else if (open.length === 0) this.#lowest = -1;
        this.#lowest = Math.min(this.#lowest, open.length);
      }
    }
    this.#open = open;
  }

  /** Behind the string or comment that begins at `at`; `at` where none does; null when the rest of the line is one. */
  #skip(line: string, at: number): number | null {
    const { lineComment, blockComment, quotes, longQuotes, characterQuote } = this.#style;
    const character = line.charAt(at);
    if (lineComment !== null && line.startsWith(lineComment, at) && isComment(line, at, lineComment)) return null;
    const start = blockComment !== null && line.startsWith(blockComment[0], at) ? blockComment[0] : undefined;
    const long = start ?? longQuotes.find((quote) => line.startsWith(quote, at));
    if (long !== undefined) {
      this.#until = start === undefined ? long : (blockComment?.[1] ?? long);
      return at + long.length;
    }
    if (quotes.includes(character)) {
      const end = endOfText(line, at + 1, character);
      return end === -1 ? null : end + 1;
    }
    if (characterQuote && character === "'") {
      const found = /^'(?:\\.[^']{0,8}|[^'\\])'/u.exec(line.slice(at, at + 14));
      return found === null ? at : at + found[0].length;
    }
    if (character === '/' && quotes.includes("'") && lineComment === '//') return regularExpressionEnd(line, at);
    return at;
  }
}

/**
 * The long quote that the first of `lines` is inside of. Only where strings are told by the same quote at both ends
 * is there a doubt: there the quotes that stand alone on their lines vote, each by its surroundings, on which end it is.
 */
function quoteAround(lines: readonly string[], { longQuotes }: LexicalStyle): string | null {
  const quotes = longQuotes.filter((quote) => quote.length === 3);
  let first: string | undefined;
  let votes = 0;
  let isSecond = false;
  for (const [at, line] of lines.entries()) {
    const quote = quotes.find((each) => line.includes(each));
    if (quote === undefined || line.split(quote).length % 2 === 1) continue;
    first ??= quote;
    const vote = isOpening(lines, at, line.indexOf(quote), quote.length) ? 1 : -1;
    votes += isSecond ? -vote : vote;
    isSecond = !isSecond;
  }
  return votes < 0 && first !== undefined ? first : null;
}

/** As a string begins behind an operator, and a docstring below the line that opens its block. */
function isOpening(lines: readonly string[], row: number, at: number, length: number): boolean {
  const line = lines[row] ?? '';
  const before = line.slice(0, at).trimEnd();
  if (/(?:[=(,[+:]|\breturn|^\s*[rRbBfFuU]{1,2})$/.test(before)) return true;
  if (before.trim() !== '') return false;
  if (/^[\p{L}\p{N}`*:]/u.test(line.slice(at + length))) return true;
  const above = lines.slice(Math.max(0, row - 4), row).findLast((each) => each.trim() !== '');
  return /[:=(,]$/.test(above?.trimEnd() ?? '');
}

/** In a shell `$#` and `a#b` are none. */
function isComment(line: string, at: number, mark: string): boolean {
  return mark !== '#' || at === 0 || /[\s;({[,]/.test(line.charAt(at - 1));
}

function endOfText(line: string, from: number, quote: string): number {
  for (let at = from; at < line.length; at++) {
    if (line.charAt(at) === '\\') at++;
    else if (line.startsWith(quote, at)) return at;
  }
  return -1;
}

/** Behind a regular expression in JavaScript; `at` where the slash divides. */
function regularExpressionEnd(line: string, at: number): number {
  if (!/(?:^|[=(,:;!&|?{}[+~]|\breturn|\btypeof|\bcase)\s*$/.test(line.slice(Math.max(0, at - 12), at))) return at;
  let inClass = false;
  for (let end = at + 1; end < line.length; end++) {
    const character = line.charAt(end);
    if (character === '\\') end++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) return end + 1;
  }
  return at;
}
