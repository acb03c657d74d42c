import { BracketScanner } from './bracketScanner.ts';
import { indentOf } from './indentation.ts';
import { type LexicalStyle, lexicalStyle } from './lexicalStyle.ts';
import type { CursorText } from './promptWindow.ts';

/** Of the lines so far, this one included, how many at the end do not belong, and that it is over; null to go on. */
export type LineVerdict = number | null;

const STOP_AFTER = 0;
const STOP_BEFORE = 1;

/** How far a suggestion may reach. */
type Reach =
  /** To the end of the line: text follows the cursor on it. */
  | { readonly kind: 'line' }
  /** Not known before the first line with text. */
  | { readonly kind: 'undecided' }
  /** The statements at this indentation and what is nested in them, to the next blank line. */
  | { readonly kind: 'statements'; readonly indent: number }
  /** A statement, as long as it has brackets open or goes on. */
  | { readonly kind: 'statement'; readonly indent: number }
  /** What is indented deeper than the line that opens it. */
  | { readonly kind: 'indented'; readonly indent: number };

const OPENS_BY_WORD = /(?::|\b(?:then|do|else|begin))\s*(?:#.*|--.*)?$/;
const CLOSES_BY_WORD = /^\s*(?:<\/|(?:end|fi|done|esac|endif|endfor|endwhile)\b)/;
const CONTINUES_BLOCK = /^\s*\}?\s*(?:else|elif|elsif|except|catch|finally|rescue|ensure|when)\b/;
const CONTINUES_STATEMENT =
  /^\s*(?:[.?:&|+*=<>%]|-(?!-)|\/(?![/*])|\)|\]|(?:instanceof|as|satisfies|where|throws|extends|implements)\b)/;
const IS_UNFINISHED =
  /(?:[=+\-*/%&|^?,.<(\[{]|=>|\\|\b(?:return|and|or|not|in|of|new|extends|implements|throws|where))$/;
const PREPROCESSOR = /^#\s*(?:if|ifdef|ifndef|elif|else|endif|define|undef|include|pragma|error)\b/;
/** A target of `goto`, which stands where it likes. */
const LABEL = /^\s*[A-Za-z_]\w*:$/;
/** What may stand as far to the left as the line that opened its block. */
const STANDS_LEFT = /^\s*(?:[)\]}{#]|(?:case|default|public|private|protected)\b)/;
/** `@decorator` and `#[attribute]`: what they are for comes on the next line. */
const ANNOTATES = /(?:^|\s)@[\p{L}_][\p{L}\p{N}_.]*(?:\(.*\))?$|^\s*#!?\[.*\]$/u;
const ONLY_CLOSES = /^[)\]}]+[;,]?$/;
/** A line as long as this is hardly there twice. */
const UNIQUE_CHARACTERS = 25;
const FOLLOWING_LINES = 50;

/**
 * Judges the lines of a suggestion one after the other: where the line, statement or block that the cursor stands in
 * is over. It goes by open brackets, by indentation, and by what stands below the cursor already.
 */
export class BlockEnd {
  readonly #style: LexicalStyle;
  readonly #linePrefix: string;
  /** The lines with text below the cursor's own. */
  readonly #following: readonly string[];
  readonly #scanner: BracketScanner;
  /** How many brackets are open around the statement that the cursor is in. */
  #depth: number;
  /** How many are open at the cursor. */
  readonly #openAtCursor: number;
  /** Columns before the text of the line on which that statement begins. */
  #indent: number;
  #reach: Reach;
  #isFirst = true;
  /** The last line with text, the cursor's own included. */
  #previous: string;
  /** A line with text has come. */
  #hasText = false;
  #blankLines = 0;
  /** The statement is complete, unless the next line goes on with it. */
  #mayBeOver = false;
  /** The last line stands below the cursor too, which may be by chance. */
  #mayFollow = false;

  constructor({ prefix, suffix }: CursorText, languageId: string) {
    this.#style = lexicalStyle(languageId);
    const above = prefix.split(/\r?\n/);
    this.#linePrefix = above.pop() ?? '';
    this.#previous = this.#linePrefix;
    this.#scanner = BracketScanner.behind(above, this.#style);
    this.#depth = this.#scanner.open.length;
    this.#indent = indentOf(this.#linePrefix);
    const atCursor = this.#scanner.copy();
    atCursor.take(this.#linePrefix);
    this.#openAtCursor = atCursor.open.length;
    const [rest = '', ...below] = suffix.split(/\r?\n/, FOLLOWING_LINES);
    this.#following = below.filter((line) => line.trim() !== '').map((line) => line.trimEnd());
    this.#reach = rest.trim() === '' ? { kind: 'undecided' } : { kind: 'line' };
  }

  /** The first line is what comes behind the cursor on its line. */
  judge(text: string): LineVerdict {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const line = isFirst ? this.#linePrefix + text : text;
    if (this.#reach.kind === 'line') return STOP_AFTER;
    const isInText = this.#scanner.isInText;
    if ((isFirst ? text : line).trim() === '') return this.#judgeBlank(line, isFirst, isInText);
    const before = this.#scanner.copy();
    this.#scanner.take(line);
    if (isFirst) this.#findStart(before);
    else if (this.#isNestedInNothing(line, before)) return STOP_BEFORE + this.#blankLines;
    const verdict = this.#judgeFollowing(line, isFirst, before) ?? this.#judgeText(line, isFirst, before);
    this.#blankLines = 0;
    this.#previous = line;
    this.#hasText = true;
    return verdict;
  }

  #judgeBlank(line: string, isFirst: boolean, isInText: boolean): LineVerdict {
    if (isFirst) {
      // The suggestion begins below the cursor's line: in the block it opens, or beside it.
      const before = this.#scanner.copy();
      this.#scanner.take(line);
      this.#findStart(before);
      const indent = this.#indent;
      if (this.#scanner.open.length > this.#depth) this.#reach = { kind: 'statement', indent };
      else if (this.#opensByWord(line)) this.#reach = { kind: 'indented', indent };
      else if (line.trim() !== '') this.#reach = { kind: 'statements', indent };
      return null;
    }
    this.#blankLines++;
    if (isInText) return null;
    if (this.#mayBeOver || this.#blankLines > 1) return this.#blankLines;
    const isBetween =
      this.#reach.kind === 'statements' &&
      this.#scanner.open.length <= this.#depth &&
      indentOf(this.#previous) <= this.#reach.indent &&
      !this.#opensByWord(this.#previous);
    return isBetween && this.#hasText ? STOP_BEFORE : null;
  }

  /** The cursor's line may close brackets of lines above: then its statement began there. */
  #findStart(before: BracketScanner): void {
    const start = before.open[Math.max(0, this.#scanner.lowest)];
    if (this.#scanner.lowest >= this.#depth || start === undefined || this.#linePrefix.trim() === '') return;
    this.#depth = Math.max(0, this.#scanner.lowest);
    this.#indent = start.indent;
  }

  /** Deeper than the line above it, which opened nothing: the model has lost its place. */
  #isNestedInNothing(line: string, before: BracketScanner): boolean {
    if (before.isInText || indentOf(line) <= indentOf(this.#previous)) return false;
    const previous = this.#previous.trim();
    if (this.#style.isIndented)
      return /^[)\]}].*[^:([{,=\\]$|^[)\]}]$/.test(previous) && before.open.length <= this.#depth;
    const onlyCloses = ONLY_CLOSES.test(previous);
    if (onlyCloses && previous.includes('}')) return true;
    const goesOn = /^\s*(?:[.?:|+<>%=/-]|&(?![\p{L}_])|(?:throws|where|extends|implements)\b)/u.test(line);
    // A lone `)` may well end the condition of what comes.
    return ((onlyCloses && /[\];,]/.test(previous)) || /(?:[;}]|\}\))$/.test(previous)) && !goesOn;
  }

  #judgeText(line: string, isFirst: boolean, before: BracketScanner): LineVerdict {
    const indent = isFirst ? this.#indent : indentOf(line);
    const depth = this.#scanner.open.length;
    if (this.#mayBeOver && !this.#goesOn(line, indent)) return STOP_BEFORE + this.#blankLines;
    this.#mayBeOver = false;
    if (this.#reach.kind === 'undecided') this.#reach = this.#reachFrom(line, isFirst, indent);
    if (before.isInText || PREPROCESSOR.test(line)) return null;
    if (!this.#style.isIndented && depth > this.#depth && LABEL.test(line)) return null;
    if (this.#isOutOfBlock(line, indent, before)) return STOP_BEFORE + this.#blankLines;
    const isClosing = this.#scanner.lowest < this.#depth;
    switch (this.#reach.kind) {
      case 'statements': {
        const isOut = indent < this.#reach.indent && !isFirst;
        if (isClosing || isOut) return isFirst ? STOP_AFTER : this.#closesEnclosing(line, indent);
        const isNewParagraph =
          this.#blankLines > 0 && before.open.length <= this.#depth && indent <= this.#reach.indent;
        return isNewParagraph && this.#hasText ? STOP_BEFORE + this.#blankLines : null;
      }
      case 'indented': {
        if (isFirst || before.open.length > this.#depth) return null;
        if (isClosing) return STOP_BEFORE + this.#blankLines;
        if (indent > this.#reach.indent) return null;
        if (indent === this.#reach.indent && this.#blankLines === 0 && CONTINUES_BLOCK.test(line)) return null;
        const closes = indent === this.#reach.indent && CLOSES_BY_WORD.test(line);
        return closes ? STOP_AFTER : STOP_BEFORE + this.#blankLines;
      }
      case 'statement':
        if (isClosing) return isFirst ? STOP_AFTER : STOP_BEFORE;
        if (depth > this.#depth) return indent < this.#reach.indent && !isFirst ? STOP_BEFORE : null;
        return this.#afterStatement(line);
      case 'line':
      case 'undecided':
        return STOP_AFTER;
    }
  }

  /** A new paragraph no deeper than the line that opened the block which is still open: the model is elsewhere. */
  #isOutOfBlock(line: string, indent: number, before: BracketScanner): boolean {
    const opener = before.open.at(-1);
    const isOpen = opener?.closer === '}' && before.open.length > this.#depth;
    return this.#blankLines > 0 && isOpen && indent <= opener.indent && !STANDS_LEFT.test(line) && !LABEL.test(line);
  }

  #reachFrom(line: string, isFirst: boolean, indent: number): Reach {
    if (!isFirst || this.#linePrefix.trim() === '') return { kind: 'statements', indent };
    return this.#opensByWord(line) ? { kind: 'indented', indent } : { kind: 'statement', indent };
  }

  /** All brackets of the statement are closed: over, or perhaps. */
  #afterStatement(line: string): LineVerdict {
    const text = line.trimEnd();
    if (this.#opensByWord(text)) {
      this.#reach = { kind: 'indented', indent: indentOf(line) };
      return null;
    }
    if (ANNOTATES.test(text)) return null;
    if (text.endsWith(';')) {
      // Of an `if` without braces there may be an `else`.
      this.#mayBeOver = indentOf(line) > this.#indentOfReach;
      return this.#mayBeOver ? null : STOP_AFTER;
    }
    const endsWithLine = this.#style.endsWithLine && !IS_UNFINISHED.test(text);
    if (endsWithLine && !text.endsWith('}')) return STOP_AFTER;
    this.#mayBeOver = true;
    return null;
  }

  /** The line goes on with a statement that was complete as far as its brackets tell. */
  #goesOn(line: string, indent: number): boolean {
    if (this.#blankLines > 0) return false;
    const previous = this.#previous.trimEnd();
    if (CONTINUES_BLOCK.test(line)) return indent === this.#indentOfReach;
    if (/[;}]$/.test(previous)) return /^\s*[.?]/.test(line) && indent >= this.#indentOfReach;
    if (indent > this.#indentOfReach) return true;
    return (
      indent === this.#indentOfReach &&
      (CONTINUES_STATEMENT.test(line) || /[=&|+(?]$/.test(previous) || /^\s*\{/.test(line))
    );
  }

  get #indentOfReach(): number {
    return 'indent' in this.#reach ? this.#reach.indent : 0;
  }

  #opensByWord(line: string): boolean {
    const opens = this.#style.isIndented || !/:\s*$/.test(line);
    return opens && this.#scanner.open.length <= this.#depth && !this.#scanner.isInText && OPENS_BY_WORD.test(line);
  }

  /** A line that closes the block around the cursor belongs only where that is not closed below. */
  #closesEnclosing(line: string, indent: number): LineVerdict {
    const isOne = this.#scanner.open.length === this.#depth - 1 && /^\s*[)\]}]/.test(line);
    return isOne && !this.#isClosedBelow(indent) ? STOP_AFTER : STOP_BEFORE + this.#blankLines;
  }

  /** The first line below that stands no deeper than `indent` closes a block of that indentation. */
  #isClosedBelow(indent: number): boolean {
    const next = this.#following.find((line) => indentOf(line) <= indent);
    if (next === undefined) return this.#following.length > 0;
    return indentOf(next) === indent && /^\s*[)\]}]/.test(next);
  }

  /** Stops at a line that stands below the cursor already. */
  #judgeFollowing(line: string, isFirst: boolean, before: BracketScanner): LineVerdict {
    const [next, second] = this.#following;
    const text = line.trimEnd();
    if (this.#mayFollow && (text === second || second === undefined)) return STOP_BEFORE + 1 + this.#blankLines;
    this.#mayFollow = false;
    if (/^\s*[)\]}]/.test(line) && !isFirst) {
      // Whose bracket it closes decides: one of the suggestion's own may well look like the one below.
      const opener = before.open.at(-1);
      const isOwn = before.open.length > this.#openAtCursor;
      if (isOwn || opener === undefined || this.#scanner.lowest >= this.#openAtCursor) return null;
      return this.#isClosedBelow(opener.indent) ? STOP_BEFORE + this.#blankLines : null;
    }
    if (next === undefined || text !== next) return null;
    if (CLOSES_BY_WORD.test(line)) return STOP_BEFORE + this.#blankLines;
    if (!/[\p{L}\p{N}]{2}/u.test(line)) return null;
    if (text.trim().length >= UNIQUE_CHARACTERS || second === undefined) return STOP_BEFORE + this.#blankLines;
    this.#mayFollow = true;
    return null;
  }
}
