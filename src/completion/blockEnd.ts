import type { CursorText } from './promptWindow.ts';

/** What to do with a line: take it and go on, take it as the last one, or end before it. */
export type LineVerdict = 'go-on' | 'stop-after' | 'stop-before';

/** How far a suggestion may reach. */
type Reach =
  /** To the end of the line: text follows the cursor on it. */
  | { readonly kind: 'line' }
  /** Not known before the first line with text. */
  | { readonly kind: 'undecided' }
  /** The statements at this indentation and what is nested in them, to the next blank line. */
  | { readonly kind: 'statements'; readonly indent: number }
  /** The body of a block whose opening line has this indentation, and its closing line. */
  | { readonly kind: 'body'; readonly indent: number };

const OPENS_BLOCK = /([{([:]|=>|\b(then|do|else|begin))\s*(\/\/.*|#.*|--.*)?$/;
const CLOSES_BLOCK = /^\s*([)\]}]|<\/|(end|fi|done|esac|endif|endfor|endwhile)\b)/;
const CONTINUES_BLOCK = /^\s*(else|elif|elsif|except|catch|finally|rescue|ensure|case|default|when)\b/;

/**
 * Judges the lines of a suggestion one after the other by indentation alone: where the line or block
 * that the cursor stands in is over. Languages differ little in this, and no parser is needed.
 */
export class BlockEnd {
  readonly #linePrefix: string;
  /** The first line with text below the cursor's own; null where there is none. */
  readonly #following: string | null;
  #reach: Reach;
  #isFirst = true;
  /** The last line with text, the cursor's own included. */
  #previous: string;
  #blankLines = 0;

  constructor({ prefix, suffix }: CursorText) {
    this.#linePrefix = prefix.slice(prefix.lastIndexOf('\n') + 1);
    this.#previous = this.#linePrefix;
    const [rest = '', ...below] = suffix.split(/\r?\n/, 50);
    this.#following = below.find((line) => line.trim() !== '')?.trimEnd() ?? null;
    this.#reach = rest.trim() === '' ? { kind: 'undecided' } : { kind: 'line' };
  }

  /** The first line is what comes behind the cursor on its line. */
  judge(text: string): LineVerdict {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const line = isFirst ? this.#linePrefix + text : text;
    const added = isFirst ? text : line;
    if (this.#reach.kind === 'line') return 'stop-after';
    if (added.trim() === '') return this.#judgeBlank(line, isFirst);
    if (this.#alreadyFollows(line)) return 'stop-before';
    const verdict = this.#judgeText(line, isFirst);
    this.#blankLines = 0;
    this.#previous = line;
    return verdict;
  }

  #judgeBlank(line: string, isFirst: boolean): LineVerdict {
    if (isFirst) {
      // The suggestion begins below the cursor's line: in the block it opens, or beside it.
      const indent = indentOf(line);
      if (OPENS_BLOCK.test(line)) this.#reach = { kind: 'body', indent };
      else if (line.trim() !== '') this.#reach = { kind: 'statements', indent };
      return 'go-on';
    }
    this.#blankLines++;
    if (this.#blankLines > 1) return 'stop-before';
    const between = this.#reach.kind === 'statements' && !isNested(this.#previous, this.#reach.indent);
    return between && this.#previous !== this.#linePrefix ? 'stop-before' : 'go-on';
  }

  #judgeText(line: string, isFirst: boolean): LineVerdict {
    const indent = indentOf(line);
    switch (this.#reach.kind) {
      case 'line':
        return 'stop-after';
      case 'undecided':
        if (isFirst && this.#linePrefix.trim() !== '') {
          // The line that was begun: with its block when it opens one.
          if (!OPENS_BLOCK.test(line)) return 'stop-after';
          this.#reach = { kind: 'body', indent };
        } else {
          this.#reach = { kind: 'statements', indent };
        }
        return 'go-on';
      case 'statements':
        return indent < this.#reach.indent ? 'stop-before' : 'go-on';
      case 'body':
        if (indent > this.#reach.indent) return 'go-on';
        if (indent < this.#reach.indent) return 'stop-before';
        if (CONTINUES_BLOCK.test(line)) return 'go-on';
        if (!CLOSES_BLOCK.test(line)) return 'stop-before';
        return OPENS_BLOCK.test(line) ? 'go-on' : 'stop-after';
    }
  }

  /** The line stands below the cursor already. A lone opening bracket may well come twice. */
  #alreadyFollows(line: string): boolean {
    if (this.#following === null || line.trimEnd() !== this.#following) return false;
    return /[\p{L}\p{N}]{2}/u.test(line) || CLOSES_BLOCK.test(line);
  }
}

function isNested(line: string, indent: number): boolean {
  return indentOf(line) > indent || OPENS_BLOCK.test(line);
}

/** Columns of white space before the text; a tab reaches to the next multiple of four. */
function indentOf(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === '\t') columns += 4 - (columns % 4);
    else if (character === ' ') columns++;
    else break;
  }
  return columns;
}
